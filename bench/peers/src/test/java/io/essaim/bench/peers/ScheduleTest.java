package io.essaim.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ScheduleTest {
    private final Schedule schedule = new Schedule(60, 5_000_000_000L, 1_700_000_000_000_000L);

    @Test
    void noTickIsLateBecauseOfAnother() {
        assertThat(schedule.dueNanos(0)).isEqualTo(5_000_000_000L);
        assertThat(schedule.dueNanos(1)).isEqualTo(5_016_666_666L);
        assertThat(schedule.dueNanos(60L * 3600)).isEqualTo(3_605_000_000_000L);
        assertThat(schedule.dueMicros(60L * 3600)).isEqualTo(1_700_003_600_000_000L);
    }

    @Test
    void theNextTickFollows() {
        assertThat(schedule.following(7, schedule.dueNanos(7) + 1)).isEqualTo(8);
        assertThat(schedule.following(7, schedule.dueNanos(8) + 1_000)).isEqualTo(8);
    }

    @Test
    void afterAPauseTheNewestDueTickFollows() {
        assertThat(schedule.following(7, schedule.dueNanos(20) + 1_000)).isEqualTo(20);
    }
}
