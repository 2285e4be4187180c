package io.essaim.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who is closed for its silence was asked before. */
final class PingRulesTest {
    @Test
    void theTimeoutIsLongerThanTheInterval() {
        ConfigurationException e = catchThrowableOfType(
                ConfigurationException.class,
                () -> new ConfigurationLoader()
                        .flags(Map.of("ping-timeout", "25s"))
                        .load());
        assertThat(e.problems().stream().map(Problem::toString))
                .containsExactly("flag --ping-timeout: ping-timeout=25s: nobody is pinged before ping-interval=25s"
                        + " (default); lengthen the timeout or shorten the interval");
    }
}
