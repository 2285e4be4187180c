package io.essaim.server.profile;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.protocol.events.Event;
import io.essaim.protocol.events.EventInterest;
import io.essaim.protocol.events.EventNames;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SenecaEncodingTest {
    private static final String TIME = "\"timestamp\":\"2025-01-16T13:20:00.123Z\"";
    private static final String ADDED = ",\"room\":\"general\",\"offset\":123,\"event_id\":\"evt_1\"}";

    private final SenecaEncoding encoding = new SenecaEncoding(Transforms.builtIn());

    @Test
    void aStatusThatChangesPulsesWhenItIsActiveAndFadesElse() {
        String type = EventNames.type("agent.status.changed");
        assertThat(told(type, "{\"agent_id\":\"a-1\",\"old_status\":\"idle\", \"new_status\" : \"active\" }"))
                .isEqualTo("{\"type\":\"agent_status_change\",\"agent_id\":\"a-1\",\"old_status\":\"idle\","
                        + "\"new_status\":\"active\"," + TIME + ",\"animation\":\"pulse\"" + ADDED);
        assertThat(told(type, "{\"agent_id\":12.50,\"old_status\":\"active\",\"new_status\":\"idle\"}"))
                .isEqualTo("{\"type\":\"agent_status_change\",\"agent_id\":12.50,\"old_status\":\"active\","
                        + "\"new_status\":\"idle\"," + TIME + ",\"animation\":\"fade\"" + ADDED);
    }

    @Test
    void whatTheDataLackComesFromTheEventOrIsNull() {
        assertThat(told("agent.status_changed", "{\"new_status\":\"\\u0061ctive\",\"agent_id\":null}"))
                .isEqualTo("{\"type\":\"agent_status_change\",\"agent_id\":7,\"old_status\":null,"
                        + "\"new_status\":\"\\u0061ctive\"," + TIME + ",\"animation\":\"pulse\"" + ADDED);
        assertThat(told("task.assigned", "[1]"))
                .isEqualTo("{\"type\":\"task_assignment\",\"task_id\":null,\"agent_id\":7," + TIME
                        + ",\"animation\":\"assign\"" + ADDED);
    }

    @Test
    void theOtherTransformsAreThoseOfTheBridge() {
        assertThat(told("project.progress.updated", "{\"progress\":0.75}"))
                .isEqualTo("{\"type\":\"project_progress\",\"project_id\":9,\"progress\":0.75," + TIME
                        + ",\"animation\":\"progress\"" + ADDED);
        assertThat(
                        told(
                                "system.health.changed",
                                "{\"component\":\"db\",\"old_status\":\"ok\",\"new_status\":\"down\",\"severity\":\"critical\"}"))
                .isEqualTo("{\"type\":\"health_change\",\"component\":\"db\",\"old_status\":\"ok\","
                        + "\"new_status\":\"down\",\"severity\":\"critical\"," + TIME + ADDED);
        assertThat(told("agent.started", "{\"agent_id\":3,\"status\":\"active\"}"))
                .isEqualTo("{\"type\":\"agent_update\"," + TIME
                        + ",\"data\":{\"agent_id\":3,\"status\":\"active\",\"change_type\":\"started\"}" + ADDED);
        assertThat(told("project.phase.ended", "{\"project_id\":\"p\"}"))
                .isEqualTo("{\"type\":\"project_update\"," + TIME
                        + ",\"data\":{\"project_id\":\"p\",\"status\":null,\"change_type\":\"ended\"}" + ADDED);
        assertThat(told("system.alert", "{\"severity\":\"high\",\"message\":\"disk \\\"full\\\"\"}"))
                .isEqualTo("{\"type\":\"health_update\"," + TIME
                        + ",\"data\":{\"severity\":\"high\",\"message\":\"disk \\\"full\\\"\"}" + ADDED);
        assertThat(told("circle.formed", "{\"a\":[1,{\"b\":2}]}"))
                .isEqualTo("{\"type\":\"generic_update\"," + TIME
                        + ",\"data\":{\"event_type\":\"circle.formed\",\"data\":{\"a\":[1,{\"b\":2}]}}" + ADDED);
    }

    @Test
    void onlyObserversHearOfTheSystemsHealth() {
        EventInterest general = EventInterest.inRooms("general");
        EventInterest both = EventInterest.inRooms("general", "observers");
        assertThat(encoding.tells(Events.of("system.alert", "{}"), general)).isFalse();
        assertThat(encoding.tells(Events.of("system.alert", "{}"), both)).isTrue();
        assertThat(encoding.tells(Events.of("system.health.changed", "{}"), general))
                .isTrue();
        assertThat(encoding.tells(Events.of("agent.started", "{}"), general)).isTrue();
    }

    @Test
    void aBatchHasOneCursorAtItsEnd() {
        Event event = Events.of("circle.formed", "{}");
        String message = text(encoding.event(event, ""));
        assertThat(text(encoding.batch(List.of(event, event), "C1")))
                .isEqualTo("{\"type\":\"batch\",\"data\":[" + message + "," + message + "],\"cursor\":\"C1\"}");
        assertThat(text(encoding.event(event, "C1")))
                .isEqualTo(message.substring(0, message.length() - 1) + ",\"cursor\":\"C1\"}");
    }

    @Test
    void aProgramsTransformGoesBeforeThoseBuiltIn() {
        SenecaEncoding own = new SenecaEncoding(Transforms.builtIn()
                .with(List.of(Transform.of("agent.*", "note", Map.of("room", "data.where | 'nowhere'")))));
        assertThat(text(own.event(Events.of("agent.started", "{\"where\":\"here\"}"), "")))
                .isEqualTo("{\"type\":\"note\",\"room\":\"here\",\"offset\":123,\"event_id\":\"evt_1\"}");
        assertThat(text(own.event(Events.of("circle.formed", "{}"), ""))).contains("generic_update");
    }

    @Test
    void theGreetingNamesTheRooms() {
        assertThat(text(new SenecaMessages()
                        .greeting("c-1", Events.TIME_MICROS, List.of("general", "observers"), "C1")))
                .isEqualTo("{\"type\":\"connection_established\",\"client_id\":\"c-1\","
                        + "\"server_time\":\"2025-01-16T13:20:00.123Z\",\"rooms\":[\"general\",\"observers\"],"
                        + "\"cursor\":\"C1\"}");
    }

    private String told(String type, String data) {
        return text(encoding.event(Events.of(type, data), ""));
    }

    private static String text(byte[] message) {
        return new String(message, StandardCharsets.UTF_8);
    }
}
