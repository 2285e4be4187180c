package io.essaim.bench;

import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.json.JsonBuffer;
import io.essaim.protocol.json.JsonFrameEncoder;
import io.essaim.protocol.json.JsonSwarmStateDecoder;
import io.essaim.protocol.sbe.SbeDecoder;
import io.essaim.protocol.sbe.SbeFrameEncoder;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.SwarmFrame;
import io.essaim.server.swarm.IngestSource;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
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
 * What one state of a producer costs the decoding thread, in each encoding, while its agents stay the same; and what it
 * costs then to hand it over to the swarm clock.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsAppend = Jvm.EXPORTS)
@SuppressWarnings("NullAway.Init") // filled by JMH and setUp
public class IngestBenchmark {
    @Param({"350", "10000", "100000"})
    int agents;

    private final byte[][] json = new byte[Recording.FRAMES][];
    private final byte[][] plain = new byte[Recording.FRAMES][];
    private final SwarmFrame decoded = new SwarmFrame();
    private final SbeDecoder plainDecoder = new SbeDecoder();
    private final IngestSource source = new IngestSource();
    private Recording recording;
    private JsonSwarmStateDecoder jsonDecoder;
    private Roster roster;
    private int next;

    @Setup
    public void setUp() throws MalformedMessageException {
        recording = new Recording(agents);
        roster = recording.roster();
        jsonDecoder = new JsonSwarmStateDecoder(recording.stream().components(), "personal", 999);
        JsonFrameEncoder jsonEncoder = new JsonFrameEncoder(recording.stream());
        SbeFrameEncoder plainEncoder = new SbeFrameEncoder(recording.stream().valueBits());
        JsonBuffer out = new JsonBuffer(1 << 12);
        for (int i = 0; i < Recording.FRAMES; i++) {
            SwarmFrame frame = recording.frames().get(i);
            out.clear();
            jsonEncoder.encode(frame, roster, out);
            String update = new String(out.toByteArray(), StandardCharsets.UTF_8);
            json[i] = ("{\"type\":\"swarm_state\"," + update.substring(update.indexOf("\"agents\":")))
                    .getBytes(StandardCharsets.UTF_8);
            plain[i] = new byte[plainEncoder.length(agents)];
            plainEncoder.encode(frame, new UnsafeBuffer(plain[i]), 0);
        }
        if (decodeJson() != roster) {
            throw new IllegalStateException("the agents of the JSON state are not those of the roster");
        }
    }

    @Benchmark
    public Roster decodeJson() throws MalformedMessageException {
        return jsonDecoder.decode(json[next()], decoded, roster);
    }

    @Benchmark
    public SwarmFrame decodePlain() throws MalformedMessageException {
        plainDecoder.decodeFrame(plain[next()], decoded);
        return decoded;
    }

    /** To the buffer that the swarm clock takes. */
    @Benchmark
    public boolean publish() {
        return source.publish(
                roster, recording.frames().get(next()), recording.stream().components());
    }

    private int next() {
        next = (next + 1) & (Recording.FRAMES - 1);
        return next;
    }
}
