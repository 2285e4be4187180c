package io.essaim.server.stream;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RingBenchmarkTest {
    @Test
    void shouldReadTheSameFromTheRingAsFromTheQueue() {
        RingBenchmark ring = new RingBenchmark();
        RingBenchmark queue = new RingBenchmark();
        RingBenchmark.Writer ringWriter = new RingBenchmark.Writer();
        RingBenchmark.Writer queueWriter = new RingBenchmark.Writer();
        for (int tick = 0; tick < 10_000; tick++) {
            assertThat(ring.ringAlone(ringWriter)).isEqualTo(queue.queueAlone(queueWriter));
        }
        assertThat(ring.ringAlone(ringWriter)).isPositive();
    }
}
