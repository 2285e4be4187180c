package io.essaim.server.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class StateRateTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    @Test
    void anEvenRateIsAllowedForEver() {
        StateRate rate = new StateRate(250, 5);
        assertThat(LongStream.rangeClosed(1, 10_000).allMatch(i -> rate.allows(5 + i * SECOND / 250)))
                .isTrue();
    }

    @Test
    void twiceTheRateIsHalvedOnceTheSecondIsUsedUp() {
        StateRate rate = new StateRate(100, 0);
        long allowed = LongStream.rangeClosed(1, 2_000)
                .filter(i -> rate.allows(i * SECOND / 200))
                .count();
        assertThat(allowed).isBetween(1_099L, 1_101L);
    }

    @Test
    void aSecondsWorthMayComeAtOnceAndNoMore() {
        StateRate rate = new StateRate(100, 0);
        assertThat(LongStream.range(0, 500)
                        .filter(i -> rate.allows(60 * SECOND))
                        .count())
                .isEqualTo(100);
    }
}
