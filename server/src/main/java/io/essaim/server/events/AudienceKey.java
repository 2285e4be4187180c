package io.essaim.server.events;

import io.essaim.protocol.events.EventInterest;

/**
 * What makes two subscribers get the same bytes.
 *
 * @param encoding the same object for all of a kind
 */
record AudienceKey(EventInterest interest, EventEncoding encoding, boolean batches) {}
