package io.essaim.server.events;

import static io.essaim.server.events.SteppedEvents.draft;
import static io.essaim.server.events.SteppedEvents.withId;
import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.protocol.events.Event;
import io.essaim.protocol.events.EventDraft;
import io.essaim.protocol.events.EventFilter;
import io.essaim.protocol.events.JsonText;
import io.essaim.protocol.events.Priority;
import io.essaim.protocol.events.TypePattern;
import io.essaim.server.observe.Counter;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EventSequencerTest {
    private final EventLimitsBuilder limits = new EventLimitsBuilder();

    @Test
    void numbersEventsOverAllRoomsAndFillsInWhatTheirPublishersLeftOpen() throws IOException {
        EventRules rules = EventRules.of(List.of("*.metrics=metrics", "system.alert=high"), List.of("*"), List.of());
        try (SteppedEvents events = new SteppedEvents(limits, rules)) {
            List<Receipt.Placed> placed = events.publish(
                    null,
                    EventDraft.of("agent.started", JsonText.EMPTY),
                    draft("ops", "agent.metrics", "{}"),
                    draft("ops", "system.alert", "{\"a\":1}"));
            assertThat(placed).extracting(Receipt.Placed::offset).containsExactly(1L, 2L, 3L);
            Event first = events.appended.get(0);
            assertThat(first.room()).isEqualTo("general");
            assertThat(first.eventId())
                    .matches("evt_[0-9A-Z]{26}")
                    .isEqualTo(placed.get(0).eventId());
            assertThat(first.timeMicros()).isEqualTo(events.time.epochMicros());
            assertThat(first.sequence()).isEqualTo(7);
            assertThat(events.appended)
                    .extracting(Event::priority)
                    .containsExactly(Priority.NORMAL, Priority.METRICS, Priority.HIGH);
            assertThat(events.appended).extracting(Event::eventId).isSorted();
            assertThat(events.count(Counter.EVENTS_PUBLISHED)).isEqualTo(3);
        }
    }

    @Test
    void recognisesARepeatedEventByItsIdAndARepeatedCallByItsKey() throws IOException {
        limits.idempotencyWindow = 3;
        try (SteppedEvents events = new SteppedEvents(limits)) {
            assertThat(events.publish(null, withId("a", "x", "id-1")).get(0).duplicate())
                    .isFalse();
            assertThat(events.publish(null, withId("a", "x", "id-1")))
                    .containsExactly(new Receipt.Placed(1, "id-1", true));
            List<Receipt.Placed> first = events.publish("key", draft("a", "x", "{}"), draft("a", "x", "{}"));
            List<Receipt.Placed> second = events.publish("key", draft("a", "x", "{}"), draft("a", "x", "{}"));
            assertThat(second).allMatch(Receipt.Placed::duplicate);
            assertThat(second)
                    .extracting(Receipt.Placed::eventId)
                    .isEqualTo(first.stream().map(Receipt.Placed::eventId).toList());
            assertThat(events.appended).hasSize(3);
            assertThat(events.count(Counter.EVENTS_DUPLICATE)).isEqualTo(3);
            events.publish(null, withId("a", "x", "id-2"));
            assertThat(events.publish(null, withId("a", "x", "id-1")).get(0).duplicate())
                    .as("beyond the window")
                    .isFalse();
        }
    }

    @Test
    void refusesWhatDoesNotFitIntoTheQueue() throws IOException {
        limits.queueEvents = 64;
        try (SteppedEvents events = new SteppedEvents(limits)) {
            EventDraft[] drafts = new EventDraft[65];
            java.util.Arrays.fill(drafts, draft("a", "x", "{}"));
            assertThat(events.offer(null, drafts).refused).contains("65 events at once, at most 64 (event-queue)");
            SteppedEvents.Outcome outcome = new SteppedEvents.Outcome();
            for (int i = 0; i < 64; i++) {
                assertThat(events.service.bus().publish(List.of(drafts[0]), null, outcome))
                        .isEmpty();
            }
            assertThat(events.service.bus().publish(List.of(drafts[0]), null, outcome))
                    .hasValueSatisfying(refusal -> assertThat(refusal.reason()).contains("too many events wait"));
            assertThat(events.count(Counter.EVENTS_REFUSED)).isEqualTo(66);
            events.step();
            assertThat(events.appended).hasSize(64);
            assertThat(events.service.queued()).isZero();
        }
    }

    @Test
    void refusesAllOfACallWhenOneOfItsRoomsCannotBeMade() throws IOException {
        limits.rooms = 2;
        try (SteppedEvents events = new SteppedEvents(limits)) {
            events.publish(draft("a", "x", "{}"));
            assertThat(events.offer(null, draft("b", "x", "{}"), draft("c", "x", "{}")).refused)
                    .contains("room c cannot be made", "max-rooms");
            assertThat(events.appended).hasSize(1);
            assertThat(events.attach("one", null, false, "a", "b", "c"))
                    .isInstanceOfSatisfying(
                            EventLogAccess.AttachRefused.class,
                            refused -> assertThat(refused.malformed()).isFalse());
            assertThat(events.count(Counter.ROOMS_REFUSED)).isEqualTo(2);
            assertThat(events.service.rooms())
                    .as("the one that was made in vain is gone")
                    .isEqualTo(1);
        }
    }

    @Test
    void keepsFromClientsWhatTheBroadcastSettingsSayAndTellsListenersOfIt() throws IOException {
        EventRules rules = EventRules.of(List.of(), List.of("agent.*"), List.of("agent.started:data.circle=1"));
        try (SteppedEvents events = new SteppedEvents(limits, rules)) {
            List<String> heard = new ArrayList<>();
            events.service.bus().subscribe(TypePattern.ANY, EventFilter.ALL, event -> heard.add(event.type()));
            events.publish(
                    null,
                    draft("a", "agent.started", "{\"circle\":1}"),
                    draft("a", "agent.started", "{\"circle\":2}"),
                    draft("a", "task.queued", "{}"),
                    draft("a", "agent.gone", "{}"));
            assertThat(heard).hasSize(4);
            assertThat(events.appended).extracting(Event::offset).containsExactly(1L, 4L);
            assertThat(events.readAll(Positions.at(0), "a"))
                    .extracting(Event::offset)
                    .containsExactly(1L, 4L);
            assertThat(events.count(Counter.EVENTS_WITHHELD)).isEqualTo(2);
            events.service.broadcast().broadcast(new TypePattern("task.*"), true);
            events.service.broadcast().broadcast(new TypePattern("agent.gone"), false);
            events.service.broadcast().filter(new TypePattern("agent.started"), EventFilter.ALL);
            events.publish(
                    null,
                    draft("a", "agent.started", "{\"circle\":2}"),
                    draft("a", "task.queued", "{}"),
                    draft("a", "agent.gone", "{}"));
            assertThat(events.appended).extracting(Event::offset).containsExactly(1L, 4L, 5L, 6L);
        }
    }

    @Test
    void changesEventsInTheOrderOfTransformsAndSurvivesTheOnesThatFail() throws IOException {
        try (SteppedEvents events = new SteppedEvents(limits)) {
            EventBus bus = events.service.bus();
            bus.transform(new TypePattern("a"), draft -> EventDraft.of("b", draft.data()));
            bus.transform(new TypePattern("b"), draft -> {
                throw new IllegalStateException("planted");
            });
            bus.subscribe(TypePattern.ANY, EventFilter.ALL, event -> {
                throw new IllegalStateException("planted");
            });
            List<Event> heard = new ArrayList<>();
            AutoCloseable listening =
                    bus.subscribe(new TypePattern("b"), new EventFilter(Map.of("data.x", List.of(1.0))), heard::add);
            events.publish(draft("r", "a", "{\"x\":1}"));
            events.publish(draft("r", "a", "{\"x\":2}"));
            close(listening);
            events.publish(draft("r", "a", "{\"x\":1}"));
            assertThat(events.appended).extracting(Event::type).containsExactly("b", "b", "b");
            assertThat(heard).extracting(Event::offset).containsExactly(1L);
            assertThat(events.count(Counter.INTERNAL_ERRORS)).isEqualTo(6);
        }
    }

    private static void close(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void repliesFromTheCursorOnOrSaysWhichRoomsCannotBeHadAnyMore() throws IOException {
        limits.roomEvents = 3;
        try (SteppedEvents events = new SteppedEvents(limits)) {
            EventLogAccess.Attached first = events.attached("c", null, "a", "b");
            String start = new Cursor(first.epoch(), first.from()).text();
            for (int i = 0; i < 3; i++) {
                events.publish(draft("a", "x", "{}"));
                events.publish(draft("b", "x", "{}"));
            }
            EventLogAccess.Attached again = events.attached("c", start, "a", "b");
            assertThat(again.unrecovered()).isEmpty();
            assertThat(again.head()).isEqualTo(6);
            assertThat(events.readAll(again.from(), "a", "b"))
                    .extracting(Event::offset)
                    .containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
            events.publish(draft("a", "x", "{}"));
            EventLogAccess.Attached late = events.attached("c", start, "a", "b");
            assertThat(late.unrecovered()).containsExactly("a");
            EventLogAccess.Chunk chunk = events.read(late.from(), "a", "b");
            assertThat(chunk.events()).extracting(Event::offset).containsExactly(2L, 3L, 4L, 5L, 6L, 7L);
            assertThat(chunk.unrecovered()).isEmpty();
            assertThat(chunk.complete()).isTrue();
            assertThat(events.attached("c", new Cursor(first.epoch() ^ 1, Positions.at(0)).text(), "a", "b"))
                    .isEqualTo(new EventLogAccess.Attached(first.epoch(), 7, Positions.at(7), List.of("a", "b")));
            assertThat(events.attached("c", new Cursor(first.epoch(), Positions.at(8)).text(), "a")
                            .unrecovered())
                    .containsExactly("a");
            assertThat(events.attach("c", "garbage", false, "a"))
                    .isInstanceOfSatisfying(
                            EventLogAccess.AttachRefused.class,
                            refused -> assertThat(refused.malformed()).isTrue());
        }
    }

    @Test
    void remembersThatARoomWhichIsGoneHadEvents() throws IOException {
        try (SteppedEvents events = new SteppedEvents(limits)) {
            EventLogAccess.Attached first = events.attached("c", null, "a");
            events.publish(draft("a", "x", "{}"));
            events.service.log().detach("c");
            events.step();
            events.time.advance(Duration.ofMinutes(61));
            events.step();
            events.time.advance(Duration.ofSeconds(301));
            events.step();
            assertThat(events.service.rooms()).isZero();
            assertThat(events.service.memoryBytes()).isZero();
            assertThat(events.count(Counter.ROOMS_CLEANED)).isEqualTo(1);
            assertThat(events.attached("c", new Cursor(first.epoch(), first.from()).text(), "a")
                            .unrecovered())
                    .containsExactly("a");
            assertThat(events.attached("c", new Cursor(first.epoch(), Positions.at(1)).text(), "a")
                            .unrecovered())
                    .isEmpty();
        }
    }

    @Test
    void letsNoMoreIntoARoomThanMayBe() throws IOException {
        limits.roomClients = 1;
        try (SteppedEvents events = new SteppedEvents(limits)) {
            events.attached("one", null, "a");
            assertThat(events.attach("two", null, false, "a", "b"))
                    .isInstanceOfSatisfying(
                            EventLogAccess.AttachRefused.class,
                            refused -> assertThat(refused.reason())
                                    .contains("room a has 1 clients, at most 1 (room-clients)"));
            assertThat(events.attach("one", null, false, "a", "b")).isInstanceOf(EventLogAccess.Attached.class);
            events.service.log().detach("one");
            events.service.log().detach("nobody");
            assertThat(events.attach("two", null, false, "a", "b")).isInstanceOf(EventLogAccess.Attached.class);
            assertThat(events.count(Counter.ROOM_MEMBERS_REFUSED)).isEqualTo(1);
        }
    }

    @Test
    void letsTheOldestEventOfAllGoWhenTheyTakeTooMuchMemory() throws IOException {
        limits.memoryBytes = 1 << 20;
        try (SteppedEvents events = new SteppedEvents(limits)) {
            String data = "\"" + "x".repeat(20_000) + '"';
            for (int i = 0; i < 200; i++) {
                events.publish(draft("room-" + i % 7, "x", data));
            }
            String[] rooms = {"room-0", "room-1", "room-2", "room-3", "room-4", "room-5", "room-6"};
            List<Event> kept = events.readAll(Positions.at(0), rooms);
            assertThat(events.service.memoryBytes()).isBetween(1_000_000L, 1L << 20);
            assertThat(kept)
                    .extracting(Event::offset)
                    .isEqualTo(events.appended.stream()
                            .map(Event::offset)
                            .skip(200 - kept.size())
                            .toList());
            assertThat(events.count(Counter.EVENTS_TRIMMED)).isEqualTo(200 - kept.size());
        }
    }

    @Test
    void refusesAnotherEventUnderAnIdOrAKeyThatIsTaken() throws IOException {
        try (SteppedEvents events = new SteppedEvents(limits)) {
            events.publish(null, withId("a", "x", "id-1"));
            events.publish("key", draft("a", "x", "{}"));
            for (EventDraft other : List.of(withId("b", "x", "id-1"), withId("a", "y", "id-1"))) {
                SteppedEvents.Outcome outcome = events.offer(null, draft("new", "x", "{}"), other);
                assertThat(outcome.refusedFor).isEqualTo(RefusalCause.CONFLICT);
                assertThat(outcome.refused).isEqualTo("event_id id-1 was used for another event");
            }
            SteppedEvents.Outcome outcome = events.offer("key", draft("a", "x", "{\"n\":1}"));
            assertThat(outcome.refusedFor).isEqualTo(RefusalCause.CONFLICT);
            assertThat(outcome.refused).isEqualTo("Idempotency-Key was used for another event");
            assertThat(events.offer(null, withId("c", "x", "id-2"), withId("c", "y", "id-2")).refusedFor)
                    .as("within one call")
                    .isEqualTo(RefusalCause.CONFLICT);
            assertThat(events.publish(null, withId("c", "x", "id-2")).get(0).duplicate())
                    .as("nothing of it was taken")
                    .isFalse();
            assertThat(events.appended).hasSize(3);
            assertThat(events.service.rooms()).isEqualTo(2);
            assertThat(events.count(Counter.EVENTS_REFUSED)).isEqualTo(7);
        }
    }

    @Test
    void survivesErrorsOfTransformsAndListeners() throws IOException {
        try (SteppedEvents events = new SteppedEvents(limits)) {
            events.service.bus().transform(new TypePattern("deep"), draft -> {
                throw new StackOverflowError("planted");
            });
            events.service.bus().subscribe(new TypePattern("deep"), EventFilter.ALL, event -> {
                throw new StackOverflowError("planted");
            });
            events.publish(draft("a", "deep", "{}"));
            events.publish(draft("a", "x", "{}"));
            assertThat(events.appended).hasSize(2);
        }
    }

    @Test
    void letsRoomsGoAtOnceThatNothingHappenedIn() throws IOException {
        limits.rooms = 4;
        try (SteppedEvents events = new SteppedEvents(limits)) {
            events.publish(null, withId("kept", "x", "id"));
            for (int i = 0; i < 10; i++) {
                events.attached("c", null, "a-" + i, "b-" + i);
                events.service.log().detach("c");
                events.step();
                assertThat(events.service.rooms()).isEqualTo(1);
                assertThat(events.offer(
                                        null,
                                        draft("a" + i, "x", "{}"),
                                        draft("b", "x", "{}"),
                                        draft("c", "x", "{}"),
                                        draft("d", "x", "{}"))
                                .refusedFor)
                        .isEqualTo(RefusalCause.OVERLOADED);
                assertThat(events.service.rooms()).isEqualTo(1);
            }
            EventLogAccess.Attached stays = events.attached("d", null, "kept");
            events.service.log().detach("d");
            assertThat(events.attached("d", new Cursor(stays.epoch(), stays.from()).text(), "kept", "e")
                            .unrecovered())
                    .isEmpty();
        }
    }

    @Test
    void tellsOnceThatSomethingOfARoomIsGoneWhenItIsReadInParts() throws IOException {
        limits.roomEvents = 6;
        try (SteppedEvents events = new SteppedEvents(limits)) {
            for (int i = 0; i < 6; i++) {
                events.publish(draft("a", "x", "{}"));
            }
            for (int i = 0; i < 8; i++) {
                events.publish(draft("b", "x", "{}"));
            }
            Positions at = Positions.at(0);
            List<String> told = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                EventLogAccess.Chunk chunk = events.readPart(at, 1, "a", "b");
                told.addAll(chunk.unrecovered());
                at = chunk.positions();
            }
            assertThat(told).containsExactly("b");
        }
    }
}
