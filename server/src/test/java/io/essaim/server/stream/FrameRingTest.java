package io.essaim.server.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FrameRingTest {
    private final List<Long> read = new ArrayList<>();
    private final FrameRing ring = new FrameRing(
            FrameRing.capacityFor(16), (feed, frameSlot, preambleSlot, sequence, time) -> read.add(sequence));

    @Test
    void shouldDrainAllThatIsThereWhereverTheBufferEnds() {
        for (long tick = 0; tick < 1_000; tick++) {
            read.clear();
            for (int feed = 0; feed < 3; feed++) {
                assertThat(ring.offer(feed, feed, -1, tick, 0)).isTrue();
            }
            assertThat(ring.drain()).isEqualTo(3);
            assertThat(read).containsExactly(tick, tick, tick);
        }
    }

    @Test
    void shouldRefuseWhenFullAndTakeAgainOnceDrained() {
        int taken = 0;
        while (ring.offer(0, 0, -1, taken, 0)) {
            taken++;
        }
        assertThat(taken).isGreaterThanOrEqualTo(256);
        assertThat(ring.drain()).isEqualTo(taken);
        assertThat(ring.offer(0, 0, -1, 0, 0)).isTrue();
    }
}
