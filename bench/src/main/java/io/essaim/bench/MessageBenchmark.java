package io.essaim.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.Message;
import io.essaim.protocol.json.JsonClientMessageDecoder;
import io.essaim.protocol.json.JsonMessageEncoder;
import io.essaim.protocol.sbe.SbeDecoder;
import io.essaim.protocol.sbe.SbeMessageEncoder;
import io.essaim.server.stream.WebSocketFraming;
import java.io.IOException;
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
 * Every message but the frames (those are {@link FrameBenchmark}'s), in both encodings. They come once per connection or
 * a few times a second, so they may allocate; this says how much.
 *
 * <p>JSON is decoded by the server's own decoder where clients send the message, else as a client does with a common
 * library: into Jackson's tree. A roster is never sent in JSON; its JSON form is here for comparison.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 100, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 100, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsAppend = Jvm.EXPORTS)
@SuppressWarnings("NullAway.Init") // filled by JMH and setUp
public class MessageBenchmark {
    @Param({
        "connected",
        "heartbeat",
        "frequency_update",
        "subscribed",
        "tier",
        "error",
        "pong",
        "stream_changed",
        "subscribe",
        "ping",
        "stats",
        "auth",
        "authenticated",
        "agent.status_changed",
        "batch",
        "subscribed_events",
        "subscribed_frequency",
        "unsubscribed",
        "published",
        "gap",
        "presence",
        "snapshot",
        "subscribe_events",
        "subscribe_frequency",
        "unsubscribe",
        "join",
        "leave",
        "publish",
        "roster-10",
        "roster-100",
        "roster-350",
        "roster-1000",
        "roster-10000",
        "roster-100000"
    })
    String message;

    private final JsonMessageEncoder jsonEncoder = new JsonMessageEncoder();
    private final SbeMessageEncoder plainEncoder = new SbeMessageEncoder();
    private final JsonClientMessageDecoder jsonServerDecoder = new JsonClientMessageDecoder();
    private final ObjectMapper jsonClientDecoder = new ObjectMapper();
    private final SbeDecoder plainDecoder = new SbeDecoder();
    private Message sample;
    private byte[] json;
    private byte[] plain;

    @Setup
    public void setUp() {
        sample = MessageSamples.of(message);
        json = jsonEncoder.encode(sample);
        plain = plainEncoder.encode(sample);
    }

    @Benchmark
    public byte[] encodeJson() {
        return jsonEncoder.encode(sample);
    }

    @Benchmark
    public byte[] encodePlain() {
        return plainEncoder.encode(sample);
    }

    @Benchmark
    public Object decodeJson() throws IOException, MalformedMessageException {
        return sample instanceof Message.FromClient ? jsonServerDecoder.decode(json) : jsonClientDecoder.readTree(json);
    }

    @Benchmark
    public Message decodePlain() throws MalformedMessageException {
        return plainDecoder.decode(plain);
    }

    /** On the wire, with the WebSocket header. */
    int jsonBytes() {
        return json.length + WebSocketFraming.headerLength(json.length);
    }

    /** As {@link #jsonBytes}. */
    int plainBytes() {
        return plain.length + WebSocketFraming.headerLength(plain.length);
    }
}
