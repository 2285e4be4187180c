package io.essaim.bench.views;

import io.essaim.bench.CommandLines;
import io.essaim.bench.compare.Checkout;
import io.essaim.bench.compare.Peer;
import io.essaim.bench.compare.Pinning;
import io.essaim.bench.compare.ServerUnderTest;
import io.essaim.bench.load.ArrivalLog;
import io.essaim.bench.load.Crowd;
import io.essaim.bench.load.FrameForm;
import io.essaim.bench.load.FrameTap;
import io.essaim.bench.load.LoadPlan.DialectName;
import io.essaim.bench.load.ServerCounters;
import io.essaim.bench.load.ServerProcess;
import io.essaim.bench.load.Trust;
import io.essaim.bench.load.Viewer;
import io.essaim.bench.load.WallClock;
import io.essaim.protocol.Message;
import io.essaim.protocol.sbe.SbeMessageEncoder;
import io.essaim.protocol.swarm.Selection;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code essaim bench views}: what views cost the clock, the network and the memory, and whether they are right. */
@Command(
        sortOptions = false,
        header = "Shows many viewers many parts of the swarm, and checks every frame.",
        description = {
            "",
            "One server, three phases: all viewers see the whole swarm; each sees one of the views; each changes its view",
            "all the time, at most once a second. Another viewer sees the whole swarm throughout: every frame of a part is",
            "held against the whole frame of its tick, names and all.",
            ""
        },
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            " 0:no frame was wrong, views changed, and under 1 % of changes were refused and of frames unchecked",
            " 1:it was otherwise; it is said how and why",
            " 2:the command line has errors"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  essaim bench views                            500 viewers, 50 views, about a minute and a half",
            "  essaim bench views --agents=10000 --clients=50"
        })
public final class ViewsCommand implements Callable<Integer> {
    private static final int FAILED = 1;
    private static final int FRAMES_PER_SECOND = 60;
    private static final int JOINS_PER_SECOND = 250;
    private static final Duration JOIN_TIMEOUT = Duration.ofSeconds(60);

    /** A little more than the second that a server asks for. */
    private static final long CHANGE_NANOS = TimeUnit.MILLISECONDS.toNanos(1_050);

    private static final long STEP_MILLIS = 10;

    /** Starts the server under test. */
    interface Servers {
        ServerUnderTest start(int connections, int agents, int eventLoops) throws IOException, InterruptedException;
    }

    @Spec
    @SuppressWarnings("NullAway.Init") // filled by picocli
    private CommandSpec spec;

    @Option(
            names = "--clients",
            paramLabel = "N",
            defaultValue = "500",
            description = "viewers (default ${DEFAULT-VALUE})")
    private int clients;

    @Option(
            names = "--views",
            paramLabel = "N",
            defaultValue = "50",
            description = "different ones (default ${DEFAULT-VALUE})")
    private int views;

    @Option(
            names = "--agents",
            paramLabel = "N",
            defaultValue = "350",
            description = "of the swarm (default ${DEFAULT-VALUE})")
    private int agents;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "20",
            description = "of each phase (default ${DEFAULT-VALUE})")
    private int seconds;

    @Option(
            names = "--warmup",
            paramLabel = "N",
            defaultValue = "5",
            description = "seconds before each phase (default ${DEFAULT-VALUE})")
    private int warmup;

    @Option(
            names = "--pin",
            arity = "1",
            paramLabel = "BOOL",
            defaultValue = "false",
            description = "server on the first core, viewers on the rest (default ${DEFAULT-VALUE})")
    private boolean pin;

    private final @Nullable Servers servers;
    private final SplittableRandom random = new SplittableRandom(1);
    private final SbeMessageEncoder encoder = new SbeMessageEncoder();

    private ViewsCommand(@Nullable Servers servers) {
        this.servers = servers;
    }

    /** The command, ready to be executed. */
    public static CommandLine commandLine() {
        return commandLine(null);
    }

    static CommandLine commandLine(@Nullable Servers servers) {
        return CommandLines.of("essaim bench views", new ViewsCommand(servers));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        whole("--clients", clients, 1, 10_000);
        whole("--views", views, 1, 64);
        whole("--agents", agents, 10, 100_000);
        whole("--seconds", seconds, 1, 600);
        whole("--warmup", warmup, 0, 600);
        try (Pinning pinning = pin ? Pinning.pinThisProcess() : Pinning.none()) {
            int loops = pin ? 1 : Runtime.getRuntime().availableProcessors();
            Servers startable = servers == null ? ofCheckout(pinning) : servers;
            try (ServerUnderTest server = startable.start(clients + 1, agents, loops)) {
                return run(server);
            }
        }
    }

    private int run(ServerUnderTest server) throws IOException, InterruptedException {
        URI url = URI.create("ws://127.0.0.1:" + server.port() + "/ws/swarm");
        ViewCheck check = new ViewCheck();
        List<ViewWatcher> watchers = new ArrayList<>();
        try (Crowd crowd = Crowd.before(url, DialectName.SBE, FrameForm.PLAIN, FRAMES_PER_SECOND)) {
            crowd.join(1, 1, false, () -> new WholeWatcher(check));
            List<Viewer> viewers = crowd.join(clients, JOINS_PER_SECOND, false, () -> {
                ViewWatcher watcher = new ViewWatcher(check);
                watchers.add(watcher);
                return watcher;
            });
            int without = Crowd.awaitJoined(viewers, JOIN_TIMEOUT);
            if (without > 0) {
                throw new IOException(without + " of " + clients + " viewers got no frame");
            }
            Meter meter = new Meter(server, url, crowd, viewers);
            List<Selection> pool = ViewPool.of(views, agents);
            terminal()
                    .printf(
                            "%d viewers in binary, %d agents, %d views; a server with nobody but them%n%n",
                            clients, agents, views);
            meter.head(terminal());
            rest(warmup);
            meter.measure(terminal(), "the whole swarm", () -> rest(seconds));
            for (int i = 0; i < viewers.size(); i++) {
                crowd.say(viewers.get(i), asked(pool.get(i % pool.size())));
            }
            rest(Math.max(1, warmup));
            meter.measure(terminal(), "one view each", () -> rest(seconds));
            keepChanging(crowd, viewers, pool, warmup);
            meter.measure(terminal(), "changing views", () -> keepChanging(crowd, viewers, pool, seconds));
        }
        check.finish();
        return verdict(check, watchers);
    }

    private int verdict(ViewCheck check, List<ViewWatcher> watchers) {
        long changes = watchers.stream().mapToLong(ViewWatcher::changes).sum();
        long refusals = watchers.stream().mapToLong(ViewWatcher::refusals).sum();
        terminal()
                .printf(
                        "%n%,d frames checked, %d wrong, %d of ticks that there was no whole frame of; %,d changes of view,"
                                + " %d refused%n",
                        check.right() + check.wrong(), check.wrong(), check.unchecked(), changes, refusals);
        String example = check.example();
        if (example != null) {
            terminal().println("FAIL: " + example);
        }
        Optional<String> shortfall = shortfall(check.right() + check.wrong(), check.unchecked(), changes, refusals);
        shortfall.ifPresent(reason -> terminal().println("FAIL: " + reason));
        terminal().flush();
        return check.wrong() > 0 || shortfall.isPresent() ? FAILED : 0;
    }

    /**
     * Why a run without a wrong frame proves nothing; empty when it does.
     *
     * @param checked frames held against a whole one
     * @param changes views that were granted
     * @param refusals views that were not, for the most part because the machine delayed an asking into the next one's second
     */
    static Optional<String> shortfall(long checked, long unchecked, long changes, long refusals) {
        if (checked == 0) {
            return Optional.of("no frame was checked");
        } else if (changes == 0) {
            return Optional.of("no view was changed; " + refusals + " changes were refused");
        } else if (refusals * 100 >= changes + refusals) {
            return Optional.of(refusals + " of " + (changes + refusals)
                    + " changes of view were refused, 1 % or more: the machine is too slow for so many viewers");
        } else if (unchecked * 100 >= checked + unchecked) {
            return Optional.of(unchecked + " of " + (checked + unchecked)
                    + " frames could not be checked, 1 % or more: the viewer of the whole swarm fell behind");
        }
        return Optional.empty();
    }

    /** Each viewer in turn, so that somebody changes at every moment. */
    private void keepChanging(Crowd crowd, List<Viewer> viewers, List<Selection> pool, int forSeconds)
            throws InterruptedException {
        long begin = System.nanoTime();
        long end = begin + TimeUnit.SECONDS.toNanos(forSeconds);
        long sent = 0;
        for (long now = begin; now < end; now = System.nanoTime()) {
            long due = (now - begin) * viewers.size() / CHANGE_NANOS;
            for (; sent < due; sent++) {
                Selection wanted = pool.get(random.nextInt(pool.size()));
                crowd.say(viewers.get((int) (sent % viewers.size())), asked(wanted));
            }
            TimeUnit.MILLISECONDS.sleep(STEP_MILLIS);
        }
        // Who is first in the next round has to wait for its second, too.
        TimeUnit.NANOSECONDS.sleep(CHANGE_NANOS);
    }

    private byte[] asked(Selection selection) {
        return encoder.encode(new Message.Subscribe("v", 0, Message.Form.PLAIN, selection));
    }

    private static void rest(int forSeconds) throws InterruptedException {
        TimeUnit.SECONDS.sleep(forSeconds);
    }

    private void whole(String option, int value, int min, int max) {
        if (value < min || value > max) {
            throw new ParameterException(
                    spec.commandLine(), option + "=" + value + ", from " + min + " to " + max + " are possible");
        }
    }

    private static Servers ofCheckout(Pinning pinning) {
        return (connections, agents, eventLoops) -> ServerUnderTest.start(
                Peer.essaim(Checkout.ofThisCode(), FRAMES_PER_SECOND, connections, agents, eventLoops),
                pinning.ofServer());
    }

    private PrintWriter terminal() {
        return spec.commandLine().getOut();
    }

    /** What a phase does. */
    private interface Phase {
        void run() throws InterruptedException;
    }

    /** The viewer of the whole swarm. */
    private static final class WholeWatcher implements FrameTap {
        private final ViewCheck check;

        WholeWatcher(ViewCheck check) {
            this.check = check;
        }

        @Override
        public void onRoster(byte[] message) {
            check.wholeRoster(message);
        }

        @Override
        public void onFrame(long sequence, long timeMicros, ByteBuffer buffer, int offset, int length) {
            byte[] frame = new byte[length];
            buffer.get(offset, frame);
            check.whole(sequence, frame);
        }
    }

    /** What a phase cost, as a line of a table. */
    private static final class Meter {
        private final ServerProcess process;
        private final URI url;
        private final Crowd crowd;
        private final List<Viewer> viewers;
        private final WallClock clock = new WallClock();

        Meter(ServerUnderTest server, URI url, Crowd crowd, List<Viewer> viewers) {
            this.crowd = crowd;
            this.process = new ServerProcess(server.pid());
            this.url = url;
            this.viewers = viewers;
        }

        void head(PrintWriter terminal) {
            terminal.printf(
                    "%-16s %6s %7s %7s %9s %9s %9s %7s %6s %7s%n",
                    "", "fps", "p50 ms", "p99 ms", "clock µs", "views µs", "µs/frame", "KB/s", "MB", "missed");
            terminal.flush();
        }

        void measure(PrintWriter terminal, String name, Phase phase) throws IOException, InterruptedException {
            ServerCounters before = counters();
            ServerProcess.Sample processBefore = process.sample();
            long from = clock.micros();
            phase.run();
            long to = clock.micros();
            ServerProcess.Sample processAfter = process.sample();
            ServerCounters after = counters();
            Histogram ages = new Histogram(3);
            AtomicLong bytes = new AtomicLong();
            crowd.look(() -> viewers.forEach(viewer -> bytes.addAndGet(gather(viewer.frames(), from, to, ages))));
            double elapsed = (to - from) / 1e6;
            double ticks = Math.max(1, after.since(before, "ticks"));
            long frames = Math.max(1, ages.getTotalCount());
            terminal.printf(
                    "%-16s %6.1f %7.1f %7.1f %9.0f %9.0f %9.1f %7.0f %6d %7d%n",
                    name,
                    ages.getTotalCount() / elapsed / viewers.size(),
                    ages.getValueAtPercentile(50) / 1e3,
                    ages.getValueAtPercentile(99) / 1e3,
                    clockMicros(processBefore, processAfter) / ticks,
                    after.values().getOrDefault("view_seconds_per_tick", 0.0) * 1e6,
                    (double) (processAfter.cpuMicros() - processBefore.cpuMicros()) / frames,
                    bytes.get() / 1e3 / elapsed / viewers.size(),
                    processAfter.residentBytes() >> 20,
                    after.since(before, "ticks_missed"));
            terminal.flush();
        }

        /** Adds the ages of what came in between; returns its bytes. */
        private static long gather(ArrivalLog frames, long from, long to, Histogram ages) {
            int end = frames.firstFrom(to);
            for (int i = frames.firstFrom(from); i < end; i++) {
                ages.recordValue(Math.max(0, frames.ageMicros(i)));
            }
            return frames.bytesBetween(from, to);
        }

        private static long clockMicros(ServerProcess.Sample before, ServerProcess.Sample after) {
            String clock = "swarm-clock";
            return after.threadMicros().getOrDefault(clock, 0L)
                    - before.threadMicros().getOrDefault(clock, 0L);
        }

        private ServerCounters counters() throws IOException, InterruptedException {
            return ServerCounters.read(url, Trust.system())
                    .orElseThrow(() -> new IOException("the server does not tell its counters"));
        }
    }
}
