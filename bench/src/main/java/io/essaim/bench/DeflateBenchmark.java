package io.essaim.bench;

import io.essaim.protocol.json.JsonBuffer;
import io.essaim.protocol.json.JsonFrameEncoder;
import io.essaim.protocol.swarm.SwarmFrame;
import io.essaim.server.observe.Counter;
import io.essaim.server.observe.Counters;
import io.essaim.server.stream.MessageDeflater;
import java.util.Locale;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it costs the clock to compress the JSON of a frame, once for all clients that negotiated it. Says how many bytes were
 * left, too.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsAppend = Jvm.EXPORTS)
@SuppressWarnings("NullAway.Init") // filled by JMH and setUp
public class DeflateBenchmark {
    @Param({"1", "2", "3", "4", "5", "6", "9"})
    int level;

    @Param("350")
    int agents;

    private final Counters counters = new Counters();
    private final byte[][] json = new byte[Recording.FRAMES][];
    private MessageDeflater deflater;
    private int next;

    @Setup
    public void setUp() {
        deflater = new MessageDeflater(level, 0, counters);
        Recording recording = new Recording(agents);
        JsonFrameEncoder encoder = new JsonFrameEncoder(recording.stream());
        JsonBuffer text = new JsonBuffer(1 << 12);
        for (int i = 0; i < Recording.FRAMES; i++) {
            SwarmFrame frame = recording.frames().get(i);
            encoder.encode(frame, recording.roster(), text);
            json[i] = text.toByteArray();
        }
    }

    @Benchmark
    public int deflate() {
        next = (next + 1) & (Recording.FRAMES - 1);
        deflater.deflate(json[next], json[next].length);
        return deflater.length();
    }

    /** Of what went in, what came out. */
    double share() {
        return (double) counters.value(Counter.DEFLATE_BYTES_OUT) / counters.value(Counter.DEFLATE_BYTES_IN);
    }

    /** The numbers beside the time. */
    @TearDown
    public void print() {
        int bytes = json[0].length;
        System.out.printf(
                Locale.ROOT,
                "%nlevel %d: %,d bytes became %,.0f (%.1f %%)%n",
                level,
                bytes,
                share() * bytes,
                share() * 100);
    }
}
