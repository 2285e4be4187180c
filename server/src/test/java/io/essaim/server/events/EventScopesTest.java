package io.essaim.server.events;

import static io.essaim.server.events.SteppedEvents.draft;
import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.protocol.Message;
import io.essaim.protocol.events.Event;
import io.essaim.protocol.events.EventDraft;
import io.essaim.protocol.events.EventFilter;
import io.essaim.protocol.events.EventInterest;
import io.essaim.protocol.events.EventScope;
import io.essaim.protocol.events.JsonText;
import io.essaim.protocol.events.Priority;
import io.essaim.protocol.events.RoomPattern;
import io.essaim.protocol.events.TypePattern;
import io.essaim.server.observe.Counter;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nobody is told what it is not permitted, whatever it asks for. */
class EventScopesTest {
    private static final EventScope CIRCLE_1 = circles(1L);
    private static final EventScope TASKS = new EventScope(
            Optional.empty(), Optional.of(List.of(new TypePattern("task.*"))), Optional.empty(), Optional.empty());
    private static final EventScope PROJECT_9 =
            new EventScope(Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(Set.of(9L)));

    private final Loop loop = new Loop();

    private static EventScope circles(Long... ids) {
        return new EventScope(Optional.empty(), Optional.empty(), Optional.of(Set.of(ids)), Optional.empty());
    }

    private static EventScope rooms(String... patterns) {
        return new EventScope(
                Optional.of(List.of(patterns).stream().map(RoomPattern::new).toList()),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private Loop.Client in(String id, EventScope scope, String... rooms) {
        Loop.Client client = loop.client(id, scope).subscribe(EventInterest.inRooms(rooms), null);
        loop.log.settle();
        return client;
    }

    private static Event event(long offset, String room, String type, @Nullable Long circle, @Nullable Long project) {
        return new Event(
                offset,
                room,
                type,
                Priority.CRITICAL,
                JsonText.EMPTY,
                null,
                circle,
                project,
                "evt_" + offset,
                0,
                Event.NO_SEQUENCE);
    }

    /** 1: a task of circle 1, 2: of circle 2, 3: of none, 4: an agent of circle 1, 5: of project 9, 6: in another room. */
    private void publishSix() {
        loop.log.append(List.of(
                event(1, "general", "task.done", 1L, null),
                event(2, "general", "task.done", 2L, null),
                event(3, "general", "task.done", null, null),
                event(4, "general", "agent.started", 1L, null),
                event(5, "general", "agent.started", 2L, 9L),
                event(6, "ops", "task.done", 1L, 9L)));
        loop.log.settle();
    }

    @Test
    void eachGetsWhatItIsPermittedLiveAndReplayed() {
        Loop.Client all = in("all", EventScope.ALL, "general", "ops");
        Loop.Client circle = in("circle", CIRCLE_1, "general", "ops");
        Loop.Client tasks = in("tasks", TASKS, "general", "ops");
        Loop.Client project = in("project", PROJECT_9, "general", "ops");
        Loop.Client nothing = in("nothing", circles(), "general", "ops");
        String before = all.cursor();
        publishSix();
        assertThat(all.offsets()).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
        assertThat(circle.offsets()).containsExactly(1L, 4L, 6L);
        assertThat(tasks.offsets()).containsExactly(1L, 2L, 3L, 6L);
        assertThat(project.offsets()).containsExactly(5L, 6L);
        assertThat(nothing.offsets()).isEmpty();
        for (Loop.Client before5 : List.of(circle, tasks, project, nothing)) {
            Loop.Client again = loop.client(before5.subscriber.clientId() + "2", before5.subscriber.scope())
                    .subscribe(EventInterest.inRooms("general", "ops"), before);
            loop.log.settle();
            assertThat(again.offsets()).as(again.subscriber.clientId()).isEqualTo(before5.offsets());
        }
    }

    @Test
    void whatItAsksForNarrowsWhatItIsPermittedAndNeverWidensIt() {
        Loop.Client client = loop.client("a", CIRCLE_1)
                .subscribe(
                        new EventInterest(
                                List.of("general"),
                                List.of(new TypePattern("task.*")),
                                new EventFilter(Map.of("circle_id", List.of(1.0, 2.0)))),
                        null);
        loop.log.settle();
        publishSix();
        assertThat(client.offsets()).containsExactly(1L);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatDoesNotFitIntoAnOutboxIsCountedAsFarAsItIsPermitted(boolean resumes) {
        Loop.Client client = in("a", CIRCLE_1, "general");
        client.sink.stalls = true;
        for (long offset = 1; offset <= 40; offset++) {
            loop.log.append(List.of(event(offset, "general", "task.done", offset % 4 + 1, null)));
            loop.log.settle();
        }
        client.sink.stalls = false;
        for (int i = 0; i < 20; i++) {
            client.sink.drain();
        }
        // Ten are its own; one went out, six waited.
        List<Message.Gap> gaps = client.told(Message.Gap.class);
        assertThat(gaps.stream().mapToLong(Message.Gap::count).sum())
                .isEqualTo(10 - client.offsets().size())
                .isPositive();
        assertThat(client.offsets()).allMatch(offset -> offset % 4 == 0);
        assertThat(gaps).flatExtracting(Message.Gap::ranges).allSatisfy(range -> {
            assertThat(range.first() % 4).isZero();
            assertThat(range.last() % 4).isZero();
        });
        if (resumes) {
            Loop.Client again = loop.client("b", CIRCLE_1).subscribe(EventInterest.inRooms("general"), client.cursor());
            loop.log.settle();
            assertThat(again.offsets()).isEmpty();
        }
    }

    @Test
    void equalScopesShareTheirBytesAndRoomsThatDifferDoNotPartThem() {
        for (int i = 0; i < 5; i++) {
            in(
                    "own" + i,
                    new EventScope(
                            rooms("general", "own" + i).rooms(),
                            Optional.empty(),
                            CIRCLE_1.circles(),
                            Optional.empty()),
                    "general");
            in("other" + i, circles(1L), "general");
        }
        Loop.Client wider = in("wider", circles(1L, 2L), "general");
        int written = loop.encoding.written();
        loop.log.append(List.of(event(1, "general", "task.done", 1L, null)));
        loop.log.settle();
        assertThat(loop.encoding.written() - written)
                .as("one for circle 1, one for 1 and 2")
                .isEqualTo(2);
        assertThat(loop.counters.value(Counter.EVENTS_SENT)).isEqualTo(11);
        assertThat(wider.offsets()).containsExactly(1L);
        loop.log.append(List.of(event(2, "general", "task.done", 2L, null)));
        loop.log.settle();
        assertThat(loop.encoding.written() - written).as("for 1 and 2 alone").isEqualTo(3);
    }

    @Test
    void aRoomThatIsNotPermittedIsRefusedAndNothingChanges() {
        Loop.Client client = in("a", rooms("general", "team-*"), "general");
        client.subscribe(EventInterest.inRooms("general", "secret"), null);
        loop.fanOut.join(client.subscriber, new Message.Join("2", "secret"), client::answer);
        loop.log.settle();
        assertThat(client.told(EventFanOut.Refused.class))
                .containsOnly(
                        new EventFanOut.Refused(EventFanOut.Fault.NOT_PERMITTED, "room \"secret\" is not permitted"))
                .hasSize(2);
        assertThat(loop.counters.value(Counter.PERMISSIONS_REFUSED)).isEqualTo(2);
        assertThat(loop.fanOut.interest(client.subscriber)).isEqualTo(EventInterest.inRooms("general"));
        loop.fanOut.join(client.subscriber, new Message.Join("3", "team-blue"), client::answer);
        loop.log.settle();
        assertThat(loop.fanOut.interest(client.subscriber)).isEqualTo(EventInterest.inRooms("general", "team-blue"));
        loop.publish(1, "secret", Priority.CRITICAL);
        loop.publish(2, "team-blue", Priority.CRITICAL);
        assertThat(client.offsets()).containsExactly(2L);
    }

    @Test
    void aCursorOfSomebodyWhoMayMoreOpensNoRoom() {
        Loop.Client wide = in("wide", EventScope.ALL, "general", "secret");
        String cursor = wide.cursor();
        loop.publish(1, "secret", Priority.CRITICAL);
        loop.publish(2, "general", Priority.CRITICAL);
        loop.log.forget("secret", 1);
        Loop.Client narrow =
                loop.client("narrow", rooms("general")).subscribe(EventInterest.inRooms("general", "secret"), cursor);
        loop.log.settle();
        assertThat(narrow.told(EventFanOut.Granted.class)).isEmpty();
        narrow.subscribe(EventInterest.inRooms("general"), cursor);
        loop.log.settle();
        EventFanOut.Granted granted = narrow.told(EventFanOut.Granted.class).get(0);
        assertThat(granted.subscribed().unrecovered()).isEmpty();
        assertThat(narrow.told(Message.Gap.class)).isEmpty();
        assertThat(narrow.offsets()).containsExactly(2L);
        assertThat(Cursor.parse(narrow.cursor()).positions().ahead()).doesNotContainKey("secret");
    }

    @Test
    void presenceIsToldOfItsOwnRoomsOnly() {
        Message.SubscribeEvents request =
                new Message.SubscribeEvents("1", EventInterest.inRooms("general"), null, true, false);
        Loop.Client client = loop.client("a", rooms("general")).subscribe(request);
        in("b", EventScope.ALL, "secret");
        loop.fanOut.onPresence(new Message.PresenceUpdate("secret", 1, List.of("b"), List.of()));
        loop.fanOut.onPresence(new Message.PresenceUpdate("general", 1, List.of("a"), List.of()));
        assertThat(client.told(Message.PresenceUpdate.class))
                .extracting(Message.PresenceUpdate::room)
                .containsExactly("general");
    }

    private static EventDraft status(
            String room, String type, String data, @Nullable Long circle, @Nullable Long project) {
        return new EventDraft(room, type, null, JsonText.of(data), null, circle, project, null, EventDraft.NOW);
    }

    @Test
    void aSnapshotHasWhatPermittedEventsTold() throws IOException {
        try (SteppedEvents events = new SteppedEvents(new EventLimitsBuilder())) {
            events.publish(status("a", "agent.started", "{\"agent_id\":\"one\"}", 1L, null));
            events.publish(status("a", "agent.started", "{\"agent_id\":\"two\"}", 2L, null));
            events.publish(status("a", "agent.started", "{\"agent_id\":\"none\"}", null, null));
            events.publish(status("a", "task.queued", "{\"task_id\":\"task\"}", 2L, 9L));
            events.publish(status("b", "agent.started", "{\"agent_id\":\"elsewhere\"}", 1L, 9L));
            assertThat(names(events.snapshot(EventScope.ALL)))
                    .containsExactly("one", "two", "none", "task", "elsewhere");
            assertThat(names(events.snapshot(CIRCLE_1))).containsExactly("one", "elsewhere");
            assertThat(names(events.snapshot(CIRCLE_1, "a"))).containsExactly("one");
            assertThat(names(events.snapshot(TASKS))).containsExactly("task");
            assertThat(names(events.snapshot(PROJECT_9))).containsExactly("task", "elsewhere");
            assertThat(names(events.snapshot(rooms("b")))).containsExactly("elsewhere");
            assertThat(names(events.snapshot(rooms("b"), "a", "b"))).containsExactly("elsewhere");
            assertThat(names(events.snapshot(rooms("b"), "a"))).isEmpty();
            assertThat(names(events.snapshot(rooms()))).isEmpty();
            assertThat(names(events.snapshot(circles(), "a"))).isEmpty();
        }
    }

    private static List<String> names(Message.Snapshot snapshot) {
        return List.of("one", "two", "none", "task", "elsewhere").stream()
                .filter(name -> snapshot.state().toString().contains('"' + name + '"'))
                .toList();
    }

    @Test
    void thoseOfEqualScopesShareASnapshotAndNobodyGetsThatOfAnother() throws IOException {
        try (SteppedEvents events = new SteppedEvents(new EventLimitsBuilder())) {
            events.publish(status("a", "agent.started", "{\"agent_id\":\"one\"}", 1L, null));
            events.publish(status("a", "agent.started", "{\"agent_id\":\"two\"}", 2L, null));
            Message.Snapshot all = events.snapshot("a");
            Message.Snapshot first = events.snapshot(CIRCLE_1, "a");
            assertThat(events.snapshot(circles(1L), "a")).isSameAs(first);
            assertThat(events.snapshot(rooms("a", "c"), "a")).isSameAs(all);
            assertThat(first.state()).isNotEqualTo(all.state());
            assertThat(names(events.snapshot(circles(2L), "a"))).containsExactly("two");
        }
    }

    @Test
    void aStatusWhoseLastWordIsNotPermittedIsLeftOut() throws IOException {
        try (SteppedEvents events = new SteppedEvents(new EventLimitsBuilder())) {
            events.publish(status("a", "agent.started", "{\"agent_id\":\"one\"}", 1L, null));
            events.publish(status("a", "agent.stopped", "{\"agent_id\":\"one\"}", 2L, null));
            assertThat(names(events.snapshot(CIRCLE_1, "a"))).isEmpty();
            events.publish(draft("a", "agent.started", "{\"agent_id\":\"two\"}"));
            assertThat(names(events.snapshot("a"))).containsExactly("one", "two");
        }
    }
}
