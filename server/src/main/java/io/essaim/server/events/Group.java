package io.essaim.server.events;

import io.essaim.protocol.events.Event;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Publications that are numbered, committed and told together. Owned by the event sequencer, but for while the store writes
 * it, which reads it only.
 */
final class Group {
    final List<Publication> publications = new ArrayList<>();

    /** Of each publication, where its events stand. */
    final List<List<Receipt.Placed>> placed = new ArrayList<>();

    // of one new event each
    final List<Event> events = new ArrayList<>();
    final List<Room> rooms = new ArrayList<>();
    final List<Boolean> withheld = new ArrayList<>();

    /** Ids that new events came with. */
    final List<KnownIds.Known> known = new ArrayList<>();

    /** Offset of the oldest event whose ids are known. */
    long oldestKnown;

    /** Offset of the newest event that has one. */
    long newest;

    /** About what the events take of memory. */
    long bytes;

    int duplicates;

    /** When all of them are taken, microseconds since 1970. */
    long takenMicros;

    boolean isEmpty() {
        return publications.isEmpty();
    }

    void add(Event event, Room room, boolean isWithheld, KnownIds.@Nullable Known ids) {
        events.add(event);
        rooms.add(room);
        withheld.add(isWithheld);
        bytes += event.size();
        if (ids != null) {
            known.add(ids);
        }
    }

    /** How much is in it. */
    record Mark(int events, int known, long bytes, int duplicates) {
        static final Mark START = new Mark(0, 0, 0, 0);
    }

    Mark mark() {
        return new Mark(events.size(), known.size(), bytes, duplicates);
    }

    /** Takes out the events that came in since. */
    void cutTo(Mark mark) {
        cut(events, mark.events());
        cut(rooms, mark.events());
        cut(withheld, mark.events());
        cut(known, mark.known());
        bytes = mark.bytes();
        duplicates = mark.duplicates();
    }

    private static void cut(List<?> list, int size) {
        if (list.size() > size) {
            list.subList(size, list.size()).clear();
        }
    }

    void clear() {
        publications.clear();
        placed.clear();
        cutTo(Mark.START);
    }
}
