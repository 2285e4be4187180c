package io.essaim.server.events;

import com.github.f4b6a3.ulid.UlidFactory;
import io.essaim.protocol.events.Event;
import io.essaim.protocol.events.EventDraft;
import io.essaim.protocol.events.EventNames;
import io.essaim.protocol.events.Priority;
import io.essaim.server.observe.Counter;
import io.essaim.server.observe.Counters;
import java.util.Arrays;
import java.util.Collections;
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
            long newest) {
        this.ids = UlidFactory.newMonotonicInstance();
        this.rooms = rooms;
        this.known = known;
        this.listeners = listeners;
        this.rules = rules;
        this.broadcast = broadcast;
        this.sequence = sequence;
        this.counters = counters;
        this.newest = newest;
    }

    /** Offset of the newest event that has one. */
    long newest() {
        return newest;
    }

    /** Puts the publication into the group; or refuses it, when one of its rooms cannot be had. */
    void add(Publication publication, Group group) {
        EventDraft[] drafts = new EventDraft[publication.events().size()];
        Room[] into = new Room[drafts.length];
        for (int i = 0; i < drafts.length; i++) {
            drafts[i] = listeners.transformed(publication.events().get(i));
            String name = roomName(drafts[i]);
            Room room = rooms.obtain(name);
            if (room == null) {
                counters.add(Counter.EVENTS_REFUSED, drafts.length);
                publication
                        .receipt()
                        .refused(RefusalCause.OVERLOADED, "room " + name + " cannot be made: there are " + rooms.count()
                                + " rooms already, as many as may be (max-rooms)");
                return;
            }
            into[i] = room;
        }
        Receipt.Placed[] placed = new Receipt.Placed[drafts.length];
        for (int i = 0; i < drafts.length; i++) {
            placed[i] = place(drafts[i], into[i], publication.key(i), group);
        }
        group.oldestKnown = known.oldest();
        group.newest = newest;
        group.publications.add(publication);
        group.placed.add(Collections.unmodifiableList(Arrays.asList(placed)));
    }

    private static String roomName(EventDraft draft) {
        return Objects.requireNonNullElse(draft.room(), EventNames.DEFAULT_ROOM);
    }

    private Receipt.Placed place(EventDraft draft, Room room, @Nullable String key, Group group) {
        String id = draft.eventId();
        KnownIds.Known before = known.find(id, key);
        if (before != null) {
            group.duplicates++;
            return new Receipt.Placed(before.offset(), before.eventId(), true);
        }
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
        KnownIds.Known ids = null;
        if (id != null || key != null) {
            KnownIds.Known came = new KnownIds.Known(event.offset(), event.eventId(), id, key);
            ids = known.add(came) ? came : null;
        }
        room.expect();
        group.add(event, room, broadcast.withholds(event), ids);
        return new Receipt.Placed(event.offset(), event.eventId(), false);
    }

    /** The group is not taken after all; its offsets are not used again. */
    void undo(Group group) {
        if (!group.events.isEmpty()) {
            known.removeFrom(group.events.get(0).offset());
        }
        group.rooms.forEach(Room::arrived);
    }
}
