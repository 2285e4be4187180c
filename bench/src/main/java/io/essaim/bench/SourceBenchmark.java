package io.essaim.bench;

import io.essaim.server.swarm.FlockGenerator;
import io.essaim.server.swarm.FlowGenerator;
import io.essaim.server.swarm.SwarmSource;
import io.essaim.server.swarm.SwarmState;
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
 * One step of a computed swarm at 60 ticks a second, of which a tick is 16,667 µs. The flock has flown for ten seconds
 * before, and so has found together: a look costs more then than among agents that are evenly spread.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsAppend = Jvm.EXPORTS)
@SuppressWarnings("NullAway.Init") // filled by JMH and setUp
public class SourceBenchmark {
    private static final int TICKS_PER_SECOND = 60;
    private static final int TICKS_BEFORE = 10 * TICKS_PER_SECOND;
    private static final List<String> SPHERES = List.of("a", "b");

    @Param({"FLOW", "FLOCK"})
    Kind kind;

    @Param({"350", "10000", "100000"})
    int agents;

    private SwarmSource source;
    private SwarmState state;
    private long tick;

    /** What is computed. */
    public enum Kind {
        FLOW,
        FLOCK
    }

    @Setup
    public void setUp() {
        source = kind == Kind.FLOW
                ? new FlowGenerator(agents, TICKS_PER_SECOND, 999, SPHERES)
                : new FlockGenerator(agents, TICKS_PER_SECOND, 999, 999, SPHERES);
        state = new SwarmState();
        for (tick = 0; tick < TICKS_BEFORE; tick++) {
            source.step(tick, state);
        }
    }

    @Benchmark
    public SwarmState step() {
        source.step(tick++, state);
        return state;
    }
}
