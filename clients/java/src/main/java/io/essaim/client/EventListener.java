package io.essaim.client;

import io.essaim.protocol.Message;
import io.essaim.protocol.events.Event;
import java.time.Duration;

/**
 * What happens on an {@link EventStream}, told in order and by one thread at a time, across connections. While a method runs
 * nothing more is read, so that a listener that is too slow costs events: it is told which by {@link #onGap}, or begins
 * again where it was.
 */
public interface EventListener {
    /**
     * Something happened. Where a connection breaks, the last events before it may come again: an event's offset, or its id,
     * tells.
     *
     * @param cursor to resume after it, in another run of the program; empty when the one of a later event counts
     */
    void onEvent(Event event, String cursor);

    /**
     * Granted, each time that it connected: events of that follow.
     *
     * @param granted has the rooms of which not all could be had since the connection before
     */
    default void onSubscribed(Message.SubscribedEvents granted) {}

    /** Events that do not come, as this client did not read fast enough. */
    default void onGap(Message.Gap gap) {}

    /** Any other message. */
    default void onMessage(Message.FromServer message) {}

    /**
     * No new token was to be had to renew the login; it is asked for again in 5 s. Called by any thread, beside the others.
     */
    default void onTokenFailure(Throwable cause) {}

    /** The connection ended; it connects again after the wait. */
    default void onInterrupted(Throwable cause, Duration wait) {}

    /** It has ended for good, and not by {@link EventStream#close()}; nothing follows. */
    default void onEnd(Throwable cause) {}
}
