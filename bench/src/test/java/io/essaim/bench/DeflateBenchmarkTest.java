package io.essaim.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What is measured does what it should: something broken is fast. */
class DeflateBenchmarkTest {
    @Test
    void shouldCompressMoreAtAHigherLevel() {
        double quick = shareAt(1);
        double small = shareAt(9);
        assertThat(quick).isLessThan(0.5);
        assertThat(small).isLessThan(quick);
    }

    private static double shareAt(int level) {
        DeflateBenchmark benchmark = new DeflateBenchmark();
        benchmark.level = level;
        benchmark.agents = 350;
        benchmark.setUp();
        for (int i = 0; i < Recording.FRAMES; i++) {
            assertThat(benchmark.deflate()).isPositive();
        }
        return benchmark.share();
    }
}
