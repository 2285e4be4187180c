package io.essaim.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TickGridTest {
    private static final long BEGIN = 1_700_000_000_000_000L;
    private static final long TOLERANCE = TickGrid.TOLERANCE_MICROS;

    private final TickGrid grid = new TickGrid(50);

    @Test
    void shouldDeriveWhenATickIsDueFromTheFirstFrame() {
        assertThat(grid.fits(1_000, BEGIN)).isTrue();
        assertThat(grid.dueMicros(1_000)).isEqualTo(BEGIN);
        assertThat(grid.dueMicros(1_001)).isEqualTo(BEGIN + 20_000);
        assertThat(grid.dueMicros(999)).isEqualTo(BEGIN - 20_000);
        assertThat(grid.ticksPerSecond()).isEqualTo(50);
        assertThat(new TickGrid(60).ticksPerSecond()).isEqualTo(60);
    }

    @Test
    void shouldDeriveItAcrossTheWrap() {
        assertThat(grid.fits(0xffff_ffffL, BEGIN)).isTrue();
        assertThat(grid.dueMicros(1)).isEqualTo(BEGIN + 40_000);
    }

    @Test
    void shouldNotDriftOverADayOfTicksWhosePeriodIsNoWholeNumber() {
        TickGrid sixty = new TickGrid(60);
        assertThat(sixty.fits(0, BEGIN)).isTrue();
        assertThat(sixty.dueMicros(60L * 86_400)).isEqualTo(BEGIN + 86_400_000_000L);
    }

    @Test
    void shouldTolerateWhatReadingAClockCosts() {
        assertThat(grid.fits(0, BEGIN)).isTrue();
        assertThat(grid.fits(1, BEGIN + 20_000 + TOLERANCE)).isTrue();
        assertThat(grid.fits(2, BEGIN + 40_000 + TOLERANCE + 1)).isFalse();
        assertThat(grid.fits(3, BEGIN + 60_000 - TOLERANCE)).isTrue();
        assertThat(grid.fits(4, BEGIN + 80_000 - TOLERANCE - 1)).isFalse();
        assertThat(grid.dueMicros(5)).isEqualTo(BEGIN + 100_000);
    }

    @Test
    void shouldFollowAScheduleThatHasMoved() {
        assertThat(grid.fits(0, BEGIN)).isTrue();
        long moved = BEGIN + 7_000_000;
        for (int tick = 1; tick <= TickGrid.MOVED_AFTER_TICKS; tick++) {
            assertThat(grid.fits(tick, moved + tick * 20_000L)).isFalse();
        }
        long next = TickGrid.MOVED_AFTER_TICKS + 1;
        assertThat(grid.fits(next, moved + next * 20_000L)).isTrue();
    }

    @Test
    void shouldNotMoveForOneBadTickHoweverManyClientsGotIt() {
        assertThat(grid.fits(0, BEGIN)).isTrue();
        for (int client = 0; client < 10_000; client++) {
            assertThat(grid.fits(1, BEGIN + 7_000_000)).isFalse();
        }
        assertThat(grid.dueMicros(2)).isEqualTo(BEGIN + 40_000);
    }

    @Test
    void shouldNotMoveForFramesThatAgreeOnNothing() {
        assertThat(grid.fits(0, BEGIN)).isTrue();
        for (int tick = 1; tick < 3 * TickGrid.MOVED_AFTER_TICKS; tick++) {
            assertThat(grid.fits(tick, BEGIN + tick * 1_000_000L)).isFalse();
        }
        assertThat(grid.dueMicros(1)).isEqualTo(BEGIN + 20_000);
    }

    @Test
    void shouldBeginAnewWithAnotherRateOnly() {
        assertThat(grid.fits(0, BEGIN)).isTrue();
        grid.ticksPerSecond(50);
        assertThat(grid.dueMicros(1)).isEqualTo(BEGIN + 20_000);
        grid.ticksPerSecond(25);
        assertThat(grid.fits(500, BEGIN + 3)).isTrue();
        assertThat(grid.dueMicros(501)).isEqualTo(BEGIN + 40_003);
    }
}
