package io.essaim.server.events;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.protocol.events.Event;
import io.essaim.protocol.events.EventFilter;
import io.essaim.protocol.events.JsonText;
import io.essaim.protocol.events.Priority;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EventMatcherTest {
    private static boolean matches(String data, Map<String, List<Object>> conditions) {
        Event event =
                new Event(1, "a", "x", Priority.HIGH, JsonText.of(data), 7L, null, -3L, "my-id", 0, Event.NO_SEQUENCE);
        return new EventMatcher(new EventFilter(conditions)).matches(event);
    }

    private static boolean matches(String data, String field, Object... values) {
        return matches(data, Map.of(field, List.of(values)));
    }

    @Test
    void comparesTheFieldsOfAnEvent() {
        assertThat(matches("{}", Map.of())).isTrue();
        assertThat(matches("{}", "source_agent_id", 7.0)).isTrue();
        assertThat(matches("{}", "source_agent_id", 8.0, 7.0)).isTrue();
        assertThat(matches("{}", "source_agent_id", "7")).isFalse();
        assertThat(matches("{}", "circle_id", 0.0)).isFalse();
        assertThat(matches("{}", "project_id", -3.0)).isTrue();
        assertThat(matches("{}", "priority", "high", "low")).isTrue();
        assertThat(matches("{}", "priority", "low")).isFalse();
        assertThat(matches("{}", "event_id", "my-id")).isTrue();
    }

    @Test
    void comparesFieldsOfTheDataByValue() {
        assertThat(matches("{\"n\":1.50}", "data.n", 1.5)).isTrue();
        assertThat(matches("{\"n\":15e-1}", "data.n", 1.5)).isTrue();
        assertThat(matches("{\"n\":\"1.5\"}", "data.n", 1.5)).isFalse();
        assertThat(matches("{\"b\":true}", "data.b", true)).isTrue();
        assertThat(matches("{\"b\":false}", "data.b", true)).isFalse();
        assertThat(matches("{\"s\":\"\\u0061\"}", "data.s", "a")).isTrue();
        assertThat(matches("{\"s\":null}", "data.s", "null")).isFalse();
    }

    @Test
    void findsFieldsByTheirPath() {
        String data = "{\"skip\":{\"status\":\"no\",\"deep\":[{\"status\":\"no\"}]},"
                + "\"position\":{\"name\":\"hall\",\"at\":{\"x\":1}},\"status\":\"yes\"}";
        assertThat(matches(data, "data.status", "yes")).isTrue();
        assertThat(matches(data, "data.status", "no")).isFalse();
        assertThat(matches(data, "data.position.name", "hall")).isTrue();
        assertThat(matches(data, "data.position.at.x", 1.0)).isTrue();
        assertThat(matches(data, "data.position.at", 1.0)).isFalse();
        assertThat(matches(data, "data.position.name.first", "hall")).isFalse();
        assertThat(matches(data, "data.name", "hall")).isFalse();
        assertThat(matches(
                        data,
                        Map.of(
                                "data.status",
                                List.of("yes"),
                                "data.position.at.x",
                                List.of(1.0, 2.0),
                                "priority",
                                List.of("high"))))
                .isTrue();
        assertThat(matches(data, Map.of("data.status", List.of("yes"), "data.position.at.x", List.of(2.0))))
                .isFalse();
    }

    @Test
    void findsNothingInDataThatIsNoObject() {
        assertThat(matches("[1]", "data.a", 1.0)).isFalse();
        assertThat(matches("1", "data.a", 1.0)).isFalse();
        assertThat(matches("{\"a\":1", "data.a", 1.0)).as("cut off").isFalse();
    }

    @Test
    void keepsNothingOfTheEventBefore() {
        EventMatcher matcher = new EventMatcher(new EventFilter(Map.of("data.a", List.of(1.0))));
        Event with = new Event(1, "a", "x", Priority.LOW, JsonText.of("{\"a\":1}"), null, null, null, "i", 0, 0);
        Event without = new Event(2, "a", "x", Priority.LOW, JsonText.EMPTY, null, null, null, "j", 0, 0);
        assertThat(matcher.matches(with)).isTrue();
        assertThat(matcher.matches(without)).isFalse();
        assertThat(matcher.matches(with)).isTrue();
    }
}
