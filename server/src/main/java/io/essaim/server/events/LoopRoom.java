package io.essaim.server.events;

import io.essaim.protocol.events.Event;
import java.util.ArrayList;
import java.util.List;

/** A room as one event loop has it: what waits in it to leave, and for whom. Event loop only. */
final class LoopRoom {
    /** In place of a deadline or of an offset. */
    static final long NONE = Long.MAX_VALUE;

    private final String name;
    private final EventWindows.Window window;

    // event loop
    private final List<Audience> audiences = new ArrayList<>();
    private final List<Event> pending = new ArrayList<>();
    private long deadlineNanos = NONE;
    private long alarmNanos = NONE;
    private long oldestNanos;
    private long lastLeft = -1;

    LoopRoom(String name, EventWindows.Window window) {
        this.name = name;
        this.window = window;
    }

    String name() {
        return name;
    }

    List<Audience> audiences() {
        return audiences;
    }

    /** How many events are one batch at most. */
    int batchEvents() {
        return window.events();
    }

    /** What waits, in the order of offsets. */
    List<Event> pending() {
        return pending;
    }

    /** When it is to leave; {@link #NONE} when nothing waits. */
    long deadlineNanos() {
        return deadlineNanos;
    }

    /** When it is looked at next; {@link #NONE} when that is not settled. Belongs to {@link DueRooms}. */
    long alarmNanos() {
        return alarmNanos;
    }

    void alarmNanos(long nanos) {
        alarmNanos = nanos;
    }

    /** When the oldest of what waits came. */
    long oldestNanos() {
        return oldestNanos;
    }

    /** Offset of the last that left; -1 before the first. */
    long lastLeft() {
        return lastLeft;
    }

    /** Offset of the first that waits after another one; {@link #NONE} when none does. */
    long firstPendingAfter(long offset) {
        for (int i = 0; i < pending.size(); i++) {
            if (pending.get(i).offset() > offset) {
                return pending.get(i).offset();
            }
        }
        return NONE;
    }

    /** Returns whether it has to leave sooner than before. */
    boolean add(Event event, long nowNanos) {
        if (pending.isEmpty()) {
            oldestNanos = nowNanos;
        }
        pending.add(event);
        long due = pending.size() >= window.events() ? nowNanos : nowNanos + window.nanos(event.priority());
        if (due >= deadlineNanos) {
            return false;
        }
        deadlineNanos = due;
        return true;
    }

    /** All that waited has left. */
    void left() {
        if (!pending.isEmpty()) {
            lastLeft = pending.get(pending.size() - 1).offset();
            pending.clear();
        }
        deadlineNanos = NONE;
    }
}
