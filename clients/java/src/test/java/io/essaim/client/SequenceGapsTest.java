package io.essaim.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SequenceGapsTest {
    private final SequenceGaps gaps = new SequenceGaps();

    @Test
    void shouldCountEachSideOfAChangeByItsOwnStride() {
        frames(97);
        gaps.strideFrom(100, 4);
        assertThat(frames(98, 100, 104)).as("99 was due, 101 was not").containsExactly(0, 1, 0);
        gaps.strideFrom(110, 2);
        assertThat(frames(114)).as("108, 110 and 112").containsExactly(3);
        gaps.strideFrom(116, 1);
        assertThat(frames(116, 117, 119)).containsExactly(0, 0, 1);
    }

    @Test
    void shouldCountSeveralChangesBetweenTwoFrames() {
        frames(10);
        gaps.strideFrom(12, 2);
        gaps.strideFrom(16, 4);
        assertThat(frames(24)).as("11, 12, 14, 16 and 20").containsExactly(5);
    }

    @Test
    void shouldStayInBoundsHoweverManyChangesThereAre() {
        frames(28);
        for (int change = 0; change < 3 * SequenceGaps.CHANGES_MAX; change++) {
            gaps.strideFrom(30 + 2 * change, change % 2 == 0 ? 4 : 1);
        }
        assertThat(frames(100)[0]).isBetween(0L, 71L);
        gaps.stride(6);
        assertThat(frames(106, 112)).containsExactly(0, 0);
    }

    @Test
    void shouldHoldFromItsTickThoughTheSequenceWrapsOrTheTickHasPassed() {
        frames(0xFFFF_FFFEL);
        gaps.strideFrom(0, 2);
        assertThat(frames(2)).as("4294967295 and 0").containsExactly(2);
        gaps.strideFrom(1, 4);
        assertThat(frames(4, 8, 16)).containsExactly(0, 0, 1);
    }

    @Test
    void shouldTakeTheWiderStrideWhereNobodySaysFromWhenItHolds() {
        frames(11);
        gaps.stride(4);
        assertThat(frames(12, 16)).containsExactly(0, 0);
        gaps.stride(1);
        assertThat(frames(19, 20, 22)).containsExactly(0, 0, 1);
    }

    @Test
    void shouldCountNothingBeforeTheFirstFrameNorBackwards() {
        gaps.strideFrom(100, 4);
        assertThat(frames(100, 104, 104, 100)).containsExactly(0, 0, 0, 0);
        gaps.strideFrom(200, 1);
        gaps.restart(2);
        assertThat(frames(300, 302)).containsExactly(0, 0);
    }

    private long[] frames(long... sequences) {
        long[] skipped = new long[sequences.length];
        for (int i = 0; i < sequences.length; i++) {
            skipped[i] = gaps.onFrame(sequences[i]);
        }
        return skipped;
    }
}
