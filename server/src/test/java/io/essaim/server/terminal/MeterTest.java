package io.essaim.server.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.client.Statistics;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MeterTest {
    private static final long TWO_SECONDS = TimeUnit.SECONDS.toNanos(2);

    @Test
    void shouldForgetAgesTwoSecondsAfterTheLastFrame() {
        Meter meter = new Meter(0);
        meter.age(OptionalLong.of(3_100), 0);
        assertThat(ages(meter, TWO_SECONDS)).isEqualTo("age p50 3.1 ms, p99 3.1 ms");
        assertThat(ages(meter, TWO_SECONDS + 1)).isEqualTo("age not known");
        meter.age(OptionalLong.of(7_900), TWO_SECONDS + 2);
        assertThat(ages(meter, TWO_SECONDS + 3)).isEqualTo("age p50 7.9 ms, p99 7.9 ms");
    }

    private static String ages(Meter meter, long nowNanos) {
        return meter.figures(new Statistics(0, 0, 0, 0, 0), nowNanos).ages();
    }
}
