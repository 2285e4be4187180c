package io.essaim.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.protocol.swarm.SwarmFrame;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SourceBenchmarkTest {
    @ParameterizedTest
    @EnumSource
    void shouldStepASwarmThatMoves(SourceBenchmark.Kind kind) {
        SourceBenchmark benchmark = new SourceBenchmark();
        benchmark.kind = kind;
        benchmark.agents = 50;
        benchmark.setUp();
        double before = benchmark.step().values(SwarmFrame.X)[7];
        assertThat(benchmark.step().values(SwarmFrame.X)[7]).isNotEqualTo(before);
        assertThat(benchmark.step().agentCount()).isEqualTo(50);
    }
}
