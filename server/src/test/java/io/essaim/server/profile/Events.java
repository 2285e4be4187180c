package io.essaim.server.profile;

import io.essaim.protocol.events.Event;
import io.essaim.protocol.events.JsonText;
import io.essaim.protocol.events.Priority;

/** Events as tests need them. */
final class Events {
    /** 2025-01-16T13:20:00.123456Z */
    static final long TIME_MICROS = 1_737_033_600_123_456L;

    private Events() {}

    static Event of(String type, String data) {
        return new Event(
                123, "general", type, Priority.NORMAL, JsonText.of(data), 7L, null, 9L, "evt_1", TIME_MICROS, 4711);
    }
}
