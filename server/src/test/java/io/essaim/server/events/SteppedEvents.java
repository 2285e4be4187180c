package io.essaim.server.events;

import io.essaim.protocol.Message;
import io.essaim.protocol.events.Event;
import io.essaim.protocol.events.EventDraft;
import io.essaim.protocol.events.EventScope;
import io.essaim.protocol.events.JsonText;
import io.essaim.server.observe.Counter;
import io.essaim.server.observe.Counters;
import io.essaim.server.observe.ErrorLog;
import io.essaim.server.observe.Metrics;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The events of a server on the test's own thread and clock, with one loop that keeps what it is given. */
final class SteppedEvents implements AutoCloseable, LoopQueue.Receiver {
    final ManualTime time = new ManualTime();
    final Counters counters = new Counters();
    final EventService service;
    final LoopQueue loop;
    final List<Event> appended = new ArrayList<>();
    final List<Message.PresenceUpdate> presence = new ArrayList<>();
    long seen;

    SteppedEvents(EventLimitsBuilder limits) throws IOException {
        this(limits, EventRules.NONE);
    }

    SteppedEvents(EventLimitsBuilder limits, EventRules rules) throws IOException {
        service = EventService.assemble(
                limits.build(),
                rules,
                () -> 7,
                time,
                counters,
                new Metrics(counters).distributions(),
                new ErrorLog(counters));
        loop = new LoopQueue(Runnable::run, this, 100_000);
        service.log().addLoop(loop);
        step();
    }

    @Override
    public void onAppended(long after, List<Event> events) {
        if (after != seen && !appended.isEmpty()) {
            throw new AssertionError("after " + after + " and not " + seen);
        }
        appended.addAll(events);
        seen = events.get(events.size() - 1).offset();
    }

    @Override
    public void onPresence(Message.PresenceUpdate update) {
        presence.add(update);
    }

    void step() {
        while (service.sequencer().step() > 0 || service.sequencer().isBusy()) {
            Thread.onSpinWait();
        }
    }

    static EventDraft draft(String room, String type, String data) {
        return new EventDraft(room, type, null, JsonText.of(data), null, null, null, null, EventDraft.NOW);
    }

    static EventDraft withId(String room, String type, String id) {
        return new EventDraft(room, type, null, JsonText.EMPTY, null, null, null, id, EventDraft.NOW);
    }

    List<Receipt.Placed> publish(@Nullable String key, EventDraft... drafts) {
        Outcome outcome = offer(key, drafts);
        if (outcome.refused != null) {
            throw new AssertionError(outcome.refused);
        }
        return outcome.placed;
    }

    long publish(EventDraft draft) {
        return publish(null, draft).get(0).offset();
    }

    /** What came of it, with what the queue itself says likewise. */
    Outcome offer(@Nullable String key, EventDraft... drafts) {
        Outcome outcome = new Outcome();
        service.bus()
                .publish(List.of(drafts), key, outcome)
                .ifPresent(refusal -> outcome.refused(refusal.cause(), refusal.reason()));
        step();
        return outcome;
    }

    EventLogAccess.AttachAnswer attach(String client, @Nullable String since, boolean wantsPresence, String... rooms) {
        AtomicReference<EventLogAccess.AttachAnswer> answer = new AtomicReference<>();
        service.log()
                .attach(loop, new EventLogAccess.Attach(client, List.of(rooms), since, wantsPresence), answer::set);
        step();
        return Objects.requireNonNull(answer.get());
    }

    EventLogAccess.Attached attached(String client, @Nullable String since, String... rooms) {
        return (EventLogAccess.Attached) attach(client, since, false, rooms);
    }

    EventLogAccess.Chunk read(Positions positions, String... rooms) {
        AtomicReference<EventLogAccess.Chunk> answer = new AtomicReference<>();
        service.log().read(loop, List.of(rooms), positions, answer::set);
        step();
        return Objects.requireNonNull(answer.get());
    }

    /** A part of the log with so many events at most. */
    EventLogAccess.Chunk readPart(Positions positions, int eventsMax, String... rooms) {
        return new LogReader(service.parts().rooms(), eventsMax)
                .read(List.of(rooms), positions, service.sequencer().head());
    }

    /** Reads on until there is no more. */
    List<Event> readAll(Positions positions, String... rooms) {
        List<Event> events = new ArrayList<>();
        Positions at = positions;
        while (true) {
            EventLogAccess.Chunk chunk = read(at, rooms);
            events.addAll(chunk.events());
            at = chunk.positions();
            if (chunk.complete()) {
                return events;
            }
        }
    }

    Message.Snapshot snapshot(String... rooms) {
        return snapshot(EventScope.ALL, rooms);
    }

    /** As somebody gets it who is permitted only so much. */
    Message.Snapshot snapshot(EventScope scope, String... rooms) {
        AtomicReference<Message.Snapshot> answer = new AtomicReference<>();
        service.log().snapshot(loop, StatusQuestion.of(List.of(rooms), scope), answer::set);
        step();
        return Objects.requireNonNull(answer.get());
    }

    long count(Counter counter) {
        return counters.value(counter);
    }

    @Override
    public void close() {
        service.close();
    }

    /** A receipt that is kept. */
    static final class Outcome implements Receipt {
        List<Placed> placed = List.of();

        @Nullable
        String refused;

        @Nullable
        RefusalCause refusedFor;

        @Override
        public void published(List<Placed> all) {
            placed = all;
        }

        @Override
        public void refused(RefusalCause cause, String reason) {
            refused = reason;
            refusedFor = cause;
        }
    }
}
