package io.essaim.server.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EventFilterOptionTest {
    @Test
    void valuesAreNumbersTruthsAndTexts() {
        assertThat(EventFilterOption.parse(List.of(
                                "circle_id=1,2",
                                "data.done=true",
                                "data.status=active",
                                "data.code=\"7\"",
                                "data.a=b=c"))
                        .conditions())
                .isEqualTo(Map.of(
                        "circle_id", List.of(1.0, 2.0),
                        "data.done", List.of(true),
                        "data.status", List.of("active"),
                        "data.code", List.of("7"),
                        "data.a", List.of("b=c")));
    }

    @Test
    void whatIsNoConditionIsNamed() {
        assertThatThrownBy(() -> EventFilterOption.parse(List.of("circle_id")))
                .hasMessage("--filter=circle_id: write it as FIELD=VALUE, as circle_id=1");
        assertThatThrownBy(() -> EventFilterOption.parse(List.of("circle=1"))).hasMessageContaining("is no field");
        assertThatThrownBy(() -> EventFilterOption.parse(List.of("circle_id=1", "circle_id=2")))
                .hasMessageEndingWith("write circle_id=A,B for one of several values");
    }
}
