package io.essaim.bench.disturb;

import static io.essaim.bench.disturb.Logs.AGE;
import static io.essaim.bench.disturb.Logs.BYTES;
import static io.essaim.bench.disturb.Logs.TICKS_PER_SECOND;
import static io.essaim.bench.disturb.Logs.due;
import static io.essaim.bench.disturb.Logs.prompt;
import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.bench.load.ArrivalLog;
import io.essaim.bench.load.Viewer.RateChange;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecoveryTest {
    private static final int AGAIN = 100;

    /** Read what was queued at tick 20 and before, in one go at tick 100. */
    private static ArrivalLog stalled() {
        ArrivalLog log = prompt(0, 10);
        for (int tick = 10; tick < 20; tick++) {
            log.add(due(AGAIN) + tick, due(tick), tick, BYTES);
        }
        return log;
    }

    private static long fullRate(ArrivalLog log, RateChange... changes) {
        return Recovery.fullRateAfter(log, List.of(changes), 1, due(AGAIN), TICKS_PER_SECOND);
    }

    @Test
    void shouldPassOverOldFramesThatWereQueued() {
        ArrivalLog log = prompt(stalled(), 103, 110);

        assertThat(Recovery.youngAfter(log, due(AGAIN), Recovery.YOUNG_MICROS)).isEqualTo(3 * Logs.PERIOD + AGE);
    }

    @Test
    void shouldSayWhenNothingYoungCame() {
        assertThat(Recovery.youngAfter(stalled(), due(AGAIN), Recovery.YOUNG_MICROS))
                .isEqualTo(Recovery.NEVER);
        assertThat(fullRate(stalled())).isEqualTo(Recovery.NEVER);
    }

    @Test
    void shouldBeginTheFullRateWithItsFirstFrame() {
        assertThat(fullRate(prompt(stalled(), 105, 200))).isEqualTo(5 * Logs.PERIOD + AGE);
    }

    @Test
    void shouldNotTakeALowerRateForTheFullOne() {
        ArrivalLog log = stalled();
        for (int tick = 102; tick < 150; tick += 2) {
            log.add(due(tick) + AGE, due(tick), tick, BYTES);
        }
        prompt(log, 150, 200);

        // A gap of one tick is no gap worth the name.
        assertThat(fullRate(log)).isEqualTo(48 * Logs.PERIOD + AGE);
    }

    @Test
    void shouldWaitUntilNoLowerRateIsAnnouncedAnyMore() {
        ArrivalLog log = prompt(stalled(), 101, 200);

        assertThat(fullRate(log, new RateChange(due(101), 4), new RateChange(due(120), 1)))
                .isEqualTo(20 * Logs.PERIOD + AGE);
        assertThat(fullRate(log, new RateChange(due(101), 4))).isEqualTo(Recovery.NEVER);
    }

    @Test
    void shouldNotCallItTheFullRateWhenTheNotesEndTooSoon() {
        assertThat(fullRate(prompt(stalled(), 101, 111))).isEqualTo(Recovery.NEVER);
    }

    @Test
    void shouldSortTimesWithNeverAsTheLongest() {
        SortedTimes times = SortedTimes.of(30, Recovery.NEVER, 10, 20);

        assertThat(times.worst()).isEqualTo(Recovery.NEVER);
        assertThat(times.median()).isEqualTo(20);
        assertThat(times.percentile(75)).isEqualTo(30);
        assertThat(SortedTimes.of(new long[0]).worst()).isZero();
    }

    @Test
    void shouldKnowWhoWasSilentInAPause() {
        Window pause = new Window(due(30), due(60));

        assertThat(PausedThread.wasSilent(prompt(prompt(0, 32), 60, 70), pause)).isTrue();
        assertThat(PausedThread.wasSilent(prompt(0, 70), pause)).isFalse();
    }
}
