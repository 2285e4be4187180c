package io.essaim.protocol.events;

import org.jspecify.annotations.Nullable;

/**
 * Something that happened, as it stands in the log and on the wire. Immutable.
 *
 * @param offset its place in the log: larger than that of every event before it, in whichever room; below 2^53
 * @param type as {@link EventNames#type} gives it
 * @param data any value of JSON, an object as a rule
 * @param eventId unique over all servers; those that the server makes sort by time
 * @param timeMicros when it happened, microseconds since 1970
 * @param sequence the tick of the swarm at which it was taken; {@link #NO_SEQUENCE} before the first one
 */
public record Event(
        long offset,
        String room,
        String type,
        Priority priority,
        JsonText data,
        @Nullable Long sourceAgentId,
        @Nullable Long circleId,
        @Nullable Long projectId,
        String eventId,
        long timeMicros,
        long sequence) {
    /** In place of a sequence. */
    public static final long NO_SEQUENCE = -1;

    /** About what it takes of memory and of a message, in bytes. */
    public int size() {
        return 256 + room.length() + type.length() + data.length() + eventId.length();
    }
}
