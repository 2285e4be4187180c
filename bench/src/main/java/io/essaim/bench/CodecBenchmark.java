package io.essaim.bench;

import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.swarm.SwarmFrame;
import io.essaim.protocol.swarm.delta.DeltaDecoder;
import io.essaim.protocol.swarm.delta.DeltaEncoder;
import io.essaim.protocol.swarm.delta.Keyframe;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
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
 * The codec of the form delta: a frame, and the keyframe for who joins. The frames are 601 consecutive ones of the generator
 * (151 of 100,000 agents, for memory), forth and back: each differs from the one before, and motion is smooth but at both ends,
 * where all agents turn at once. That makes these frames larger than those of a stream that goes on, and so a little dearer.
 *
 * <p>A decoder can go round and round only if each round leaves it as it was before. So rounds are encoded, with a sync
 * point every five seconds and before the first frame, until a keyframe there equals the one a round before: a keyframe is all
 * that a decoder knows.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 1_000, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsAppend = Jvm.EXPORTS)
@SuppressWarnings("NullAway.Init") // filled by JMH and setUp
public class CodecBenchmark {
    /** Five seconds. */
    private static final int FRAMES_BETWEEN_SYNC_POINTS = 300;

    private static final int FRAMES = 2 * FRAMES_BETWEEN_SYNC_POINTS + 1;
    private static final int FRAMES_OF_MANY_AGENTS = FRAMES_BETWEEN_SYNC_POINTS / 2 + 1;
    private static final int MANY_AGENTS = 50_000;
    private static final int RUN_IN = 200;
    private static final int ROUNDS_MAX = 20;

    @Param({"10", "100", "350", "1000", "10000", "100000"})
    int agents;

    private List<SwarmFrame> frames;
    private DeltaEncoder encoder;
    private DeltaDecoder decoder;
    private Keyframe keyframe;
    private byte[] codedKeyframe;
    /** By frame of a round. */
    private ByteBuffer[] coded;

    private int toEncode;
    private int toDecode;

    @Setup
    public void setUp() throws MalformedMessageException {
        Recording recording = new Recording(agents, agents < MANY_AGENTS ? FRAMES : FRAMES_OF_MANY_AGENTS);
        frames = recording.frames();
        coded = new ByteBuffer[2 * (frames.size() - 1)];
        encoder = new DeltaEncoder(recording.stream().valueBits());
        encoder.add(agents);
        encodeRounds();
        decoder = new DeltaDecoder(recording.stream().valueBits());
        decoder.begin(ByteBuffer.wrap(codedKeyframe), agents);
        toEncode = 0;
        toDecode = 0;
        for (int i = 0; i < RUN_IN; i++) {
            encodeFrame();
            decodeFrame();
        }
    }

    /** Ends before the first frame of a round, with the sync point there. */
    private void encodeRounds() {
        keyframe = encoder.keyframe();
        byte[] before = new byte[0];
        for (int round = 0; round < ROUNDS_MAX; round++) {
            for (int i = 0; i < coded.length; i++) {
                if (i > 0 && i % FRAMES_BETWEEN_SYNC_POINTS == 0) {
                    keyframe = encoder.keyframe(keyframe);
                }
                int length = encoder.encode(frame(i));
                coded[i] = ByteBuffer.wrap(Arrays.copyOf(encoder.bytes(), length));
            }
            codedKeyframe = encoder.keyframe(keyframe).encode();
            if (Arrays.equals(before, codedKeyframe)) {
                return;
            }
            before = codedKeyframe;
        }
        throw new IllegalStateException(ROUNDS_MAX + " rounds, and none left the codec as it was before");
    }

    private SwarmFrame frame(int index) {
        return frames.get(index < frames.size() ? index : coded.length - index);
    }

    /** On the swarm clock's thread, once a tick. */
    @Benchmark
    public int encodeFrame() {
        int length = encoder.encode(frame(toEncode));
        toEncode = toEncode + 1 == coded.length ? 0 : toEncode + 1;
        return length;
    }

    /** By each viewer, once a frame. */
    @Benchmark
    public int[] decodeFrame() throws MalformedMessageException {
        ByteBuffer next = coded[toDecode];
        next.rewind();
        decoder.decode(next);
        toDecode = toDecode + 1 == coded.length ? 0 : toDecode + 1;
        return decoder.values(SwarmFrame.X);
    }

    /** On the swarm clock's thread, once a sync point, in memory that was used before. */
    @Benchmark
    public Keyframe takeKeyframe() {
        return encoder.keyframe(keyframe);
    }

    /** On another thread, at most once a sync point. */
    @Benchmark
    public byte[] encodeKeyframe() {
        return keyframe.encode();
    }

    /** By a viewer that joins. */
    @Benchmark
    public int[] decodeKeyframe() throws MalformedMessageException {
        decoder.begin(ByteBuffer.wrap(codedKeyframe), agents);
        return decoder.values(SwarmFrame.X);
    }

    /** Of a frame, without the header of its message; mean over a round. */
    double frameBytes() {
        return Arrays.stream(coded).mapToInt(ByteBuffer::capacity).average().orElseThrow();
    }

    /** Without the header of its message. */
    int keyframeBytes() {
        return codedKeyframe.length;
    }

    DeltaDecoder decoder() {
        return decoder;
    }

    SwarmFrame firstOfRound() {
        return frame(0);
    }

    /** What {@link #decodeFrame} reads next. */
    SwarmFrame nextToDecode() {
        return frame(toDecode);
    }
}
