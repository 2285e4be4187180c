package io.essaim.server.profile;

import io.essaim.protocol.events.Event;
import io.essaim.protocol.json.JsonBuffer;

/**
 * What a template reads from, and writes to.
 *
 * @param data of this event
 */
record EventView(Event event, DataFields data, Timestamps timestamps, JsonBuffer out) {}
