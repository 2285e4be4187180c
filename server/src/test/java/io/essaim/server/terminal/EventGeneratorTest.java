package io.essaim.server.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.essaim.protocol.events.EventDraft;
import io.essaim.protocol.events.EventNames;
import io.essaim.protocol.events.TypePattern;
import io.essaim.protocol.json.JsonBuffer;
import io.essaim.protocol.json.JsonEventReader;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EventGeneratorTest {
    private static final int MANY = 20_000;

    @Test
    void theSameSeedMakesTheSameEvents() {
        assertThat(events(new EventGenerator(7, List.of(), List.of()), 500))
                .isEqualTo(events(new EventGenerator(7, List.of(), List.of()), 500))
                .isNotEqualTo(events(new EventGenerator(8, List.of(), List.of()), 500));
    }

    @Test
    void everyTypeAndRoomComesAndIsReadBackAsItWas() throws Exception {
        TreeSet<String> types = new TreeSet<>();
        TreeSet<String> rooms = new TreeSet<>();
        JsonEventReader reader = new JsonEventReader();
        for (EventDraft event : events(new EventGenerator(1, List.of("general", "ops"), List.of()), MANY)) {
            JsonBuffer json = new JsonBuffer(16);
            DraftJson.write(event, json);
            assertThat(reader.read(json.array(), 0, json.length())).isEqualTo(event);
            types.add(event.type());
            rooms.add(String.valueOf(event.room()));
        }
        assertThat(types).containsExactlyElementsOf(EventGenerator.types());
        assertThat(types)
                .contains("agent.created", "agent.deleted", "agent.status_changed", "agent.metrics", "agent.started")
                .contains("task.queued", "task.assigned", "task.completed", "task.failed")
                .contains("system.alert", "system.performance", "system.status");
        assertThat(rooms).containsExactly(EventNames.DEFAULT_ROOM, "ops");
    }

    @Test
    void anAgentsOldStatusIsTheOneThatItHad() {
        Map<String, String> known = new HashMap<>();
        EventGenerator generator = new EventGenerator(3, List.of(), List.of(new TypePattern("agent.status_changed")));
        for (EventDraft event : events(generator, 2_000)) {
            String data = event.data().toString();
            String agent = between(data, "\"agent_id\":", ",");
            String before = known.put(agent, between(data, "\"new_status\":\"", "\""));
            assertThat(before == null ? between(data, "\"old_status\":\"", "\"") : before)
                    .isEqualTo(between(data, "\"old_status\":\"", "\""));
        }
        assertThat(known).hasSize(100);
    }

    @Test
    void onlyTheTypesThatAreWantedCome() {
        List<TypePattern> patterns = List.of(new TypePattern("task.*"), new TypePattern("order.placed"));
        assertThat(events(new EventGenerator(1, List.of(), patterns), MANY).stream()
                        .map(EventDraft::type)
                        .distinct())
                .containsExactlyInAnyOrder(
                        "task.queued", "task.assigned", "task.completed", "task.failed", "order.placed");
        assertThatThrownBy(() -> new EventGenerator(1, List.of(), List.of(new TypePattern("order.*"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("types: \"order.*\" matches none of agent.created, ");
    }

    private static List<EventDraft> events(EventGenerator generator, int count) {
        return IntStream.range(0, count).mapToObj(i -> generator.next()).toList();
    }

    private static String between(String text, String before, String after) {
        int from = text.indexOf(before) + before.length();
        return text.substring(from, text.indexOf(after, from));
    }
}
