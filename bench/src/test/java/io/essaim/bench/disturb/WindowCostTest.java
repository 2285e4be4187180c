package io.essaim.bench.disturb;

import static io.essaim.bench.disturb.Logs.AGE;
import static io.essaim.bench.disturb.Logs.BYTES;
import static io.essaim.bench.disturb.Logs.PERIOD;
import static io.essaim.bench.disturb.Logs.due;
import static io.essaim.bench.disturb.Logs.prompt;
import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.bench.load.ArrivalLog;
import java.util.List;
import org.junit.jupiter.api.Test;

class WindowCostTest {
    private static final Window WINDOW = new Window(due(10), due(20));
    private static final long END = due(40);

    private static WindowCost cost(ArrivalLog... logs) {
        return WindowCost.of(List.of(logs), Logs.TICKS_PER_SECOND, WINDOW, END);
    }

    @Test
    void shouldCountTheFramesThatWereDueInTheWindow() {
        WindowCost cost = cost(prompt(0, 30), prompt(15, 30));

        assertThat(cost.frames()).isEqualTo(10 + 5);
        assertThat(cost.missed()).isZero();
        assertThat(cost.bytes()).isEqualTo(15L * BYTES);
        assertThat(cost.ages().getMaxValue()).isEqualTo(AGE);
        assertThat(cost.gridAges().getMaxValue()).isEqualTo(AGE);
    }

    @Test
    void shouldGiveAFrameThatNeverCameTheAgeOfTheNext() {
        WindowCost cost = cost(prompt(prompt(0, 12), 14, 30));

        assertThat(cost.frames()).isEqualTo(8);
        assertThat(cost.missed()).isEqualTo(2);
        assertThat(cost.ages().getTotalCount()).isEqualTo(10);
        assertThat(cost.ages().getMaxValue()).isBetween(2 * PERIOD + AGE, 2 * PERIOD + AGE + 63);
    }

    @Test
    void shouldCountOfALongGapWhatWasDueInTheWindowOnly() {
        WindowCost cost = cost(prompt(prompt(0, 5), 25, 30));

        assertThat(cost.frames()).isZero();
        assertThat(cost.missed()).isEqualTo(10);
    }

    @Test
    void shouldCountWhatNeverCameUntilTheEnd() {
        WindowCost cost = cost(prompt(0, 15));

        assertThat(cost.frames()).isEqualTo(5);
        assertThat(cost.missed()).isEqualTo(5);
        assertThat(cost.ages().getMaxValue()).isGreaterThanOrEqualTo(END - due(15));
    }

    @Test
    void shouldHoldTimesThatFramesTellAgainstTheGrid() {
        ArrivalLog log = prompt(0, 15);
        // Half a second late, and it says that it was due just now.
        long late = 500_000;
        log.add(due(15) + late + AGE, due(15) + late, 15, BYTES);
        WindowCost cost = WindowCost.of(
                List.of(log), Logs.TICKS_PER_SECOND, new Window(due(15) + late, due(16) + late), due(16) + late);

        assertThat(cost.frames()).isEqualTo(1);
        assertThat(cost.ages().getMaxValue()).isEqualTo(AGE);
        assertThat(cost.gridAges().getMaxValue()).isGreaterThanOrEqualTo(late + AGE);
    }

    @Test
    void shouldHaveNothingOfAViewerThatGotNothing() {
        assertThat(cost(new ArrivalLog()).ages().getTotalCount()).isZero();
        assertThat(cost().missed()).isZero();
    }

    @Test
    void shouldFollowSequencesAcrossTheirEnd() {
        ArrivalLog log = new ArrivalLog();
        for (int tick = 0; tick < 30; tick++) {
            log.add(due(tick) + AGE, due(tick), (tick - 15) & 0xffff_ffffL, BYTES);
        }

        assertThat(cost(log).frames()).isEqualTo(10);
        assertThat(cost(log).missed()).isZero();
        assertThat(cost(log).gridAges().getMaxValue()).isEqualTo(AGE);
    }
}
