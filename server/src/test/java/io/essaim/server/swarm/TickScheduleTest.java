package io.essaim.server.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TickScheduleTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 7, 60, 240})
    void noErrorAddsUpOverADay(int ticksPerSecond) {
        TickSchedule schedule = new TickSchedule(ticksPerSecond, 1_000);
        long day = 86_400L * ticksPerSecond;
        assertThat(schedule.dueNanos(day)).isEqualTo(1_000 + 86_400_000_000_000L);
        for (long tick = day; tick < day + 1_000; tick++) {
            assertThat(schedule.newestDue(schedule.dueNanos(tick))).isEqualTo(tick);
            assertThat(schedule.newestDue(schedule.dueNanos(tick) - 1)).isEqualTo(tick - 1);
        }
    }

    @Test
    void itCanBeginAnew() {
        TickSchedule schedule = new TickSchedule(60, 0);
        schedule.restart(100, 5_000);
        assertThat(schedule.dueNanos(100)).isEqualTo(5_000);
        assertThat(schedule.dueNanos(160)).isEqualTo(1_000_005_000);
    }
}
