package io.essaim.server.events;

import io.essaim.protocol.events.Event;
import io.essaim.server.observe.Counter;
import io.essaim.server.observe.Counters;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.PriorityQueue;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** All rooms, and what bounds them together. Event sequencer only, but for what can be read off. */
final class Rooms {
    /** Hears of what is let go. */
    interface TrimListener {
        void onTrimmed(String room, long offset);

        /** A room gets events again of which others, up to there, may be gone. */
        void onResumed(String room, long trimmedTo);

        /** @param forgottenTo up to which offset rooms that are gone may have had events */
        void onForgotten(String room, long forgottenTo);
    }

    private final EventLimits limits;
    private final Counters counters;
    private final TrimListener listener;

    // event sequencer
    private final Map<String, Room> rooms = new HashMap<>();

    /** Rooms that hold events, by an offset that their oldest one has or had. */
    private final PriorityQueue<Room> byOldest = new PriorityQueue<>(Comparator.comparingLong(room -> room.orderedBy));

    private long forgottenTo;

    /** Where the log may have lost its end, and where it went on. */
    private final NavigableMap<Long, Long> lost = new TreeMap<>();

    // written by the event sequencer, read by any thread
    private volatile int count;
    private volatile long bytes;

    Rooms(EventLimits limits, Counters counters, TrimListener listener) {
        this.limits = limits;
        this.counters = counters;
        this.listener = listener;
    }

    /** Any thread. */
    int count() {
        return count;
    }

    /** About what all events take of memory. Any thread. */
    long bytes() {
        return bytes;
    }

    @Nullable
    Room find(String name) {
        return rooms.get(name);
    }

    /** Up to which offset rooms that are gone may have had events. */
    long forgottenTo() {
        return forgottenTo;
    }

    /** The room of that name, made if need be; null when there are as many as may be. */
    @Nullable
    Room obtain(String name) {
        Room room = rooms.get(name);
        if (room == null) {
            if (rooms.size() >= limits.rooms()) {
                counters.increment(Counter.ROOMS_REFUSED);
                return null;
            }
            room = make(name, forgottenTo);
        }
        return room;
    }

    /** An event of the room has its offset: what must be known of the room is written with it. */
    void expect(Room room) {
        room.expect();
        if (!room.isRecorded() && room.log().trimmedTo() > 0) {
            room.recorded(true);
            listener.onResumed(room.name(), room.log().trimmedTo());
        }
    }

    /**
     * Lets the room go at once if nobody would miss it, and nothing has to be remembered of it: names cost whoever asks for
     * them nothing, so that those which hold nothing must not take the place of others.
     */
    void letGo(Room room) {
        if (room.isIdle() && room.log().trimmedTo() <= forgottenTo && rooms.remove(room.name(), room)) {
            count = rooms.size();
            removed(room);
        }
    }

    private void removed(Room room) {
        if (room.isRecorded()) {
            listener.onForgotten(room.name(), forgottenTo);
        }
    }

    /** Whether all these rooms are there or can be made. */
    boolean hasPlaceFor(Collection<String> names) {
        long missing = names.stream().filter(name -> !rooms.containsKey(name)).count();
        if (rooms.size() + missing <= limits.rooms()) {
            return true;
        }
        counters.increment(Counter.ROOMS_REFUSED);
        return false;
    }

    /** Makes a room that there was before, however many there are. */
    Room restore(String name, long trimmedTo) {
        Room room = make(name, trimmedTo);
        room.recorded(trimmedTo > 0);
        return room;
    }

    private Room make(String name, long trimmedTo) {
        Room room = new Room(name, trimmedTo);
        rooms.put(name, room);
        count = rooms.size();
        return room;
    }

    /** Of rooms that there were before and that are gone. */
    void restoreForgotten(long offset) {
        forgottenTo = offset;
    }

    /** Offsets after the one and before the other were left out, because what stood there may be lost. */
    void restoreLost(long after, long resumedAt) {
        lost.put(after, resumedAt);
    }

    /** Where the log went on when whatever stood at this offset is lost, and maybe more with it; else the offset itself. */
    long resumedAt(long offset) {
        Map.Entry<Long, Long> part = lost.lowerEntry(offset);
        return part == null ? offset : Math.max(offset, part.getValue());
    }

    /** Takes an event in, newer than all others, and lets go what is too much then. */
    void append(Room room, Event event, long takenMicros, boolean withheld) {
        EventLog log = room.log();
        log.append(event, takenMicros, withheld);
        if (!room.ordered) {
            room.ordered = true;
            room.orderedBy = event.offset();
            byOldest.add(room);
        }
        long held = bytes + event.size();
        while (log.size() > limits.roomEvents() || log.bytes() > limits.roomBytes()) {
            held -= trim(room);
        }
        while (held > limits.memoryBytes()) {
            Room oldest = oldest();
            if (oldest == null) {
                throw new AssertionError(held + " bytes of no events");
            }
            held -= trim(oldest);
        }
        bytes = held;
    }

    /** Lets go what was taken before. */
    void trimBefore(long takenMicros) {
        long held = bytes;
        for (Room room = oldest(); room != null && room.log().oldestTakenMicros() < takenMicros; room = oldest()) {
            held -= trim(room);
        }
        bytes = held;
    }

    private int trim(Room room) {
        Event event = room.log().trim();
        counters.increment(Counter.EVENTS_TRIMMED);
        room.recorded(true);
        listener.onTrimmed(room.name(), event.offset());
        return event.size();
    }

    /** The room that holds the oldest event of all; null when there is none. */
    private @Nullable Room oldest() {
        while (true) {
            Room room = byOldest.peek();
            if (room == null) {
                return null;
            }
            if (room.log().size() > 0 && room.log().oldestOffset() == room.orderedBy) {
                return room;
            }
            // Its oldest has gone since, and it stands too far ahead.
            byOldest.remove();
            room.ordered = room.log().size() > 0;
            if (room.ordered) {
                room.orderedBy = room.log().oldestOffset();
                byOldest.add(room);
            }
        }
    }

    /** Lets go rooms without members and events; somebody who comes back to one is told that he missed something. */
    void clean() {
        for (Iterator<Room> all = rooms.values().iterator(); all.hasNext(); ) {
            Room room = all.next();
            if (room.isIdle()) {
                all.remove();
                forgottenTo = Math.max(forgottenTo, room.log().trimmedTo());
                counters.increment(Counter.ROOMS_CLEANED);
                removed(room);
            }
        }
        count = rooms.size();
    }
}
