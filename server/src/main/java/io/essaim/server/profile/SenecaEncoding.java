package io.essaim.server.profile;

import io.essaim.protocol.Message;
import io.essaim.protocol.events.Event;
import io.essaim.protocol.events.EventInterest;
import io.essaim.protocol.json.JsonBuffer;
import io.essaim.protocol.json.JsonMessageEncoder;
import io.essaim.server.events.EventEncoding;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Events as the observers of an agent platform know them: each becomes a message of another type with the fields that matter
 * to it, by a table of transforms. One per event loop: not thread-safe.
 */
public final class SenecaEncoding implements EventEncoding {
    private final Transforms transforms;
    private final IdentityHashMap<Transform, DataFields> dataFields = new IdentityHashMap<>();
    private final Timestamps timestamps = new Timestamps();
    private final JsonBuffer out = new JsonBuffer(1_024);
    private final JsonMessageEncoder others = new JsonMessageEncoder();

    public SenecaEncoding(Transforms transforms) {
        this.transforms = transforms;
    }

    @Override
    public boolean tells(Event event, EventInterest interest) {
        String onlyRoom = transforms.of(event.type()).onlyRoom();
        return onlyRoom == null || interest.rooms().contains(onlyRoom);
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
        out.raw(events.isEmpty() ? "[]" : "]");
        cursor(cursor);
        return out.raw('}').toByteArray();
    }

    private void write(Event event, String cursor) {
        Transform transform = transforms.of(event.type());
        DataFields data = dataFields.computeIfAbsent(
                transform, key -> new DataFields(key.fields().paths().distinct().toList()));
        data.read(event.data());
        EventView view = new EventView(event, data, timestamps, out);
        out.raw("{\"type\":").string(transform.type());
        Map<String, Template> fields = transform.fields().fields();
        for (Map.Entry<String, Template> field : fields.entrySet()) {
            out.raw(',').string(field.getKey()).raw(':');
            field.getValue().write(view);
        }
        for (Source.Attribute added : Transform.ADDED) {
            if (!fields.containsKey(added.token())) {
                out.raw(',').string(added.token()).raw(':');
                added.write(view);
            }
        }
        cursor(cursor);
        out.raw('}');
    }

    private void cursor(String cursor) {
        if (!cursor.isEmpty()) {
            out.raw(",\"cursor\":").string(cursor);
        }
    }

    @Override
    public byte[] gap(Message.Gap gap) {
        return others.encode(gap);
    }

    @Override
    public byte[] presence(Message.PresenceUpdate update) {
        return others.encode(update);
    }

    @Override
    public byte[] snapshot(Message.Snapshot snapshot) {
        return others.encode(snapshot);
    }
}
