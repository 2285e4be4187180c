package io.essaim.server.events;

import static io.essaim.server.events.SteppedEvents.draft;
import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.protocol.Limits;
import io.essaim.protocol.Message;
import io.essaim.protocol.events.EventDraft;
import io.essaim.protocol.events.EventScope;
import io.essaim.protocol.events.JsonText;
import io.essaim.server.observe.Counter;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PresenceAndStatusTest {
    private final EventLimitsBuilder limits = new EventLimitsBuilder();

    private static StatusQuestion about(String... rooms) {
        return StatusQuestion.of(List.of(rooms), EventScope.ALL);
    }

    private static void second(SteppedEvents events) {
        events.time.advance(Duration.ofSeconds(1));
        events.step();
    }

    @Test
    void tellsOnceASecondWhoCameAndWhoLeftToThoseWhoAsked() throws IOException {
        try (SteppedEvents events = new SteppedEvents(limits)) {
            events.attach("before", null, false, "a");
            second(events);
            assertThat(events.presence).as("nobody asked").isEmpty();
            events.attach("asks", null, true, "a", "b");
            events.attach("c", null, false, "a");
            events.attach("passes", null, false, "a");
            events.service.log().detach("passes");
            events.step();
            assertThat(events.presence).isEmpty();
            second(events);
            assertThat(events.presence)
                    .containsExactlyInAnyOrder(
                            new Message.PresenceUpdate("a", 3, List.of("asks", "c"), List.of()),
                            new Message.PresenceUpdate("b", 1, List.of("asks"), List.of()));
            events.presence.clear();
            events.attach("c", null, false, "b");
            events.service.log().detach("before");
            second(events);
            assertThat(events.presence)
                    .containsExactlyInAnyOrder(
                            new Message.PresenceUpdate("a", 1, List.of(), List.of("c", "before")),
                            new Message.PresenceUpdate("b", 2, List.of("c"), List.of()));
            events.presence.clear();
            events.service.log().detach("asks");
            events.attach("d", null, false, "a");
            second(events);
            second(events);
            assertThat(events.presence).as("nobody asks any more").isEmpty();
        }
    }

    @Test
    void keepsTheNamesWhenTheOnlyOneWhoAsksSubscribesAnew() throws IOException {
        try (SteppedEvents events = new SteppedEvents(limits)) {
            events.attach("asks", null, true, "a");
            second(events);
            events.presence.clear();
            events.attach("c", null, false, "a");
            events.attach("asks", null, true, "a", "b");
            second(events);
            assertThat(events.presence).contains(new Message.PresenceUpdate("a", 2, List.of("c"), List.of()));
        }
    }

    @Test
    void takesOnlyWordsThatAreStatesForAStatus() throws IOException {
        try (SteppedEvents events = new SteppedEvents(limits)) {
            events.publish(draft("a", "agent.status_changed", "{\"agent_id\":7,\"new_status\":\"active\"}"));
            events.publish(draft("a", "agent.metrics", "{\"agent_id\":7,\"cpu\":0.5}"));
            events.publish(draft("a", "agent.metrics", "{\"agent_id\":8,\"cpu\":0.5}"));
            assertThat(events.snapshot("a").state().toString())
                    .contains("\"7\":{\"status\":\"active\"")
                    .doesNotContain("metrics", "\"8\"");
        }
    }

    @Test
    void namesAHundredAtMostAndCountsTheOthers() throws IOException {
        try (SteppedEvents events = new SteppedEvents(limits)) {
            events.attach("asks", null, true, "a");
            second(events);
            events.presence.clear();
            for (int i = 0; i < 250; i++) {
                events.attach("client-" + i, null, false, "a");
            }
            second(events);
            assertThat(events.presence).hasSize(1);
            assertThat(events.presence.get(0).members()).isEqualTo(251);
            assertThat(events.presence.get(0).joined()).hasSize(Limits.PRESENCE_NAMES_MAX);
        }
    }

    @Test
    void keepsTheLastStatusOfEachByRoom() throws IOException {
        try (SteppedEvents events = new SteppedEvents(limits)) {
            events.publish(
                    draft("a", "agent.status_changed", "{\"agent_id\":7,\"new_status\":\"idle\",\"status\":\"x\"}"));
            events.publish(draft("a", "agent.status_changed", "{\"agent_id\":\"7\",\"new_status\":\"active\"}"));
            events.publish(draft("b", "agent.status_changed", "{\"agent_id\":7,\"status\":\"gone\"}"));
            events.publish(
                    new EventDraft("a", "agent.started", null, JsonText.EMPTY, 8L, null, null, null, EventDraft.NOW));
            events.publish(draft("a", "task.queued", "{\"task_id\":\"t-\\\"1\\\"\"}"));
            events.publish(draft("a", "project.touched", "{\"project_id\":1}"));
            events.publish(new EventDraft(
                    "a", "project.updated", null, JsonText.of("{\"status\":\"late\"}"), null, null, 2L, null, 1L));
            events.publish(draft("a", "system.status", "{\"status\":\"up\"}"));
            String time = Instant.EPOCH
                    .plus(events.time.epochMicros(), ChronoUnit.MICROS)
                    .toString();
            assertThat(events.snapshot("a"))
                    .isEqualTo(new Message.Snapshot(
                            JsonText.of("{\"agents\":{\"7\":{\"status\":\"active\",\"type\":\"agent.status_changed\","
                                    + "\"timestamp\":\"" + time + "\",\"offset\":2},\"8\":{\"status\":\"started\","
                                    + "\"type\":\"agent.started\",\"timestamp\":\"" + time + "\",\"offset\":4}},"
                                    + "\"tasks\":{\"t-\\\"1\\\"\":{\"status\":\"queued\",\"type\":\"task.queued\","
                                    + "\"timestamp\":\"" + time + "\",\"offset\":5}},\"projects\":{\"2\":{\"status\":"
                                    + "\"late\",\"type\":\"project.updated\",\"timestamp\":\"1970-01-01T00:00:00.000001Z\","
                                    + "\"offset\":7}}}"),
                            8));
            assertThat(events.snapshot("a", "b").state().toString()).contains("\"7\":{\"status\":\"gone\"");
            assertThat(events.snapshot().state().toString()).contains("\"7\":{\"status\":\"gone\"");
            assertThat(events.snapshot("c").state())
                    .isEqualTo(JsonText.of("{\"agents\":{},\"tasks\":{},\"projects\":{}}"));
        }
    }

    @Test
    void sharesASnapshotWhileNoStatusHasChangedAndMakesOneAStepForAllWhoAskForTheSameRooms() throws IOException {
        try (SteppedEvents events = new SteppedEvents(limits)) {
            events.publish(draft("a", "task.queued", "{\"task_id\":1}"));
            Message.Snapshot first = events.snapshot("a");
            events.publish(draft("a", "chat.said", "{}"));
            assertThat(events.snapshot("a")).isSameAs(first);
            assertThat(first.offset()).isEqualTo(1);
            events.publish(draft("a", "task.started", "{\"task_id\":1}"));
            List<Message.Snapshot> got = new ArrayList<>();
            events.service.log().recentSnapshot(events.loop, about("a"), got::add);
            events.service.log().snapshot(events.loop, about("a"), got::add);
            events.service.log().snapshot(events.loop, about("a"), got::add);
            events.service.log().snapshot(events.loop, about(), got::add);
            events.service.sequencer().step();
            assertThat(got).hasSize(3);
            assertThat(got.get(0)).as("recent enough").isSameAs(first);
            assertThat(got.get(1).state().toString()).contains("started");
            assertThat(got.get(2)).isSameAs(got.get(1));
            events.service.sequencer().step();
            assertThat(got).as("of other rooms, a step later").hasSize(4);
            events.service.log().snapshot(events.loop, about("a", "none"), got::add);
            events.step();
            assertThat(got.remove(4)).as("of rooms with nothing besides").isSameAs(got.get(1));
            events.publish(draft("a", "task.failed", "{\"task_id\":1}"));
            events.time.advance(Duration.ofMillis(1_001));
            events.service.log().recentSnapshot(events.loop, about("a"), got::add);
            events.step();
            assertThat(got.get(4).state().toString())
                    .as("not older than a second")
                    .contains("failed");
        }
    }

    @Test
    void forgetsWhoWasNotHeardOfForLongest() throws IOException {
        limits.statuses = 2;
        try (SteppedEvents events = new SteppedEvents(limits)) {
            for (String id : List.of("1", "2", "1", "3")) {
                events.publish(draft("a", "task.queued", "{\"task_id\":" + id + '}'));
            }
            assertThat(events.snapshot().state().toString())
                    .contains("\"1\":", "\"3\":")
                    .doesNotContain("\"2\":");
            assertThat(events.count(Counter.STATUSES_EVICTED)).isEqualTo(1);
        }
    }
}
