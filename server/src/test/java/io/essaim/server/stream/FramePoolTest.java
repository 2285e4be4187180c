package io.essaim.server.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class FramePoolTest {
    private final FrameMemory memory = new FrameMemory(10_000);
    private final FramePool pool = new FramePool(HeapFrame::new, memory);

    @Test
    void aFrameThatNobodyHoldsIsUsedAgain() {
        SharedFrame first = acquire(100);
        assertThat(acquire(100)).isSameAs(first);
        first.retain();
        SharedFrame second = acquire(100);
        assertThat(second).isNotSameAs(first);
        first.release();
        assertThat(List.of(acquire(100), acquire(100))).containsExactlyInAnyOrder(first, second);
    }

    @Test
    void aFrameThatIsTooSmallIsReplacedInItsSlot() {
        SharedFrame small = acquire(100);
        SharedFrame large = acquire(1_000);
        assertThat(large.capacity()).isGreaterThanOrEqualTo(1_000);
        assertThat(large.slot()).isEqualTo(small.slot());
        assertThat(pool.frame(small.slot())).isSameAs(large);
        assertThat(((HeapFrame) small).references()).isZero();
        assertThat(memory.bytes()).isEqualTo(large.capacity());
    }

    @Test
    void atTheBoundThereIsNoFrameUntilOneComesBack() {
        List<SharedFrame> held = new ArrayList<>();
        for (SharedFrame frame = pool.acquire(1_000); frame != null; frame = pool.acquire(1_000)) {
            frame.retain();
            held.add(frame);
        }
        assertThat(held).hasSizeBetween(2, 10);
        assertThat(memory.bytes()).isLessThanOrEqualTo(10_000);
        held.get(1).release();
        assertThat(pool.acquire(1_000)).isSameAs(held.get(1));
    }

    @Test
    void whatOthersTakeWhileAFrameIsReplacedIsNotLost() {
        FrameMemory shared = new FrameMemory(10_000);
        List<FramePool> others = new ArrayList<>();
        FramePool growing = new FramePool(
                capacity -> {
                    FramePool other = new FramePool(HeapFrame::new, shared);
                    other.acquire(1_000);
                    others.add(other);
                    return new HeapFrame(capacity);
                },
                shared);
        for (int capacity = 1_000; growing.acquire(capacity) != null; capacity += 1_000) {
            assertThat(shared.bytes()).isLessThanOrEqualTo(10_000);
        }
        growing.close();
        others.forEach(FramePool::close);
        assertThat(others).hasSizeGreaterThan(2);
        assertThat(shared.bytes()).isZero();
    }

    @Test
    void aFrameThatCannotBeReplacedStaysAndCounts() {
        SharedFrame small = acquire(6_000);
        long bytes = memory.bytes();
        assertThat(pool.acquire(9_500)).isNull();
        assertThat(memory.bytes()).isEqualTo(bytes);
        assertThat(pool.acquire(100)).isSameAs(small);
    }

    @Test
    void closingGivesTheMemoryBack() {
        acquire(100);
        pool.close();
        assertThat(memory.bytes()).isZero();
    }

    private SharedFrame acquire(int capacity) {
        return Objects.requireNonNull(pool.acquire(capacity));
    }
}
