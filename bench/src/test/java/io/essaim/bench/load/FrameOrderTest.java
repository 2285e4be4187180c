package io.essaim.bench.load;

import static io.essaim.bench.load.FrameOrder.Step.FIRST;
import static io.essaim.bench.load.FrameOrder.Step.GAP;
import static io.essaim.bench.load.FrameOrder.Step.NEXT;
import static io.essaim.bench.load.FrameOrder.Step.OFF_STRIDE;
import static io.essaim.bench.load.FrameOrder.Step.REORDERED;
import static io.essaim.bench.load.FrameOrder.Step.REPEATED;
import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.bench.load.FrameOrder.Step;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FrameOrderTest {
    private static final long MAX = 0xffff_ffffL;

    private final FrameOrder order = new FrameOrder(1);

    @Test
    void shouldTakeRisingSequencesAcrossTheirWrap() {
        assertThat(steps(MAX - 1, MAX, 0, 1)).containsExactly(FIRST, NEXT, NEXT, NEXT);
    }

    @Test
    void shouldCountWhatIsMissingAcrossTheWrap() {
        assertThat(steps(MAX - 1, 2)).containsExactly(FIRST, GAP);
        assertThat(order.missing()).isEqualTo(3);
        assertThat(steps(3)).containsExactly(NEXT);
        assertThat(order.missing()).isZero();
    }

    @Test
    void shouldTellRepeatedFromReordered() {
        assertThat(steps(5, 5, 4, 6, 5, 7)).containsExactly(FIRST, REPEATED, REORDERED, NEXT, REORDERED, NEXT);
    }

    @Test
    void shouldSeeAnOlderFrameAcrossTheWrap() {
        assertThat(steps(0, MAX)).containsExactly(FIRST, REORDERED);
    }

    @Test
    void shouldFollowTheStride() {
        order.stride(4);
        assertThat(steps(8, 12, 20)).containsExactly(FIRST, NEXT, GAP);
        assertThat(order.missing()).isEqualTo(1);
        assertThat(steps(21)).containsExactly(OFF_STRIDE);
    }

    @Test
    void shouldFollowAStrideThatDividesTheWrap() {
        order.stride(2);
        assertThat(steps(MAX - 1, 0, 2)).containsExactly(FIRST, NEXT, NEXT);
    }

    @Test
    void shouldBeginAnewAfterARestart() {
        assertThat(steps(100)).containsExactly(FIRST);
        assertThat(order.ahead(99)).isEqualTo(-1);
        order.restart();
        assertThat(order.ahead(99)).isZero();
        assertThat(steps(7, 8)).containsExactly(FIRST, NEXT);
    }

    @Test
    void shouldSayHowFarAheadASequenceIs() {
        assertThat(steps(MAX)).containsExactly(FIRST);
        assertThat(order.ahead(0)).isEqualTo(1);
        assertThat(order.ahead(MAX)).isZero();
        assertThat(steps(0)).containsExactly(NEXT);
    }

    private List<Step> steps(long... sequences) {
        List<Step> steps = new ArrayList<>();
        for (long sequence : sequences) {
            steps.add(order.step(sequence));
        }
        return steps;
    }
}
