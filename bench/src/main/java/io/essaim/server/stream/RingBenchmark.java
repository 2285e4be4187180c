package io.essaim.server.stream;

import io.essaim.bench.Jvm;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullMarked;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Group;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Control;

/**
 * Handing a frame's descriptor from the swarm clock to an event loop: the server's ring against the queue of the JDK that
 * one would take instead, with a record per descriptor, as it needs objects. In the package of the ring, which is nobody
 * else's business.
 *
 * <p>{@code …Alone} is the cost itself: one thread offers a tick's four descriptors, then drains them. {@code …Contended}
 * is the worst case: a writer that never rests, a reader that never sleeps; the writer's time per accepted descriptor is
 * the figure to read. The server is near the first: it offers 60 times a second.
 */
@NullMarked
@State(Scope.Group)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsAppend = Jvm.EXPORTS)
public class RingBenchmark {
    /** As many as the server has feeds today. */
    static final int FEEDS = 4;

    /** What the ring holds: records of 40 bytes. */
    private static final int DESCRIPTORS = FrameRing.capacityFor(16) / 40;

    // reading thread
    private final List<Descriptor> drained = new ArrayList<>(DESCRIPTORS);
    private long read;

    private final FrameRing ring = new FrameRing(FrameRing.capacityFor(16), this::onDescriptor);
    private final ArrayBlockingQueue<Descriptor> queue = new ArrayBlockingQueue<>(DESCRIPTORS);

    /** Apart from what the reader writes, so that the two threads share no cache line but the ring's. */
    @State(Scope.Thread)
    public static class Writer {
        private final FrameDescriptor descriptor = new FrameDescriptor();
        private long sequence;

        FrameDescriptor describe(int feed, int frameSlot) {
            descriptor.feed = feed;
            descriptor.frameSlot = frameSlot;
            descriptor.preambleSlot = FrameDescriptor.NONE;
            descriptor.sequence = sequence;
            descriptor.timeMicros = sequence;
            return descriptor;
        }
    }

    private record Descriptor(int feed, int frameSlot, int preambleSlot, long sequence, long timeMicros) {}

    @Benchmark
    @Group("ringAlone")
    public long ringAlone(Writer writer) {
        writer.sequence++;
        for (int feed = 0; feed < FEEDS; feed++) {
            ring.offer(writer.describe(feed, feed));
        }
        ring.drain();
        return read;
    }

    @Benchmark
    @Group("queueAlone")
    public long queueAlone(Writer writer) {
        writer.sequence++;
        for (int feed = 0; feed < FEEDS; feed++) {
            queue.offer(new Descriptor(feed, feed, -1, writer.sequence, writer.sequence));
        }
        drainQueue();
        return read;
    }

    @Benchmark
    @Group("ringContended")
    public void ringOffer(Writer writer, Control control) {
        writer.sequence++;
        FrameDescriptor descriptor = writer.describe(0, 1);
        while (!ring.offer(descriptor) && !control.stopMeasurement) {
            Thread.onSpinWait();
        }
    }

    @Benchmark
    @Group("ringContended")
    public long ringDrain() {
        ring.drain();
        return read;
    }

    @Benchmark
    @Group("queueContended")
    public void queueOffer(Writer writer, Control control) {
        Descriptor descriptor = new Descriptor(0, 1, -1, ++writer.sequence, writer.sequence);
        while (!queue.offer(descriptor) && !control.stopMeasurement) {
            Thread.onSpinWait();
        }
    }

    @Benchmark
    @Group("queueContended")
    public long queueDrain() {
        drainQueue();
        return read;
    }

    private void onDescriptor(FrameDescriptor descriptor) {
        add(descriptor.feed, descriptor.frameSlot, descriptor.preambleSlot, descriptor.sequence, descriptor.timeMicros);
    }

    private void add(int feed, int frameSlot, int preambleSlot, long sequence, long timeMicros) {
        read += feed + frameSlot + preambleSlot + sequence + timeMicros;
    }

    private void drainQueue() {
        queue.drainTo(drained);
        for (int i = 0; i < drained.size(); i++) {
            Descriptor descriptor = drained.get(i);
            add(
                    descriptor.feed(),
                    descriptor.frameSlot(),
                    descriptor.preambleSlot(),
                    descriptor.sequence(),
                    descriptor.timeMicros());
        }
        drained.clear();
    }
}
