package io.essaim.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.protocol.Limits;
import io.essaim.protocol.Message.Ages;
import io.essaim.protocol.Message.Stats;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StatsWindowTest {
    private long nowMillis = 17;
    private final StatsWindow window = new StatsWindow(() -> TimeUnit.MILLISECONDS.toNanos(nowMillis));

    @Test
    void shouldTellWhatCameSinceTheLastReport() {
        for (int i = 1; i <= 100; i++) {
            window.frame(i == 50 ? 7 : 0, OptionalLong.of(i));
        }
        nowMillis += 3_000;
        assertThat(window.report()).isEqualTo(new Stats(7, new Ages(50, 99), 3_333));
        assertThat(window.nanos()).isZero();
        nowMillis += 1_000;
        assertThat(window.report()).isEqualTo(new Stats(0, null, 0));
    }

    @Test
    void shouldLeaveAgesOutThatAreNotKnown() {
        window.frame(0, OptionalLong.empty());
        nowMillis += 1_000;
        assertThat(window.report()).isEqualTo(new Stats(0, null, 100));
    }

    @Test
    void shouldStayInTheRangesOfTheMessage() {
        window.frame(Long.MAX_VALUE / 2, OptionalLong.of(-4));
        window.frame(0, OptionalLong.of(Long.MAX_VALUE));
        assertThat(window.report()).isEqualTo(new Stats(0xFFFF_FFFFL, new Ages(0, Limits.AGE_MICROS_MAX), 100_000));
    }

    @Test
    void shouldKeepTheNewestAges() {
        for (int i = 0; i < 2 * StatsWindow.AGES_MAX; i++) {
            window.frame(0, OptionalLong.of(i));
        }
        nowMillis += 100_000;
        assertThat(window.report().ages())
                .isEqualTo(new Ages(StatsWindow.AGES_MAX * 3 / 2 - 1, StatsWindow.AGES_MAX + 4056 - 1));
    }

    @Test
    void shouldForgetWhatCameBeforeItBegan() {
        window.frame(3, OptionalLong.of(1));
        nowMillis += 500;
        window.begin();
        nowMillis += 500;
        assertThat(window.report()).isEqualTo(new Stats(0, null, 0));
    }
}
