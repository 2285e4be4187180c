package io.essaim.server.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FrameRingTest {
    private final List<Long> read = new ArrayList<>();
    private final FrameRing ring =
            new FrameRing(FrameRing.capacityFor(16), descriptor -> read.add(descriptor.sequence));

    @Test
    void shouldDrainAllThatIsThereWhereverTheBufferEnds() {
        for (long tick = 0; tick < 1_000; tick++) {
            read.clear();
            for (int feed = 0; feed < 3; feed++) {
                assertThat(ring.offer(of(feed, tick))).isTrue();
            }
            assertThat(ring.drain()).isEqualTo(3);
            assertThat(read).containsExactly(tick, tick, tick);
        }
    }

    @Test
    void shouldRefuseWhenFullAndTakeAgainOnceDrained() {
        int taken = 0;
        while (ring.offer(of(0, taken))) {
            taken++;
        }
        assertThat(taken).isGreaterThanOrEqualTo(256);
        assertThat(ring.drain()).isEqualTo(taken);
        assertThat(ring.offer(of(0, 0))).isTrue();
    }

    @Test
    void shouldCarryEveryFieldWhole() {
        List<String> carried = new ArrayList<>();
        FrameRing other = new FrameRing(FrameRing.capacityFor(16), descriptor -> carried.add(text(descriptor)));
        FrameDescriptor sent = of(143, 0xFFFF_FFFFL);
        sent.frameSlot = FramePool.SLOTS_MAX - 1;
        sent.preambleSlot = FrameDescriptor.NONE;
        sent.offset = Integer.MAX_VALUE - 5;
        sent.length = 1 << 30;
        sent.number = Integer.MIN_VALUE;
        sent.timeMicros = Long.MAX_VALUE;
        assertThat(other.offer(sent)).isTrue();
        other.drain();
        assertThat(carried).containsExactly(text(sent));
    }

    private static String text(FrameDescriptor each) {
        return each.feed + " " + each.frameSlot + " " + each.preambleSlot + " " + each.offset + " " + each.length + " "
                + each.number + " " + each.sequence + " " + each.timeMicros;
    }

    private static FrameDescriptor of(int feed, long sequence) {
        FrameDescriptor descriptor = new FrameDescriptor();
        descriptor.feed = feed;
        descriptor.frameSlot = feed;
        descriptor.sequence = sequence;
        return descriptor;
    }
}
