package io.essaim.server.events;

import io.essaim.protocol.events.Event;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads several rooms in the order of offsets, a part at a time. Event sequencer only. */
final class LogReader {
    /** Events of one part. */
    static final int CHUNK_EVENTS_MAX = 256;

    /** Bytes of one part; its last event may go beyond. */
    static final int CHUNK_BYTES_MAX = 256 << 10;

    private final Rooms rooms;
    private final int eventsMax;

    /** @param eventsMax events of one part */
    LogReader(Rooms rooms, int eventsMax) {
        this.rooms = rooms;
        this.eventsMax = eventsMax;
    }

    /** @param head offset of the newest event that clients get */
    EventLogAccess.Chunk read(List<String> names, Positions positions, long head) {
        List<EventLog.Reading> readings = new ArrayList<>();
        List<String> unrecovered = new ArrayList<>();
        Map<String, Long> from = new HashMap<>();
        for (String name : names) {
            Room room = rooms.find(name);
            long position = positions.of(name);
            long trimmedTo = room == null ? rooms.forgottenTo() : room.log().trimmedTo();
            if (position < trimmedTo) {
                unrecovered.add(name);
            }
            // Told once, and not again with the next part.
            from.put(name, Math.max(position, trimmedTo));
            if (room != null) {
                readings.add(room.log().after(position));
            }
        }
        List<Event> events = new ArrayList<>();
        long bytes = 0;
        EventLog.Reading next = lowest(readings);
        while (next != null && events.size() < eventsMax && bytes < CHUNK_BYTES_MAX) {
            Event event = next.event();
            if (event == null) {
                throw new AssertionError("a reading at its end");
            }
            events.add(event);
            bytes += event.size();
            next.next();
            next = lowest(readings);
        }
        // Up to the last event every room has been read, and those that were further before remain so.
        boolean complete = next == null;
        Positions reached = complete
                ? Positions.at(head)
                : new Positions(events.get(events.size() - 1).offset(), from);
        unrecovered.sort(null);
        return new EventLogAccess.Chunk(events, reached, complete, head, unrecovered);
    }

    /** Of a client there are a hundred rooms at most, and one as a rule: looking through them beats a heap. */
    private static EventLog.@Nullable Reading lowest(List<EventLog.Reading> readings) {
        EventLog.Reading lowest = null;
        long lowestOffset = Long.MAX_VALUE;
        for (int i = 0; i < readings.size(); i++) {
            Event event = readings.get(i).event();
            if (event != null && event.offset() < lowestOffset) {
                lowest = readings.get(i);
                lowestOffset = event.offset();
            }
        }
        return lowest;
    }
}
