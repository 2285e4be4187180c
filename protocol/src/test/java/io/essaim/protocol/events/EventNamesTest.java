package io.essaim.protocol.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventNamesTest {
    @Test
    void typesAreWordsWithDotsBetweenThem() {
        for (String type : new String[] {"a", "A-b_9", "a.b.c.d.e.f.g.h", "x".repeat(128)}) {
            assertThat(EventNames.type(type)).isEqualTo(type);
        }
        assertThat(EventNames.type("agent.status.changed")).isEqualTo("agent.status_changed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "a.", ".a", "a..b", "a b", "ä", "a.b.c.d.e.f.g.h.i", "a/b"})
    void whatIsNoTypeIsSaidSo(String text) {
        assertThatThrownBy(() -> EventNames.type(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is no type");
        assertThatThrownBy(() -> EventNames.type("x".repeat(129))).hasMessageContaining("128 characters at most");
    }

    @Test
    void roomsAndIdsHaveTheirOwnCharacters() {
        assertThat(EventNames.room("Ops:eu/1@a.b_c-d")).isEqualTo("Ops:eu/1@a.b_c-d");
        assertThat(EventNames.eventId("!\"\\~")).isEqualTo("!\"\\~");
        for (String room : new String[] {"", "a b", "ü", "a,b", "x".repeat(129)}) {
            assertThatThrownBy(() -> EventNames.room(room)).hasMessageContaining("is no room");
        }
        for (String id : new String[] {"", " ", "ü", "\u007F", "x".repeat(129)}) {
            assertThatThrownBy(() -> EventNames.eventId(id)).hasMessageContaining("is no id");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "*, agent.started, true",
        "agent.*, agent.started, true",
        "agent.*, agent.task.done, true",
        "agent.*, agent, false",
        "agent.*, agents.started, false",
        "*.metrics, cpu.metrics, true",
        "*.metrics, host.cpu.metrics, false",
        "*.*, agent.started, true",
        "*.*, agent, false",
        "a.*.c, a.b.c, true",
        "a.*.c, a.b.d, false",
        "a.b, a.b, true",
        "a.b, a.bc, false",
        "agent.status.changed, agent.status_changed, true",
        "agent.status.*, agent.status_changed, true",
        "agent.*.changed, agent.status_changed, true",
        "agent.status_changed, agent.status_changed, true",
        "agent.status.*, agent.status_changes, false",
        "agent.status.*.x, agent.status_changed, false"
    })
    void patternsMatchWordByWord(String pattern, String type, boolean matches) {
        assertThat(new TypePattern(pattern).matches(type)).isEqualTo(matches);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a*", "**", "a..b", "*.", "a.b.c.d.e.f.g.h.*"})
    void whatIsNoPatternIsSaidSo(String text) {
        assertThatThrownBy(() -> new TypePattern(text)).hasMessageContaining("is no pattern");
    }
}
