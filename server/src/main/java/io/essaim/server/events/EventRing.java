package io.essaim.server.events;

import io.essaim.protocol.events.Event;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Events in the order of their offsets, taken in at one end and let go at the other. Grows as needed. Not thread-safe. */
final class EventRing {
    private static final int FIRST_CAPACITY = 16;

    // Of one event each, by place; the capacity is a power of two.
    private @Nullable Event[] events = new Event[FIRST_CAPACITY];
    private long[] takenMicros = new long[FIRST_CAPACITY];
    private boolean[] withheld = new boolean[FIRST_CAPACITY];

    private int first;
    private int size;

    int size() {
        return size;
    }

    /** @param index 0 is the oldest */
    Event event(int index) {
        return Objects.requireNonNull(events[place(index)]);
    }

    /** When it was taken, microseconds since 1970. */
    long takenMicros(int index) {
        return takenMicros[place(index)];
    }

    /** Whether no client gets it. */
    boolean isWithheld(int index) {
        return withheld[place(index)];
    }

    void add(Event event, long taken, boolean isWithheld) {
        if (size == events.length) {
            resize(2 * size);
        }
        int place = place(size);
        events[place] = event;
        takenMicros[place] = taken;
        withheld[place] = isWithheld;
        size++;
    }

    /** Takes the oldest out. */
    Event remove() {
        Event oldest = event(0);
        events[first] = null;
        first = place(1);
        size--;
        // A room that was busy once gives its places back.
        if (events.length > FIRST_CAPACITY && size < events.length / 8) {
            resize(events.length / 2);
        }
        return oldest;
    }

    /** Of the first event behind an offset; the size when there is none. */
    int indexAfter(long offset) {
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (event(middle).offset() <= offset) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private int place(int index) {
        return (first + index) & (events.length - 1);
    }

    private void resize(int capacity) {
        int begin = first;
        int wrapped = Math.max(0, begin + size - events.length);
        int straight = size - wrapped;
        @Nullable Event[] newEvents = new Event[capacity];
        long[] newTaken = new long[capacity];
        boolean[] newWithheld = new boolean[capacity];
        System.arraycopy(events, begin, newEvents, 0, straight);
        System.arraycopy(events, 0, newEvents, straight, wrapped);
        System.arraycopy(takenMicros, begin, newTaken, 0, straight);
        System.arraycopy(takenMicros, 0, newTaken, straight, wrapped);
        System.arraycopy(withheld, begin, newWithheld, 0, straight);
        System.arraycopy(withheld, 0, newWithheld, straight, wrapped);
        events = newEvents;
        takenMicros = newTaken;
        withheld = newWithheld;
        first = 0;
    }
}
