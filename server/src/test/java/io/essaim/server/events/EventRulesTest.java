package io.essaim.server.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class EventRulesTest {
    private static Object value(String condition) {
        return EventRules.filters(List.of("x:" + condition))
                .values()
                .iterator()
                .next()
                .conditions()
                .values()
                .iterator()
                .next()
                .get(0);
    }

    @Test
    void takesForNumbersWhatJsonTakesForOne() {
        assertThat(value("data.n=1.50")).isEqualTo(1.5);
        assertThat(value("data.n=-1e3")).isEqualTo(-1000.0);
        assertThat(value("source_agent_id=7")).isEqualTo(7.0);
        for (String text : List.of("NaN", "Infinity", "1d", "2f", "0x1p3", "01", "+1", ".5", "1.", " 1", "")) {
            assertThat(value("data.n=" + text)).isEqualTo(text);
        }
        assertThat(value("data.n=true")).isEqualTo(true);
    }

    @Test
    void takesIdsAndPrioritiesForTextsWhateverTheyLookLike() {
        assertThat(value("event_id=17")).isEqualTo("17");
        assertThat(value("event_id=true")).isEqualTo("true");
        assertThat(value("priority=high")).isEqualTo("high");
    }
}
