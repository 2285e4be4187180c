package io.essaim.server.events;

import io.essaim.protocol.Message;
import io.essaim.protocol.events.EventInterest;
import java.util.function.Consumer;

/**
 * One event loop's share of the events: its rooms, what waits in them to leave, and its subscribers. Event loop only.
 */
public final class EventFanOut {
    /** Runs tasks on the loop after a while. */
    public interface Timers {
        void after(long nanos, Runnable task);
    }

    /** What came of a request to be sent events. */
    public sealed interface Outcome permits Granted, Refused {}

    /** @param subscribed with the request's id */
    public record Granted(Message.SubscribedEvents subscribed) implements Outcome {}

    /** @param malformed whether the request itself is at fault, and not how full the server is */
    public record Refused(boolean malformed, String reason) implements Outcome {}

    /**
     * Grants it, or not; what is sent to the subscriber from the answer on is of what was granted, a snapshot and what
     * it missed first. Another request before the answer is refused.
     *
     * @param answer is called once, on this loop; right before anything is sent
     */
    public void subscribe(EventSubscriber subscriber, Message.SubscribeEvents request, Consumer<Outcome> answer) {
        throw new UnsupportedOperationException(subscriber + " " + request + answer);
    }

    /** What it is granted now; null before the first. */
    public @org.jspecify.annotations.Nullable EventInterest interest(EventSubscriber subscriber) {
        throw new UnsupportedOperationException(subscriber.clientId());
    }

    /** The last known statuses in these rooms; none: in any. @param answer is called once, on this loop */
    public void snapshot(java.util.List<String> rooms, Consumer<Message.Snapshot> answer) {
        throw new UnsupportedOperationException(rooms + " " + answer);
    }

    /** Resumes after all that it was sent so far, of the rooms that it is in; empty when it is in none yet. */
    public String cursor(EventSubscriber subscriber) {
        throw new UnsupportedOperationException(subscriber.clientId());
    }

    /** Whether all that it missed has been looked through, so that what happens next is sent next. */
    public boolean isCurrent(EventSubscriber subscriber) {
        throw new UnsupportedOperationException(subscriber.clientId());
    }

    /** Nothing more is sent to it; harmless when it is gone already. */
    public void remove(EventSubscriber subscriber) {
        throw new UnsupportedOperationException(subscriber.clientId());
    }
}
