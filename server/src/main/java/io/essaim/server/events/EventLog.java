package io.essaim.server.events;

import io.essaim.protocol.events.Event;
import org.jspecify.annotations.Nullable;

/** The events of one room that are kept. Event sequencer only. */
final class EventLog {
    private final EventRing ring = new EventRing();

    // event sequencer
    private long bytes;
    private long trimmedTo;

    /** @param trimmedTo up to which offset, that one included, events may be gone already */
    EventLog(long trimmedTo) {
        this.trimmedTo = trimmedTo;
    }

    void append(Event event, long takenMicros, boolean withheld) {
        ring.add(event, takenMicros, withheld);
        bytes += event.size();
    }

    /** Lets the oldest go. */
    Event trim() {
        Event event = ring.remove();
        bytes -= event.size();
        trimmedTo = event.offset();
        return event;
    }

    int size() {
        return ring.size();
    }

    /** About what the events take of memory. */
    long bytes() {
        return bytes;
    }

    /** Of the newest event that was let go; later ones are here. */
    long trimmedTo() {
        return trimmedTo;
    }

    long oldestOffset() {
        return ring.event(0).offset();
    }

    long oldestTakenMicros() {
        return ring.takenMicros(0);
    }

    /** Goes through what clients get of the events behind an offset. Not to be used any more once the log has changed. */
    Reading after(long offset) {
        return new Reading(ring, ring.indexAfter(offset));
    }

    /** A place in the log. */
    static final class Reading {
        private final EventRing ring;
        private int index;

        private Reading(EventRing ring, int index) {
            this.ring = ring;
            this.index = index;
            skipWithheld();
        }

        /** The event at this place; null at the end. */
        @Nullable
        Event event() {
            return index == ring.size() ? null : ring.event(index);
        }

        void next() {
            index++;
            skipWithheld();
        }

        private void skipWithheld() {
            while (index < ring.size() && ring.isWithheld(index)) {
                index++;
            }
        }
    }
}
