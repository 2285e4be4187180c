package io.essaim.bench;

import io.essaim.protocol.Message.TierReason;
import io.essaim.server.observe.Counters;
import io.essaim.server.observe.ErrorLog;
import io.essaim.server.observe.Metrics;
import io.essaim.server.stream.DeltaSetup;
import io.essaim.server.stream.Epoch;
import io.essaim.server.stream.FanOut;
import io.essaim.server.stream.Feed;
import io.essaim.server.stream.FeedEncoder;
import io.essaim.server.stream.FrameMemory;
import io.essaim.server.stream.FrameSink;
import io.essaim.server.stream.JsonFeedEncoder;
import io.essaim.server.stream.PlainFeedEncoder;
import io.essaim.server.stream.SharedFrame;
import io.essaim.server.stream.Streamer;
import io.essaim.server.stream.Subscriber;
import io.essaim.server.stream.SubscriberListener;
import io.essaim.server.stream.ViewLimits;
import io.essaim.server.swarm.TimeSource;
import io.essaim.server.transport.SocketServer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One tick of 350 agents to 500 sinks in memory: quantise, encode once, cross the ring, hand the same bytes to each. Against
 * the same with one sink: what the difference is not is shared by all, what it is comes with each client. Clock and loop
 * are one thread here, and a sink only counts references, as Netty does: no socket, no kernel. Those dominate a server;
 * this says what is Essaim's own.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsAppend = Jvm.EXPORTS)
@SuppressWarnings("NullAway.Init") // filled by JMH and setUp
public class FanOutBenchmark {
    private static final int AGENTS = 350;
    private static final long FRAME_MEMORY_BYTES = 64 << 20;

    @Param({"1", "500"})
    int sinks;

    @Param({"JSON", "PLAIN"})
    Form form;

    private final MemorySink[] all = new MemorySink[500];
    private Recording recording;
    private Streamer streamer;
    private long tick;

    /** The feeds there are. */
    public enum Form {
        JSON,
        PLAIN
    }

    @Setup
    public void setUp() {
        recording = new Recording(AGENTS);
        Counters counters = new Counters();
        streamer = new Streamer(
                recording.stream(),
                AGENTS,
                ViewLimits.DEFAULT,
                Optional.empty(),
                SocketServer.frameAllocator(),
                new FrameMemory(FRAME_MEMORY_BYTES),
                new DeltaSetup(Duration.ofSeconds(5), Runnable::run, new ErrorLog(counters)),
                TimeSource.SYSTEM,
                counters);
        FeedEncoder encoder =
                form == Form.JSON ? new JsonFeedEncoder(recording.stream()) : new PlainFeedEncoder(recording.stream());
        Feed feed = streamer.addFeed(form.name(), encoder);
        FanOut loop = new FanOut(
                streamer.feeds(),
                streamer.tiers(),
                Runnable::run,
                TimeSource.SYSTEM,
                counters,
                new Metrics(counters).distributions());
        for (int i = 0; i < sinks; i++) {
            all[i] = new MemorySink();
            loop.add(new Subscriber(feed, streamer.epoch(), all[i], 1, all[i], counters, 0));
        }
        streamer.addLoop(loop);
    }

    /** The frames that the last sink got, so that nothing is optimised away. */
    @Benchmark
    public long tick() {
        streamer.onTick(tick, tick * 16_667, recording.state());
        tick++;
        return all[sinks - 1].frames;
    }

    MemorySink sink(int index) {
        return all[index];
    }

    /** Holds a frame until the next, as a socket that sends in time. */
    static final class MemorySink implements FrameSink, SubscriberListener {
        private @Nullable SharedFrame held;
        private long frames;
        private long bytes;

        @Override
        public boolean isWritable() {
            return true;
        }

        @Override
        public void send(SharedFrame frame, int offset, int length) {
            frame.retain();
            if (held != null) {
                held.release();
            }
            held = frame;
            frames++;
            bytes += length;
        }

        @Override
        public long queuedBytes() {
            return 0;
        }

        @Override
        public void stage(SharedFrame frame) {
            bytes += frame.length();
        }

        @Override
        public void onTier(long sequence, int stride, TierReason reason) {
            throw new IllegalStateException("tier " + reason);
        }

        @Override
        public void onEpoch(Epoch epoch, int stride) {
            throw new IllegalStateException("another stream: " + epoch.reason());
        }

        @Override
        public void onReplay(long sequence) {
            throw new IllegalStateException("replay from " + sequence);
        }

        @Override
        public void onStall() {
            throw new IllegalStateException("stalled");
        }

        long frames() {
            return frames;
        }

        long bytes() {
            return bytes;
        }
    }
}
