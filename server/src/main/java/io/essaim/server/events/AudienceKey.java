package io.essaim.server.events;

import io.essaim.protocol.events.EventInterest;
import io.essaim.protocol.events.EventScope;

/**
 * What makes two subscribers get the same bytes.
 *
 * @param permitted of the events of the interest's rooms, all of which are; rooms do not stand in it, so that those who may
 *     enter different rooms and are in the same ones share
 * @param encoding the same object for all of a kind
 */
record AudienceKey(EventInterest interest, EventScope permitted, EventEncoding encoding, boolean batches) {}
