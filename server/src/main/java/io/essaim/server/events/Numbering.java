package io.essaim.server.events;

import com.github.f4b6a3.ulid.UlidFactory;
import io.essaim.protocol.events.Event;
import io.essaim.protocol.events.EventDraft;
import io.essaim.protocol.events.EventNames;
import io.essaim.protocol.events.Priority;
import io.essaim.server.observe.Counter;
import io.essaim.server.observe.Counters;
import io.essaim.server.observe.ErrorLog;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Gives events their offsets, and what else their publishers left to the server. Event sequencer only. */
final class Numbering {
    private static final String ID_PREFIX = "evt_";

    private final UlidFactory ids;
    private final Rooms rooms;
    private final KnownIds known;
    private final Listeners listeners;
    private final EventRules rules;
    private final BroadcastPolicy broadcast;
    private final LongSupplier sequence;
    private final Counters counters;
    private final ErrorLog errors;

    // event sequencer
    private long newest;

    /** @param newest offset of the event before the next one */
    Numbering(
            Rooms rooms,
            KnownIds known,
            Listeners listeners,
            EventRules rules,
            BroadcastPolicy broadcast,
            LongSupplier sequence,
            Counters counters,
            ErrorLog errors,
            long newest) {
        this.ids = UlidFactory.newMonotonicInstance();
        this.rooms = rooms;
        this.known = known;
        this.listeners = listeners;
        this.rules = rules;
        this.broadcast = broadcast;
        this.sequence = sequence;
        this.counters = counters;
        this.errors = errors;
        this.newest = newest;
    }

    /** Offset of the newest event that has one. */
    long newest() {
        return newest;
    }

    /** Puts the publication into the group; or refuses it, with nothing of it left there. */
    void add(Publication publication, Group group) {
        Group.Mark mark = group.mark();
        EventBus.Refusal refusal;
        try {
            refusal = tryAdd(publication, group);
        } catch (Throwable e) {
            errors.record("events could not be put in order", e);
            refusal = new EventBus.Refusal(RefusalCause.FAILED, "the server failed to put the events in order");
        }
        if (refusal != null) {
            undo(group, mark);
            counters.add(Counter.EVENTS_REFUSED, publication.events().size());
            publication.receipt().refused(refusal.cause(), refusal.reason());
        }
    }

    private EventBus.@Nullable Refusal tryAdd(Publication publication, Group group) {
        int count = publication.events().size();
        Receipt.Placed[] placed = new Receipt.Placed[count];
        List<Room> into = new ArrayList<>(count);
        try {
            EventDraft[] drafts = new EventDraft[count];
            for (int i = 0; i < count; i++) {
                drafts[i] = listeners.transformed(publication.events().get(i));
                String name = roomName(drafts[i]);
                Room room = rooms.obtain(name);
                if (room == null) {
                    return new EventBus.Refusal(
                            RefusalCause.OVERLOADED,
                            "room " + name + " cannot be made: there are " + rooms.count()
                                    + " rooms already, as many as may be (max-rooms)");
                }
                into.add(room);
            }
            for (int i = 0; i < count; i++) {
                String key = publication.key(i);
                long content = content(publication.events().get(i), drafts[i], key);
                KnownIds.Known before = known.find(drafts[i].eventId(), key);
                if (before == null) {
                    placed[i] = place(drafts[i], into.get(i), key, content, group);
                } else if (before.content() != content) {
                    return conflict(drafts[i], key, before);
                } else {
                    group.duplicates++;
                    placed[i] = new Receipt.Placed(before.offset(), before.eventId(), true);
                }
            }
        } finally {
            // Made for a duplicate, or in vain. Those of events are awaited.
            into.forEach(rooms::letGo);
        }
        group.oldestKnown = known.oldest();
        group.newest = newest;
        group.publications.add(publication);
        group.placed.add(Collections.unmodifiableList(Arrays.asList(placed)));
        return null;
    }

    /** Of what the publisher handed in: what transforms make of it may differ from time to time. */
    private static long content(EventDraft handedIn, EventDraft draft, @Nullable String key) {
        return draft.eventId() == null && key == null
                ? 0
                : KnownIds.content(roomName(handedIn), handedIn.type(), handedIn.data());
    }

    private static EventBus.Refusal conflict(EventDraft draft, @Nullable String key, KnownIds.Known before) {
        String what = key != null && key.equals(before.key()) ? "Idempotency-Key" : "event_id " + draft.eventId();
        return new EventBus.Refusal(RefusalCause.CONFLICT, what + " was used for another event");
    }

    private static String roomName(EventDraft draft) {
        return Objects.requireNonNullElse(draft.room(), EventNames.DEFAULT_ROOM);
    }

    private Receipt.Placed place(EventDraft draft, Room room, @Nullable String key, long content, Group group) {
        String id = draft.eventId();
        Priority priority = draft.priority();
        Event event = new Event(
                ++newest,
                room.name(),
                draft.type(),
                priority == null ? rules.priorityOf(draft.type()) : priority,
                draft.data(),
                draft.sourceAgentId(),
                draft.circleId(),
                draft.projectId(),
                id == null ? ID_PREFIX + ids.create() : id,
                draft.timeMicros() == EventDraft.NOW ? group.takenMicros : draft.timeMicros(),
                Math.max(Event.NO_SEQUENCE, sequence.getAsLong()));
        // First what may fail.
        boolean isWithheld = broadcast.withholds(event);
        KnownIds.Known ids = null;
        if (id != null || key != null) {
            KnownIds.Known came = new KnownIds.Known(event.offset(), event.eventId(), id, key, content);
            ids = known.add(came) ? came : null;
        }
        rooms.expect(room);
        group.add(event, room, isWithheld, ids);
        return new Receipt.Placed(event.offset(), event.eventId(), false);
    }

    /** The group is not taken after all; its offsets are not used again. */
    void undo(Group group) {
        undo(group, Group.Mark.START);
    }

    /** What came into the group since is not taken. */
    private void undo(Group group, Group.Mark mark) {
        if (group.events.size() > mark.events()) {
            known.removeFrom(group.events.get(mark.events()).offset());
        }
        for (int i = mark.events(); i < group.rooms.size(); i++) {
            Room room = group.rooms.get(i);
            room.arrived();
            rooms.letGo(room);
        }
        group.cutTo(mark);
    }
}
