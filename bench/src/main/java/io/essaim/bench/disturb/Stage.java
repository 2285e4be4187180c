package io.essaim.bench.disturb;

import io.essaim.bench.compare.ServerUnderTest;
import io.essaim.bench.load.ArrivalLog;
import io.essaim.bench.load.Crowd;
import io.essaim.bench.load.FrameTap;
import io.essaim.bench.load.LoadPlan.DialectName;
import io.essaim.bench.load.ServerCounters;
import io.essaim.bench.load.ServerProcess;
import io.essaim.bench.load.Viewer;
import io.essaim.bench.load.WallClock;
import io.essaim.bench.load.Wire;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** One server process and its viewers, for one scenario. One thread. */
final class Stage implements AutoCloseable {
    private static final Duration JOIN_TIMEOUT = Duration.ofSeconds(30);
    private static final int JOINS_PER_SECOND = 250;
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    /** Five seconds each: a server that is overrun answers late. */
    private static final int COUNTERS_ATTEMPTS = 6;

    /** What was due at the very end may still be on its way. */
    private static final Duration GRACE = Duration.ofMillis(500);

    /** Starts servers that are to be disturbed. */
    @FunctionalInterface
    interface Servers {
        /** @param flags for the JVM of one in Java */
        ServerUnderTest start(int connections, int eventLoops, List<String> flags)
                throws IOException, InterruptedException;
    }

    private final ServerUnderTest server;
    private final ServerProcess process;
    private final URI url;
    private final Crowd crowd;
    private final MemoryWatch memory;
    private final DisturbancePlan plan;
    private final WallClock clock = new WallClock();
    private final List<Viewer> viewers = new ArrayList<>();
    private double busiest;
    private long endMicros;
    private boolean ended;

    private Stage(ServerUnderTest server, DisturbancePlan plan, DialectName encoding) throws IOException {
        this.server = server;
        this.plan = plan;
        process = new ServerProcess(server.pid());
        url = URI.create("ws://127.0.0.1:" + server.port() + "/ws/swarm");
        memory = new MemoryWatch(Path.of("/proc"), process, server.port());
        crowd = Crowd.before(url, encoding, plan.form(), DisturbancePlan.FRAMES_PER_SECOND);
    }

    /** Takes the server over, which ends with this. */
    static Stage on(ServerUnderTest server, DisturbancePlan plan, DialectName encoding) throws IOException {
        try {
            return new Stage(server, plan, encoding);
        } catch (IOException e) {
            server.close();
            throw e;
        }
    }

    Crowd crowd() {
        return crowd;
    }

    ServerUnderTest server() {
        return server;
    }

    ServerProcess process() {
        return process;
    }

    DisturbancePlan plan() {
        return plan;
    }

    /** Microseconds since 1970. */
    long nowMicros() {
        return clock.micros();
    }

    /**
     * Viewers that have their first frame.
     *
     * @throws IOException when one of them does not get there
     */
    List<Viewer> join(int count, boolean felt) throws IOException, InterruptedException {
        List<Viewer> joined = joining(count, JOINS_PER_SECOND, felt);
        requireJoined(joined);
        return joined;
    }

    /** @throws IOException when one of them does not get its first frame */
    static void requireJoined(List<Viewer> joining) throws IOException, InterruptedException {
        int without = awaitJoined(joining);
        if (without > 0) {
            String reason = joining.stream()
                    .map(Viewer::failure)
                    .filter(Objects::nonNull)
                    .findFirst()
                    .orElse("nothing came in time");
            throw new IOException(without + " of " + joining.size() + " viewers got no frame: " + reason);
        }
    }

    /** Waits until they have their first frame, but not for ever; returns how many have none by then. */
    static int awaitJoined(List<Viewer> joining) throws InterruptedException {
        return Crowd.awaitJoined(joining, JOIN_TIMEOUT.plusSeconds(joining.size() / JOINS_PER_SECOND));
    }

    /** Viewers that have only been told to join. */
    List<Viewer> joining(int count, int perSecond, boolean felt) {
        List<Viewer> joining = crowd.join(count, perSecond, felt);
        viewers.addAll(joining);
        return joining;
    }

    /** Viewers that have only been told to join, each at its time and with a tap of its own. */
    List<Viewer> joiningAt(List<Long> dueMicros, Supplier<FrameTap> taps) {
        List<Viewer> joining = crowd.joinAt(dueMicros, false, taps);
        viewers.addAll(joining);
        return joining;
    }

    /** Warms up, then lets the baseline pass. */
    Window baseline() throws IOException, InterruptedException {
        rest(plan.warmup());
        return rest(plan.quiet());
    }

    /** Lets the recovery pass. */
    Window recovery() throws IOException, InterruptedException {
        return rest(plan.quiet());
    }

    /** Lets time pass, and looks at memory meanwhile. */
    Window rest(Duration duration) throws IOException, InterruptedException {
        long from = clock.micros();
        long cpu = crowd.cpuNanos();
        long begin = System.nanoTime();
        long end = begin + duration.toNanos();
        for (long now = begin; now < end; now = System.nanoTime()) {
            memory.look(clock.micros());
            TimeUnit.NANOSECONDS.sleep(Math.max(0, Math.min(end - System.nanoTime(), LOOK_NANOS)));
        }
        busiest = Math.max(busiest, (crowd.cpuNanos() - cpu) / (double) Math.max(1, System.nanoTime() - begin));
        return new Window(from, clock.micros());
    }

    /** What the server has counted. Not while a thread of it stands still: it would not answer. */
    ServerCounters counters() throws IOException, InterruptedException {
        for (int attempt = 1; attempt <= COUNTERS_ATTEMPTS; attempt++) {
            Optional<ServerCounters> counters = ServerCounters.read(url, Wire.DEFAULT.trust());
            if (counters.isPresent()) {
                return counters.get();
            }
        }
        throw new IOException("the server does not answer at /metrics any more");
    }

    /** The viewers leave. From then on their notes can be read. */
    void end() throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(GRACE.toNanos());
        endMicros = clock.micros();
        crowd.close();
        ended = true;
    }

    /** What a kind of viewer got in a window, once this has ended. */
    WindowCost cost(List<Viewer> of, Window window) {
        return WindowCost.of(logs(of), DisturbancePlan.FRAMES_PER_SECOND, window, endMicros);
    }

    static List<ArrivalLog> logs(List<Viewer> viewers) {
        return viewers.stream().map(Viewer::frames).toList();
    }

    MemoryWatch memory() {
        return memory;
    }

    /** Everybody who was ever here. */
    List<Viewer> viewers() {
        return viewers;
    }

    /** Of a core, by the thread that reads, in the phase in which it was most. */
    double busiest() {
        return busiest;
    }

    /** Of the frames due in a phase, those that were read late only because this process was held up. */
    double lateHereShare(Window phase) {
        double due = viewers.size() * DisturbancePlan.FRAMES_PER_SECOND * phase.seconds();
        return crowd.readLateHere().framesBetween(phase.fromMicros(), phase.toMicros()) / Math.max(1, due);
    }

    @Override
    public void close() throws IOException {
        try {
            if (!ended) {
                crowd.close();
            }
        } finally {
            server.close();
        }
    }
}
