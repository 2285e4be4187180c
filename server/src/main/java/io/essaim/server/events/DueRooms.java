package io.essaim.server.events;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Which rooms have something that is to leave, and when: one timer for all of them. Another one is set only for a time before
 * that of the last, so that few are ever under way. Event loop only.
 */
final class DueRooms {
    /** A look at a room: no later than its deadline, maybe sooner, when what it was made for has left already. */
    private record Alarm(long nanos, LoopRoom room) {}

    private final EventFanOut.Timers timers;
    private final Runnable onDue;

    // event loop
    private final PriorityQueue<Alarm> alarms = new PriorityQueue<>(Comparator.comparingLong(Alarm::nanos));

    /** When the timers that are under way fire, the next one first. */
    private final Deque<Long> armed = new ArrayDeque<>();

    /** @param onDue takes what is due */
    DueRooms(EventFanOut.Timers timers, Runnable onDue) {
        this.timers = timers;
        this.onDue = onDue;
    }

    /** The room's deadline is sooner than it was. */
    void add(LoopRoom room) {
        if (room.deadlineNanos() < room.alarmNanos()) {
            room.alarmNanos(room.deadlineNanos());
            alarms.add(new Alarm(room.deadlineNanos(), room));
        }
    }

    /** The next room whose time has come; null when none has: then a timer is set for the next. */
    @Nullable
    LoopRoom poll(long nowNanos) {
        for (Alarm next = alarms.peek(); next != null; next = alarms.peek()) {
            if (next.nanos() > nowNanos) {
                arm(next.nanos(), nowNanos);
                return null;
            }
            alarms.poll();
            LoopRoom room = next.room();
            if (room.alarmNanos() == next.nanos()) {
                room.alarmNanos(LoopRoom.NONE);
            }
            if (room.deadlineNanos() <= nowNanos) {
                return room;
            }
            add(room);
        }
        return null;
    }

    private void arm(long atNanos, long nowNanos) {
        Long before = armed.peek();
        if (before == null || atNanos < before) {
            armed.push(atNanos);
            timers.after(atNanos - nowNanos, this::fire);
        }
    }

    private void fire() {
        armed.poll();
        onDue.run();
    }
}
