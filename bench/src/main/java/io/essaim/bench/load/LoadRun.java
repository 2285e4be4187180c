package io.essaim.bench.load;

import io.essaim.bench.load.LoadThread.Window;
import io.essaim.bench.load.Verifier.Findings;
import io.essaim.bench.load.WindowMeter.Measured;
import io.essaim.bench.result.Verdict;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * One run from the first connection to the verdict: connect, warm up, measure, leave, judge. Blocks its caller; the work is
 * done by {@link LoadThread}s.
 */
public final class LoadRun {
    private static final Duration JOIN_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration STEP = Duration.ofMillis(100);
    private static final Duration PROGRESS = Duration.ofSeconds(1);

    /** Frames due at the window's end may still be on their way. */
    private static final Duration GRACE = Duration.ofMillis(1_200);

    /** Hears how far a run is; the run's own thread. */
    public interface Listener {
        /** About once a second. */
        void progress(Progress progress);
    }

    /** What a run is doing. */
    public enum Phase {
        CONNECTING,
        WARMING_UP,
        MEASURING
    }

    /**
     * How far a run is.
     *
     * @param frames so far, over all clients
     * @param ages since the last progress
     */
    public record Progress(
            Phase phase,
            double seconds,
            int joined,
            int clients,
            long frames,
            long bytes,
            long gaps,
            long faults,
            Histogram ages) {}

    /**
     * What a run found.
     *
     * @param ages microseconds, one sample for each frame due
     * @param joins microseconds from the first byte to the first frame
     * @param recoveries microseconds from reading again after a stall to a frame younger than 250 ms
     * @param joinBytes up to and with the first frame, WebSocket headers included
     * @param bytes that the steady clients got in the window, WebSocket headers included
     * @param headerBytes of these, the headers
     * @param allFrames that all clients got in the window
     * @param verified frames compared with the reference's values
     * @param agreed frames compared with those of other clients only
     * @param wire what the viewers' connections turned out to be
     * @param server null when its process is not known
     */
    public record Outcome(
            Verdict verdict,
            List<String> reasons,
            int agents,
            Steady steady,
            long bytes,
            long headerBytes,
            long allFrames,
            Histogram ages,
            Histogram joins,
            Histogram joinBytes,
            Histogram recoveries,
            Histogram turns,
            long longestPauseMicros,
            Map<String, Long> faults,
            Map<String, Long> gaps,
            long verified,
            long agreed,
            long generatorCpuMicros,
            double busiestThreadCores,
            WireUse wire,
            @Nullable Use server) {}

    /**
     * The server's process over the window.
     *
     * @param threadMicros CPU time by thread name
     * @param allocatedBytesPerFrame on the heap; null when the server does not tell
     */
    public record Use(
            long cpuMicros,
            long userMicros,
            Map<String, Long> threadMicros,
            @Nullable Double allocatedBytesPerFrame,
            long residentBytes,
            long residentGrowthBytes) {}

    private final LoadPlan plan;
    private final Listener listener;
    private final List<LoadThread> threads = new ArrayList<>();
    private final Optional<ServerProcess> process;
    private long startNanos;
    private long progressNanos;

    /** @param process the server's, if it is on this machine */
    public LoadRun(LoadPlan plan, Optional<ServerProcess> process, Listener listener) {
        this.plan = plan;
        this.process = process;
        this.listener = listener;
    }

    /**
     * Does it all.
     *
     * @throws IOException when there is no such server, when no viewer gets in, or the kernel refuses what the plan needs
     */
    public Outcome run() throws IOException, InterruptedException {
        InetSocketAddress address =
                new InetSocketAddress(plan.url().getHost(), plan.url().getPort());
        if (address.isUnresolved()) {
            throw new IOException("no address is known for " + plan.url().getHost());
        }
        if (plan.isTls()) {
            TlsCheck.handshake(plan.url(), address, plan.wire().trust());
        }
        Optional<ServerCounters> before = counters();
        WindowMeter meter = new WindowMeter(plan, process, threads);
        Verifier verifier = plan.verify()
                ? new Verifier(dialect().content(), new JsonDialect().content())
                : new Verifier(null, null);
        startNanos = System.nanoTime();
        progressNanos = startNanos;
        try (PauseMeter pauses = new PauseMeter();
                ReferenceConnection reference = plan.verify() ? reference(verifier) : null) {
            pauses.start();
            start(address, verifier, pauses);
            awaitJoined();
            if (total().joined() == 0) {
                throw new IOException("no viewer got a frame: "
                        + String.join("; ", leave(reference).faults.sentences().values()));
            }
            rest(Phase.WARMING_UP, plan.warmup());
            Measured measured = measure(meter);
            int joined = total().joined();
            Judge judge = new Judge()
                    .clients(plan.clients(), joined)
                    .reference(reference == null ? null : reference.failure());
            Tally all = leave(reference);
            Findings findings = verifier.close();
            if (plan.verify()) {
                judge.verified(findings.verified, findings.agreed);
            }
            return outcome(measured, all, findings, pauses, judge, before);
        } finally {
            for (LoadThread thread : threads) {
                thread.stop();
            }
        }
    }

    /** The reference last: it says what the clients' last frames should hold. */
    private Tally leave(@Nullable ReferenceConnection reference) throws InterruptedException {
        Tally all = new Tally();
        for (LoadThread thread : threads) {
            thread.stop();
        }
        for (LoadThread thread : threads) {
            thread.finish();
            all.add(thread.tally());
        }
        if (reference != null) {
            all.add(reference.leave());
        }
        return all;
    }

    private ReferenceConnection reference(Verifier verifier) throws IOException, InterruptedException {
        return ReferenceConnection.open(
                new JsonDialect().target(plan.url(), plan.framesPerSecond()),
                plan.wire().trust(),
                verifier);
    }

    private Optional<ServerCounters> counters() throws InterruptedException {
        return ServerCounters.read(plan.url(), plan.wire().trust());
    }

    private void start(InetSocketAddress address, Verifier verifier, PauseMeter pauses) throws IOException {
        for (int i = 0; i < plan.threads(); i++) {
            List<Integer> ids = new ArrayList<>();
            for (int id = i; id < plan.clients(); id += plan.threads()) {
                ids.add(id);
            }
            threads.add(new LoadThread(i, plan, address, dialect(), ids, verifier, pauses));
        }
        threads.forEach(LoadThread::start);
    }

    private Dialect dialect() {
        return switch (plan.dialect()) {
            case SBE -> SbeDialect.of(plan.wire().form());
            case BARE -> SbeDialect.bare();
            case JSON -> new JsonDialect();
            case SOCKETIO -> new SocketIoDialect(false);
            case SOCKETIO_MSGPACK -> new SocketIoDialect(true);
        };
    }

    private void awaitJoined() throws InterruptedException {
        long connecting = TimeUnit.SECONDS.toNanos(plan.clients()) / plan.rampPerSecond();
        long deadline = System.nanoTime() + connecting + JOIN_TIMEOUT.toNanos();
        while (System.nanoTime() < deadline) {
            LoadThread.Snapshot now = total();
            if (now.joined() + now.failed() >= plan.clients()) {
                return;
            }
            rest(Phase.CONNECTING, STEP);
        }
    }

    private Measured measure(WindowMeter meter) throws InterruptedException {
        meter.before();
        // Ahead of time: every thread knows it before the first frame of it.
        rest(Phase.WARMING_UP, STEP);
        long from = new WallClock().micros() + TimeUnit.NANOSECONDS.toMicros(STEP.toNanos());
        Window window = new Window(
                from, from + TimeUnit.NANOSECONDS.toMicros(plan.duration().toNanos()));
        threads.forEach(thread -> thread.window(window));
        TimeUnit.NANOSECONDS.sleep(STEP.toNanos());
        meter.begin();
        rest(Phase.MEASURING, plan.duration());
        meter.end();
        rest(Phase.MEASURING, GRACE);
        progressNanos = System.nanoTime();
        tell(Phase.MEASURING);
        return meter.measured();
    }

    private Outcome outcome(
            Measured measured,
            Tally all,
            Findings findings,
            PauseMeter pauses,
            Judge judge,
            Optional<ServerCounters> before)
            throws InterruptedException {
        all.faults.addAll(findings.faults);
        double seconds = plan.duration().toNanos() / 1e9;
        Steady steady = Steady.of(threads, seconds);
        judge.rate(plan.framesPerSecond(), steady)
                .faults(all.faults)
                .gaps(plan.clients() + (plan.verify() ? 1 : 0), findings, all, before, counters())
                .lateness(findings, TimeUnit.NANOSECONDS.toMicros(plan.late().toNanos()))
                .generator(
                        measured.busiestThreadCores(),
                        measured.allCores(seconds),
                        all.lateByPause,
                        all.framesInWindow,
                        findings.unverified);
        return new Outcome(
                judge.verdict(),
                judge.reasons(),
                all.agents,
                steady,
                all.bytesInWindow,
                all.headerBytesInWindow,
                measured.frames(),
                all.ages,
                all.joins,
                all.joinBytes,
                all.recoveries,
                all.turns,
                pauses.longestMicros(),
                all.faults.byKey(),
                judge.explainedGaps(),
                findings.verified,
                findings.agreed,
                measured.ownCpuMicros(),
                measured.busiestThreadCores(),
                all.wireUse(),
                measured.use());
    }

    /**
     * The clients that behaved, over the window.
     *
     * @param framesPerSecondDue what each was due, by the rate that the server granted; the least
     * @param framesDue to all of them
     * @param frames that they got
     * @param worstShare of what was due to it, that the worst off got
     */
    public record Steady(
            int clients, double seconds, double framesPerSecondDue, double framesDue, long frames, double worstShare) {
        static Steady of(List<LoadThread> threads, double seconds) {
            int clients = 0;
            long frames = 0;
            double due = 0;
            double slowest = Double.MAX_VALUE;
            double worst = 1;
            for (LoadThread thread : threads) {
                for (Client client : thread.clients()) {
                    if (client.role() == Client.Role.STEADY) {
                        double rate = thread.grid().ticksPerSecond() / client.stride();
                        clients++;
                        frames += client.framesInWindow();
                        // Whole frames: one at the edge may fall to either side.
                        double whole = Math.max(1, Math.floor(rate * seconds));
                        due += whole;
                        slowest = Math.min(slowest, rate);
                        worst = Math.min(worst, client.framesInWindow() / whole);
                    }
                }
            }
            return new Steady(clients, seconds, clients == 0 ? 0 : slowest, due, frames, worst);
        }

        /** Mean over the clients. */
        public double framesPerSecond() {
            return clients == 0 ? 0 : frames / seconds / clients;
        }
    }

    /** Lets time pass and tells of it. */
    private void rest(Phase phase, Duration duration) throws InterruptedException {
        long end = System.nanoTime() + duration.toNanos();
        for (long now = System.nanoTime(); now < end; now = System.nanoTime()) {
            TimeUnit.NANOSECONDS.sleep(Math.min(end - now, STEP.toNanos()));
            if (System.nanoTime() - progressNanos > PROGRESS.toNanos()) {
                progressNanos = System.nanoTime();
                tell(phase);
            }
        }
    }

    private void tell(Phase phase) {
        LoadThread.Snapshot total = total();
        Histogram ages = Tally.histogram();
        for (LoadThread thread : threads) {
            ages.add(thread.recentAges());
        }
        listener.progress(new Progress(
                phase,
                (progressNanos - startNanos) / 1e9,
                total.joined(),
                plan.clients(),
                total.frames(),
                total.bytes(),
                total.gaps(),
                total.faults(),
                ages));
    }

    private LoadThread.Snapshot total() {
        LoadThread.Snapshot total = LoadThread.Snapshot.NOTHING;
        for (LoadThread thread : threads) {
            total = total.plus(thread.snapshot());
        }
        return total;
    }
}
