package io.essaim.protocol.events;

import io.essaim.protocol.Limits;
import org.jspecify.annotations.Nullable;

/**
 * An event as its publisher hands it in. What is null the server chooses.
 *
 * @param room null: {@value EventNames#DEFAULT_ROOM}
 * @param type as {@link EventNames#type} gives it
 * @param priority null: what the server has for the type
 * @param sourceAgentId any whole number that JSON carries exactly: -2^53 to 2^53; so the other two
 * @param eventId a repeated one is the same event again; null: the server makes one
 * @param timeMicros when it happened, microseconds since 1970; {@link #NOW}: when the server takes it
 */
public record EventDraft(
        @Nullable String room,
        String type,
        @Nullable Priority priority,
        JsonText data,
        @Nullable Long sourceAgentId,
        @Nullable Long circleId,
        @Nullable Long projectId,
        @Nullable String eventId,
        long timeMicros) {
    /** In place of a time. */
    public static final long NOW = -1;

    /** The largest id: what a double, and so every JSON reader, holds exactly. */
    public static final long ID_MAX = 1L << 53;

    /** @throws IllegalArgumentException when a name or number is out of its range; names the field and the limit */
    public EventDraft {
        if (room != null) {
            EventNames.room(room);
        }
        type = EventNames.type(type);
        if (eventId != null) {
            EventNames.eventId(eventId);
        }
        checkId("source_agent_id", sourceAgentId);
        checkId("circle_id", circleId);
        checkId("project_id", projectId);
        if (timeMicros < NOW || timeMicros > Limits.WHOLE_NUMBER_MAX) {
            throw new IllegalArgumentException("timestamp is out of range: from 1970 to 2255");
        }
    }

    /** An event of a type, with data, in the default room. */
    public static EventDraft of(String type, JsonText data) {
        return new EventDraft(null, type, null, data, null, null, null, null, NOW);
    }

    private static void checkId(String field, @Nullable Long id) {
        if (id != null && (id > ID_MAX || id < -ID_MAX)) {
            throw new IllegalArgumentException(field + " is " + id + ", a whole number from -2^53 to 2^53");
        }
    }
}
