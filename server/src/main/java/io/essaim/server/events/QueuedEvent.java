package io.essaim.server.events;

import io.essaim.protocol.events.Event;

/**
 * One event as a message of its own, which waits for one client or many.
 *
 * @param order rises with every one that an event loop makes
 * @param message not written to any more
 */
@SuppressWarnings("ArrayRecordComponent") // many share the bytes, nobody compares them
record QueuedEvent(long order, Event event, byte[] message) {}
