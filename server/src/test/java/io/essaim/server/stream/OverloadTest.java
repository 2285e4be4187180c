package io.essaim.server.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.server.observe.Counter;
import io.essaim.server.observe.Counters;
import org.junit.jupiter.api.Test;

class OverloadTest {
    private static final RateTiers TIERS = RateTiers.of(RateTiersTest.stream(60));
    private static final long HALF_TICK_NANOS = 8_333_333;

    private final Counters counters = new Counters();

    @Test
    void aLoopThatDropsATenthOfItsFramesForTwoSecondsGivesEachClientFewer() {
        LoopOverload overload = new LoopOverload(TIERS, counters);
        for (int window = 1; window < LoopOverload.TROUBLED_WINDOWS; window++) {
            assertThat(loop(overload, 9, 1)).isEqualTo(1);
        }
        assertThat(loop(overload, 9, 1)).isEqualTo(2);
        assertThat(counters.value(Counter.LOOP_OVERLOADS)).isEqualTo(1);
        for (int window = 1; window < LoopOverload.QUIET_WINDOWS; window++) {
            assertThat(loop(overload, 100, 1)).isEqualTo(2);
        }
        assertThat(loop(overload, 100, 1)).isEqualTo(1);
    }

    @Test
    void aLoopThatDropsNowAndThenOrHasNothingToDoIsLeftAlone() {
        LoopOverload overload = new LoopOverload(TIERS, counters);
        for (int window = 0; window < 100; window++) {
            assertThat(loop(overload, 91, 9)).isEqualTo(1);
            assertThat(loop(overload, 0, 0)).isEqualTo(1);
        }
        assertThat(counters.value(Counter.LOOP_OVERLOADS)).isZero();
    }

    @Test
    void anEncodeOfMoreThanHalfATickLowersTheFeedUntilItFits() {
        FeedOverload overload = new FeedOverload(TIERS, 60, false, 0, counters);
        // Fits into half of every third tick's time, not into that of every second.
        long nanos = HALF_TICK_NANOS * 5 / 2;
        for (int window = 0; window < 50; window++) {
            feed(overload, nanos, 30, 0);
        }
        assertThat(overload.floor()).isEqualTo(3);
        assertThat(counters.value(Counter.FEED_OVERLOADS)).isEqualTo(2);
        // Would fit into every second tick's, but with nothing to spare.
        for (int window = 0; window < 50; window++) {
            feed(overload, HALF_TICK_NANOS * 2 - 1, 30, 0);
        }
        assertThat(overload.floor()).isEqualTo(3);
        for (int window = 0; window < 50; window++) {
            feed(overload, HALF_TICK_NANOS / 2, 30, 0);
        }
        assertThat(overload.floor()).isEqualTo(1);
    }

    @Test
    void aClockThatMissesATenthOfItsTicksLowersTheFeed() {
        FeedOverload overload = new FeedOverload(TIERS, 60, false, 0, counters);
        for (int window = 0; window < FeedOverload.TROUBLED_WINDOWS; window++) {
            assertThat(overload.floor()).isEqualTo(1);
            feed(overload, 1_000, 30, 3);
        }
        assertThat(overload.floor()).isEqualTo(2);
    }

    @Test
    void aFeedThatNobodyTakesKeepsItsRateAndGetsItBack() {
        FeedOverload overload = new FeedOverload(TIERS, 60, false, 0, counters);
        for (int window = 0; window < 50; window++) {
            overload.endWindow(30);
            overload.review(30, 30, 0);
        }
        assertThat(overload.floor()).isEqualTo(1);
        for (int window = 0; window < FeedOverload.TROUBLED_WINDOWS; window++) {
            feed(overload, 2 * HALF_TICK_NANOS, 30, 0);
        }
        assertThat(overload.floor()).isEqualTo(2);
        for (int window = 0; window < FeedOverload.QUIET_WINDOWS; window++) {
            overload.endWindow(30);
            overload.review(30, 0, 0);
        }
        assertThat(overload.floor()).isEqualTo(1);
    }

    private static int loop(LoopOverload overload, int inTime, int stale) {
        overload.delivered(inTime, stale);
        overload.review();
        return overload.floor();
    }

    private static void feed(FeedOverload overload, long encodeNanos, long ticks, long missed) {
        overload.encoded(encodeNanos, 1);
        overload.endWindow(ticks);
        overload.review(ticks, missed, 0);
    }
}
