package io.essaim.server.terminal;

import io.essaim.protocol.events.EventDraft;
import io.essaim.protocol.events.Priority;
import io.essaim.protocol.json.JsonBuffer;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Writes events as they are handed in. */
final class DraftJson {
    private static final long NANOS_PER_MICRO = 1_000;

    private DraftJson() {}

    static void write(EventDraft event, JsonBuffer out) {
        out.raw("{\"type\":").string(event.type());
        out.raw(",\"data\":").raw(event.data().utf8());
        text("room", event.room(), out);
        Priority priority = event.priority();
        text("priority", priority == null ? null : priority.token(), out);
        number("source_agent_id", event.sourceAgentId(), out);
        number("circle_id", event.circleId(), out);
        number("project_id", event.projectId(), out);
        text("event_id", event.eventId(), out);
        if (event.timeMicros() != EventDraft.NOW) {
            text(
                    "timestamp",
                    Instant.EPOCH
                            .plusNanos(event.timeMicros() * NANOS_PER_MICRO)
                            .toString(),
                    out);
        }
        out.raw('}');
    }

    private static void text(String name, @Nullable String value, JsonBuffer out) {
        if (value != null) {
            out.raw(",\"").raw(name).raw("\":").string(value);
        }
    }

    private static void number(String name, @Nullable Long value, JsonBuffer out) {
        if (value != null) {
            out.raw(",\"").raw(name).raw("\":").number(value.longValue());
        }
    }
}
