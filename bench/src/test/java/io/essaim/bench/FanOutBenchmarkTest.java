package io.essaim.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FanOutBenchmarkTest {
    @Test
    void shouldGiveEverySinkTheRosterAndThenEachFrame() {
        FanOutBenchmark benchmark = new FanOutBenchmark();
        benchmark.sinks = 500;
        benchmark.form = FanOutBenchmark.Form.PLAIN;
        benchmark.setUp();
        for (int tick = 0; tick < 1_000; tick++) {
            benchmark.tick();
        }
        long bytes = benchmark.sink(0).bytes();
        assertThat(bytes).isGreaterThan(1_000 * 2_836L);
        for (int i = 0; i < 500; i++) {
            assertThat(benchmark.sink(i).frames()).isEqualTo(1_000);
            assertThat(benchmark.sink(i).bytes()).isEqualTo(bytes);
        }
    }
}
