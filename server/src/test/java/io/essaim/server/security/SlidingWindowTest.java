package io.essaim.server.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.server.config.Rate;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SlidingWindowTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void aHundredMayComeAtOnceAndTheNextAsTheirTimesEnd() {
        SlidingWindow window = new SlidingWindow(new Rate(100, Duration.ofMinutes(1)));
        for (int i = 0; i < 100; i++) {
            assertThat(window.take(i)).isZero();
        }
        assertThat(window.take(100)).isEqualTo(60 * SECOND - 100);
        assertThat(window.take(60 * SECOND - 1)).isEqualTo(1);
        assertThat(window.take(60 * SECOND)).isZero();
        assertThat(window.take(60 * SECOND)).isEqualTo(1);
        assertThat(window.take(60 * SECOND + 1)).isZero();
    }

    /** The plain way: all times, looked through each time. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void agreesWithALookAtAllTimes(long seed) {
        Random random = new Random(seed);
        int count = 1 + random.nextInt(50);
        long period = 1_000;
        SlidingWindow window = new SlidingWindow(new Rate(count, Duration.ofNanos(period)));
        ArrayDeque<Long> taken = new ArrayDeque<>();
        long now = Long.MAX_VALUE - 5_000;
        for (int i = 0; i < 20_000; i++) {
            now += random.nextInt(60);
            long at = now;
            taken.removeIf(time -> at - time >= period);
            boolean isFree = taken.size() < count;
            assertThat(window.take(now) == 0).as("seed %d, message %d", seed, i).isEqualTo(isFree);
            if (isFree) {
                taken.add(now);
            }
        }
    }
}
