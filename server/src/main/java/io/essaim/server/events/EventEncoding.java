package io.essaim.server.events;

import io.essaim.protocol.Message;
import io.essaim.protocol.events.Event;
import io.essaim.protocol.events.EventInterest;
import java.util.List;

/**
 * How events are told to one kind of client: its profile and its subprotocol. Those of a kind share one, and with it the
 * bytes. One per event loop: not thread-safe.
 */
public interface EventEncoding {
    /** Whether it is told of this event at all. */
    default boolean tells(Event event, EventInterest interest) {
        return true;
    }

    /** The message that tells one event. */
    byte[] event(Event event, String cursor);

    /** The message that tells several, in order; only for those who know it. */
    byte[] batch(List<Event> events, String cursor);

    byte[] gap(Message.Gap gap);

    byte[] presence(Message.PresenceUpdate update);

    byte[] snapshot(Message.Snapshot snapshot);
}
