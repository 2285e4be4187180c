package io.essaim.server.events;

import io.essaim.protocol.events.Event;
import java.util.List;
import java.util.concurrent.Executor;

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
         * @param events in the order of offsets
         */
        void onAppended(long after, List<Event> events);
    }

    /** @param loop runs tasks on the event loop, in order */
    public LoopQueue(Executor loop, Receiver receiver, int eventsMax) {
        throw new UnsupportedOperationException(loop + " " + receiver + eventsMax);
    }
}
