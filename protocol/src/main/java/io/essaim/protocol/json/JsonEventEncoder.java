package io.essaim.protocol.json;

import io.essaim.protocol.events.Event;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes events, one or several in a message. Allocates nothing but the message, as long as names need no escapes and
 * times are of one second. Not thread-safe.
 */
public final class JsonEventEncoder {
    private static final byte[] TYPE = ascii("{\"type\":");
    private static final byte[] DATA = ascii(",\"data\":");
    private static final byte[] SOURCE_AGENT_ID = ascii(",\"source_agent_id\":");
    private static final byte[] CIRCLE_ID = ascii(",\"circle_id\":");
    private static final byte[] PROJECT_ID = ascii(",\"project_id\":");
    private static final byte[] EVENT_ID = ascii(",\"event_id\":");
    private static final byte[] TIMESTAMP = ascii(",\"timestamp\":");
    private static final byte[] ROOM = ascii(",\"room\":");
    private static final byte[] PRIORITY = ascii(",\"priority\":");
    private static final byte[] OFFSET = ascii(",\"offset\":");
    private static final byte[] SEQ = ascii(",\"seq\":");
    private static final byte[] TIME_US = ascii(",\"time_us\":");
    private static final byte[] CURSOR = ascii(",\"cursor\":");
    private static final byte[] NULL = ascii("null");
    private static final byte[] BATCH = ascii("{\"type\":\"batch\",\"data\":[");

    private final JsonBuffer out = new JsonBuffer(1024);
    private final JsonTimestamp timestamp = new JsonTimestamp();

    /**
     * The message of one event, in an array of its own.
     *
     * @param cursor empty: none
     */
    public byte[] event(Event event, String cursor) {
        write(event, cursor, out.clear());
        return out.toByteArray();
    }

    /**
     * The message of several events, in an array of its own.
     *
     * @param cursor empty: none
     */
    public byte[] batch(List<Event> events, String cursor) {
        writeBatch(events, cursor, out.clear());
        return out.toByteArray();
    }

    /** Appends an event as an object. */
    public void write(Event event, String cursor, JsonBuffer to) {
        to.raw(TYPE).string(event.type());
        to.raw(DATA).raw(event.data().utf8());
        number(SOURCE_AGENT_ID, event.sourceAgentId(), to);
        number(CIRCLE_ID, event.circleId(), to);
        number(PROJECT_ID, event.projectId(), to);
        to.raw(EVENT_ID).string(event.eventId()).raw(TIMESTAMP);
        timestamp.write(event.timeMicros(), to);
        to.raw(ROOM).string(event.room());
        to.raw(PRIORITY).string(event.priority().token());
        to.raw(OFFSET).number(event.offset()).raw(SEQ);
        if (event.sequence() == Event.NO_SEQUENCE) {
            to.raw(NULL);
        } else {
            to.number(event.sequence());
        }
        to.raw(TIME_US).number(event.timeMicros());
        cursor(cursor, to);
        to.raw('}');
    }

    void writeBatch(List<Event> events, String cursor, JsonBuffer to) {
        to.raw(BATCH);
        for (int i = 0; i < events.size(); i++) {
            if (i > 0) {
                to.raw(',');
            }
            write(events.get(i), "", to);
        }
        to.raw(']');
        cursor(cursor, to);
        to.raw('}');
    }

    private static void cursor(String cursor, JsonBuffer to) {
        if (!cursor.isEmpty()) {
            to.raw(CURSOR).string(cursor);
        }
    }

    private static void number(byte[] field, @Nullable Long value, JsonBuffer to) {
        to.raw(field);
        if (value == null) {
            to.raw(NULL);
        } else {
            to.number(value.longValue());
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
