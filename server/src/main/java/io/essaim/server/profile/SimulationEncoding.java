package io.essaim.server.profile;

import io.essaim.protocol.Message;
import io.essaim.protocol.events.Event;
import io.essaim.protocol.json.JsonBuffer;
import io.essaim.server.events.EventEncoding;
import io.essaim.server.swarm.TimeSource;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Events as simulations know them: envelopes of type, data and the time as seconds since 1970, in the envelope and in the
 * data. One per event loop: not thread-safe.
 */
public final class SimulationEncoding implements EventEncoding {
    /** What is sent under its own type; anything else is an {@value #NOTIFICATION} about it. */
    private static final Set<String> OWN_TYPES = Set.of("character_update", "state_change", "event_notification");

    private static final String NOTIFICATION = "event_notification";

    private final TimeSource time;
    private final SimulationMessages others = new SimulationMessages();
    private final DataFields data = new DataFields(List.of("timestamp"));
    private final JsonBuffer out = new JsonBuffer(1_024);

    public SimulationEncoding(TimeSource time) {
        this.time = time;
    }

    @Override
    public byte[] event(Event event, String cursor) {
        out.clear();
        write(event, cursor);
        return out.toByteArray();
    }

    @Override
    public byte[] batch(List<Event> events, String cursor) {
        out.clear().raw("{\"type\":\"batch\",\"data\":");
        char separator = '[';
        for (Event event : events) {
            out.raw(separator);
            write(event, "");
            separator = ',';
        }
        out.raw(events.isEmpty() ? "[]" : "]").raw(",\"timestamp\":");
        Timestamps.seconds(time.epochMicros(), out);
        cursor(cursor);
        return out.raw('}').toByteArray();
    }

    private void write(Event event, String cursor) {
        boolean own = OWN_TYPES.contains(event.type());
        out.raw("{\"type\":").string(own ? event.type() : NOTIFICATION).raw(",\"data\":");
        if (own) {
            dataWithTime(event);
        } else {
            out.raw("{\"event_type\":").string(event.type());
            out.raw(",\"data\":").raw(event.data().utf8());
            out.raw(",\"timestamp\":");
            Timestamps.seconds(event.timeMicros(), out);
            out.raw('}');
        }
        out.raw(",\"timestamp\":");
        Timestamps.seconds(event.timeMicros(), out);
        out.raw(",\"room\":").string(event.room());
        out.raw(",\"offset\":").number(event.offset());
        out.raw(",\"event_id\":").string(event.eventId());
        cursor(cursor);
        out.raw('}');
    }

    /** The data; with the event's time as their last field if they are an object without a time. */
    private void dataWithTime(Event event) {
        byte[] json = event.data().utf8();
        data.read(event.data());
        if (json[0] != '{' || data.names("timestamp")) {
            out.raw(json);
            return;
        }
        int end = json.length - 1;
        while (json[end] != '}') {
            end--;
        }
        out.raw(Arrays.copyOf(json, end));
        if (!isEmpty(json, end)) {
            out.raw(',');
        }
        out.raw("\"timestamp\":");
        Timestamps.seconds(event.timeMicros(), out);
        out.raw('}');
    }

    private static boolean isEmpty(byte[] json, int end) {
        for (int i = 1; i < end; i++) {
            if (json[i] > ' ' || json[i] < 0) {
                return false;
            }
        }
        return true;
    }

    private void cursor(String cursor) {
        if (!cursor.isEmpty()) {
            out.raw(",\"cursor\":").string(cursor);
        }
    }

    @Override
    public byte[] gap(Message.Gap gap) {
        return others.encode(gap, time.epochMicros());
    }

    @Override
    public byte[] presence(Message.PresenceUpdate update) {
        return others.encode(update, time.epochMicros());
    }

    @Override
    public byte[] snapshot(Message.Snapshot snapshot) {
        return others.encode(snapshot, time.epochMicros());
    }
}
