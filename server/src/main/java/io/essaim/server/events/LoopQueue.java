package io.essaim.server.events;

import io.essaim.protocol.Message;
import io.essaim.protocol.events.Event;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * What the event sequencer has for one event loop, in order: events that were appended, and answers. The loop is woken by
 * one preallocated, coalesced task.
 */
public final class LoopQueue {
    /** What the loop does with it; on the loop. */
    public interface Receiver {
        /**
         * @param after offset of the event before the first of these, in whichever room: a loop that has not seen that one
         *     was too far behind, and is not offered what it missed
         * @param events in the order of offsets; none: {@code after} is the newest of those that the loop missed, and what
         *     is appended next follows it
         */
        void onAppended(long after, List<Event> events);

        /** Who came into a room and who left it; only to loops that have somebody in it who asked for that. */
        default void onPresence(Message.PresenceUpdate update) {}
    }

    /** One of three: events, what was missed of them, or something to be done. */
    private static final class Item {
        final List<Event> events;
        final @Nullable Runnable task;
        long after;

        Item(long after, List<Event> events, @Nullable Runnable task) {
            this.after = after;
            this.events = events;
            this.task = task;
        }
    }

    private final Executor loop;
    private final Receiver receiver;
    private final int eventsMax;
    private final Runnable drain = this::drain;

    // any thread
    private final AtomicBoolean woken = new AtomicBoolean();

    // any thread, with the monitor of the items
    private final Deque<Item> items = new ArrayDeque<>();
    private int waiting;

    /**
     * @param loop runs tasks on the event loop, in order
     * @param eventsMax events that may wait, and notices of presence likewise
     */
    public LoopQueue(Executor loop, Receiver receiver, int eventsMax) {
        this.loop = loop;
        this.receiver = receiver;
        this.eventsMax = eventsMax;
    }

    /** Offers events; a loop that is too far behind is told that it missed them. */
    void append(long after, List<Event> events) {
        synchronized (items) {
            if (waiting == 0 || waiting + events.size() <= eventsMax) {
                waiting += events.size();
                items.add(new Item(after, events, null));
            } else {
                miss(events.get(events.size() - 1).offset());
            }
        }
        wake();
    }

    private void miss(long newest) {
        Item last = items.peekLast();
        if (last != null && last.task == null && last.events.isEmpty()) {
            last.after = newest;
        } else {
            items.add(new Item(newest, List.of(), null));
        }
    }

    /** Never refused: there is one for each request. */
    void answer(Runnable task) {
        synchronized (items) {
            items.add(new Item(0, List.of(), task));
        }
        wake();
    }

    /** A loop that is too far behind gets none: the next one has the number of members, too. */
    void presence(Message.PresenceUpdate update) {
        synchronized (items) {
            if (waiting >= eventsMax) {
                return;
            }
            waiting++;
            items.add(new Item(0, List.of(), () -> {
                synchronized (items) {
                    waiting--;
                }
                receiver.onPresence(update);
            }));
        }
        wake();
    }

    private void wake() {
        if (!woken.get() && woken.compareAndSet(false, true)) {
            try {
                loop.execute(drain);
            } catch (RejectedExecutionException e) {
                // The loop is gone, and with it everybody who waits for this.
                woken.set(false);
            }
        }
    }

    /** As much as waits now; what comes meanwhile is another task's, since sockets want their turn. */
    private void drain() {
        int rest;
        synchronized (items) {
            rest = items.size();
        }
        try {
            for (; rest > 0; rest--) {
                handle();
            }
        } finally {
            woken.set(false);
            if (hasItems()) {
                wake();
            }
        }
    }

    private void handle() {
        Item item;
        synchronized (items) {
            item = items.remove();
            waiting -= item.events.size();
        }
        if (item.task == null) {
            receiver.onAppended(item.after, item.events);
        } else {
            item.task.run();
        }
    }

    private boolean hasItems() {
        synchronized (items) {
            return !items.isEmpty();
        }
    }
}
