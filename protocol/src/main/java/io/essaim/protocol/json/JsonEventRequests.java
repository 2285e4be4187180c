package io.essaim.protocol.json;

import io.essaim.protocol.Limits;
import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.Message;
import io.essaim.protocol.Message.SubscribeEvents;
import io.essaim.protocol.events.EventFilter;
import io.essaim.protocol.events.EventInterest;
import io.essaim.protocol.events.EventNames;
import io.essaim.protocol.events.TypePattern;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads what clients ask of events. Thread-safe. */
final class JsonEventRequests {
    private static final List<String> FIELDS = List.of("rooms", "types", "filter", "since", "presence", "snapshot");

    private JsonEventRequests() {}

    /** A request's id; empty when it has none. */
    static String id(Map<String, Object> fields, String type) throws MalformedMessageException {
        String id = JsonFields.stringAt(fields.remove("id"), type + ".id");
        if (id == null) {
            return "";
        }
        if (id.getBytes(StandardCharsets.UTF_8).length > Limits.REQUEST_ID_BYTES_MAX) {
            throw new MalformedMessageException(type + ".id is over " + Limits.REQUEST_ID_BYTES_MAX + " bytes");
        }
        return id;
    }

    /**
     * Reads what {@code subscribe} asks of events; null when it asks nothing.
     *
     * @throws IllegalArgumentException naming the field and the limit
     */
    static @Nullable SubscribeEvents subscribe(String id, Map<String, Object> fields) throws MalformedMessageException {
        if (FIELDS.stream().noneMatch(fields::containsKey)) {
            return null;
        }
        Object rooms = fields.remove("rooms");
        List<String> names =
                rooms == null ? List.of(EventNames.DEFAULT_ROOM) : JsonFields.stringsAt(rooms, "subscribe.rooms");
        List<TypePattern> types = new ArrayList<>();
        for (String pattern : JsonFields.stringsAt(fields.remove("types"), "subscribe.types")) {
            types.add(new TypePattern(pattern));
        }
        Object filter = fields.remove("filter");
        EventInterest interest = new EventInterest(
                names,
                types,
                filter == null
                        ? EventFilter.ALL
                        : JsonFilters.of(JsonFields.objectAt(filter, "subscribe.filter"), "subscribe.filter"));
        String since = JsonFields.stringAt(fields.remove("since"), "subscribe.since");
        if (since != null && since.length() > Limits.CURSOR_CHARS_MAX) {
            throw new MalformedMessageException(
                    "subscribe.since has " + since.length() + " characters, at most " + Limits.CURSOR_CHARS_MAX);
        }
        boolean presence = JsonFields.flagAt(fields.remove("presence"), "subscribe.presence");
        boolean snapshot = JsonFields.flagAt(fields.remove("snapshot"), "subscribe.snapshot");
        return new SubscribeEvents(id, interest, since, presence, snapshot);
    }

    /**
     * Reads {@code unsubscribe}, {@code join}, {@code leave} or {@code publish}.
     *
     * @param text of which the fields are
     * @param events reads the event in it
     * @throws IllegalArgumentException naming the field and the limit
     */
    static Message.FromClient read(
            String type, String id, Map<String, Object> fields, byte[] text, JsonEventReader events)
            throws MalformedMessageException {
        return switch (type) {
            case "unsubscribe" -> unsubscribe(id, fields);
            case "join" -> new Message.Join(id, room(fields, type));
            case "leave" -> new Message.Leave(id, room(fields, type));
            default -> publish(id, fields, text, events);
        };
    }

    private static Message.Unsubscribe unsubscribe(String id, Map<String, Object> fields)
            throws MalformedMessageException {
        List<String> rooms = JsonFields.stringsAt(fields.remove("rooms"), "unsubscribe.rooms");
        rooms.forEach(EventNames::room);
        if (rooms.size() > EventInterest.ROOMS_MAX) {
            throw new MalformedMessageException(
                    "unsubscribe.rooms has " + rooms.size() + " rooms, at most " + EventInterest.ROOMS_MAX);
        }
        boolean swarm = JsonFields.flagAt(fields.remove("swarm"), "unsubscribe.swarm");
        return new Message.Unsubscribe(id, rooms, swarm);
    }

    private static String room(Map<String, Object> fields, String type) throws MalformedMessageException {
        String room = JsonFields.stringAt(fields.remove("room"), type + ".room");
        if (room == null) {
            throw new MalformedMessageException(type + ".room is missing; it is the name of a room");
        }
        return EventNames.room(room);
    }

    private static Message.Publish publish(String id, Map<String, Object> fields, byte[] text, JsonEventReader events)
            throws MalformedMessageException {
        Object event = fields.remove("event");
        if (!(event instanceof JsonFields.Slice slice)) {
            throw new MalformedMessageException(
                    event == null
                            ? "publish.event is missing; it is an object with a type"
                            : "publish.event is not an object");
        }
        // Offsets into a text that is not UTF-8 say nothing.
        if (slice.from() < 0 || slice.to() > text.length || slice.from() >= slice.to()) {
            throw new MalformedMessageException("not JSON: not UTF-8");
        }
        return new Message.Publish(id, events.read(text, slice.from(), slice.to()));
    }
}
