package io.essaim.bench.load;

import com.sun.management.OperatingSystemMXBean;
import io.essaim.bench.load.LoadRun.Use;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is counted by others and read at both ends of the window: CPU times, the server's memory and allocation, frames. The
 * run's own thread.
 */
final class WindowMeter {
    private static final String ALLOCATED_BYTES = "threads_allocated_bytes";

    private final LoadPlan plan;
    private final Optional<ServerProcess> process;
    private final List<LoadThread> threads;
    private final ThreadMXBean threadTimes = ManagementFactory.getThreadMXBean();
    private final Optional<ServerProcess.Sample> idle;

    private Allocated allocatedBefore = new Allocated(Optional.empty(), 0);
    private Optional<ServerProcess.Sample> begin = Optional.empty();
    private Optional<ServerProcess.Sample> end = Optional.empty();
    private long[] threadNanos = {};
    private long ownNanos;
    private long frames;

    /**
     * Before the first connection.
     *
     * @param threads may be added until the window begins
     */
    WindowMeter(LoadPlan plan, Optional<ServerProcess> process, List<LoadThread> threads) throws IOException {
        this.plan = plan;
        this.process = process;
        this.threads = threads;
        this.idle = process.isPresent() ? Optional.of(process.get().sample()) : Optional.empty();
    }

    /** Shortly before the window: reading this takes the server some work. */
    void before() throws InterruptedException {
        allocatedBefore = allocated();
    }

    void begin() {
        frames = framesSoFar();
        begin = sampleIfAlive();
        threadNanos = threadNanosSoFar();
        ownNanos = ownCpuNanos();
    }

    void end() {
        end = sampleIfAlive();
        ownNanos = ownCpuNanos() - ownNanos;
        long[] begun = threadNanos;
        threadNanos = threadNanosSoFar();
        for (int i = 0; i < begun.length; i++) {
            threadNanos[i] -= begun[i];
        }
        frames = framesSoFar() - frames;
    }

    /** Once the window's last frames are here. */
    Measured measured() throws InterruptedException {
        double busiest = 0;
        for (long nanos : threadNanos) {
            busiest = Math.max(busiest, nanos / (double) plan.duration().toNanos());
        }
        Double allocatedBytesPerFrame = allocated().since(allocatedBefore);
        return new Measured(frames, ownNanos / 1000, busiest, use(allocatedBytesPerFrame));
    }

    /** What was taken at both ends of the window. */
    record Measured(
            long frames,
            long ownCpuMicros,
            double busiestThreadCores,
            @Nullable Use use) {
        double allCores(double seconds) {
            return ownCpuMicros / 1e6 / seconds / Runtime.getRuntime().availableProcessors();
        }
    }

    private @Nullable Use use(@Nullable Double allocatedBytesPerFrame) {
        if (begin.isEmpty() || end.isEmpty() || idle.isEmpty()) {
            return null;
        }
        return new Use(
                end.get().cpuMicros() - begin.get().cpuMicros(),
                end.get().userMicros() - begin.get().userMicros(),
                byThread(begin.get(), end.get()),
                allocatedBytesPerFrame,
                end.get().residentBytes(),
                end.get().residentBytes() - idle.get().residentBytes());
    }

    private static Map<String, Long> byThread(ServerProcess.Sample begin, ServerProcess.Sample end) {
        Map<String, Long> threads = new TreeMap<>(end.threadMicros());
        threads.replaceAll((name, micros) -> micros - begin.threadMicros().getOrDefault(name, 0L));
        threads.values().removeIf(micros -> micros <= 0);
        return threads;
    }

    /** What the server says it has allocated by now, and the frames that clients have by now. */
    private Allocated allocated() throws InterruptedException {
        Optional<ServerCounters> counters =
                ServerCounters.read(plan.url(), plan.wire().trust()).filter(read -> read.has(ALLOCATED_BYTES));
        return new Allocated(counters, framesSoFar());
    }

    private record Allocated(Optional<ServerCounters> counters, long frames) {
        @Nullable
        Double since(Allocated before) {
            if (counters.isEmpty() || before.counters.isEmpty() || frames == before.frames) {
                return null;
            }
            return (double) counters.get().since(before.counters.get(), ALLOCATED_BYTES) / (frames - before.frames);
        }
    }

    /** A server that dies under load is a finding, and no reason to lose the others. */
    private Optional<ServerProcess.Sample> sampleIfAlive() {
        try {
            return process.isPresent() ? Optional.of(process.get().sample()) : Optional.empty();
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    private long framesSoFar() {
        return threads.stream().mapToLong(thread -> thread.snapshot().frames()).sum();
    }

    private long[] threadNanosSoFar() {
        return threads.stream()
                .mapToLong(thread -> threadTimes.getThreadCpuTime(thread.threadId()))
                .toArray();
    }

    /** Of this whole process: verifier, collector and compiler count, too. */
    private static long ownCpuNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }
}
