package io.essaim.bench;

import io.essaim.client.PlainDecoder;
import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.json.JsonBuffer;
import io.essaim.protocol.json.JsonFrameEncoder;
import io.essaim.protocol.sbe.SbeDecoder;
import io.essaim.protocol.sbe.SbeFrameEncoder;
import io.essaim.protocol.swarm.SwarmFrame;
import io.essaim.server.stream.WebSocketFraming;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.agrona.BufferUtil;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
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
 * One frame in each form: what it costs the server once per tick and what it costs a client per frame.
 * The frames are the same integers for all, so a difference is the form's. Encoders are the server's own; JSON is decoded
 * by {@link JsonFrameReader}, the plain form by the protocol's decoder over Agrona and by the Java client's over ByteBuffer.
 *
 * <p>The encoding ends in reused memory: sending, and copying JSON into a frame's memory, are the fan-out's.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsAppend = Jvm.EXPORTS)
@SuppressWarnings("NullAway.Init") // filled by JMH and setUp
public class FrameBenchmark {
    @Param({"10", "100", "350", "1000", "10000", "100000"})
    int agents;

    private Recording recording;
    private JsonFrameEncoder jsonEncoder;
    private SbeFrameEncoder plainEncoder;
    private MutableDirectBuffer plainOut;
    private final JsonBuffer jsonOut = new JsonBuffer(1 << 12);
    private final byte[][] json = new byte[Recording.FRAMES][];
    private final byte[][] plain = new byte[Recording.FRAMES][];
    private final JsonFrameReader jsonReader = new JsonFrameReader();
    private final SbeDecoder plainDecoder = new SbeDecoder();
    private final PlainDecoder clientDecoder = new PlainDecoder();
    private final SwarmFrame decoded = new SwarmFrame();
    private int next;

    @Setup
    public void setUp() {
        recording = new Recording(agents);
        jsonEncoder = new JsonFrameEncoder(recording.stream());
        plainEncoder = new SbeFrameEncoder(recording.stream().valueBits());
        // Direct and aligned, as the memory that sockets send from.
        plainOut = new UnsafeBuffer(BufferUtil.allocateDirectAligned(plainEncoder.length(agents), 64));
        for (int i = 0; i < Recording.FRAMES; i++) {
            SwarmFrame frame = recording.frames().get(i);
            jsonEncoder.encode(frame, recording.roster(), jsonOut);
            json[i] = jsonOut.toByteArray();
            plain[i] = new byte[plainEncoder.length(agents)];
            plainEncoder.encode(frame, new UnsafeBuffer(plain[i]), 0);
        }
    }

    @Benchmark
    public int encodeJson() {
        jsonEncoder.encode(recording.frames().get(next()), recording.roster(), jsonOut);
        return jsonOut.length();
    }

    @Benchmark
    public int encodePlain() {
        return plainEncoder.encode(recording.frames().get(next()), plainOut, 0);
    }

    @Benchmark
    public int decodeJson() throws IOException {
        return jsonReader.read(json[next()]);
    }

    @Benchmark
    public SwarmFrame decodePlain() throws MalformedMessageException {
        plainDecoder.decodeFrame(plain[next()], decoded);
        return decoded;
    }

    /** As {@link #decodePlain}, by the decoder that needs neither Agrona nor a JVM flag. */
    @Benchmark
    public SwarmFrame decodePlainInClient() throws MalformedMessageException {
        clientDecoder.open(ByteBuffer.wrap(plain[next()]));
        clientDecoder.readFrame(decoded);
        return decoded;
    }

    /** Of one frame on the wire with its WebSocket header, on average over the frames that are decoded. */
    double jsonBytes() {
        return meanBytes(json);
    }

    /** As {@link #jsonBytes}. */
    double plainBytes() {
        return meanBytes(plain);
    }

    JsonFrameReader jsonReader() {
        return jsonReader;
    }

    private static double meanBytes(byte[][] payloads) {
        return Arrays.stream(payloads)
                .mapToInt(payload -> payload.length + WebSocketFraming.headerLength(payload.length))
                .average()
                .orElseThrow();
    }

    private int next() {
        next = (next + 1) & (Recording.FRAMES - 1);
        return next;
    }
}
