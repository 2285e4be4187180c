package io.essaim.protocol.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.events.EventDraft;
import io.essaim.protocol.events.JsonText;
import io.essaim.protocol.events.Priority;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The fields of one event, as a parser comes by them. */
final class EventFields {
    /** With its sign: 2^53 has 16 digits. */
    private static final int ID_CHARS_MAX = 17;

    private final JsonParser parser;
    private final byte[] utf8;
    private final int start;
    private final boolean unknownPass;

    private @Nullable String type;
    private @Nullable String room;
    private @Nullable String eventId;
    private @Nullable Priority priority;
    private @Nullable Long sourceAgentId;
    private @Nullable Long circleId;
    private @Nullable Long projectId;
    private JsonText data = JsonText.EMPTY;
    private long timestampMicros = EventDraft.NOW;
    private long timeMicros = EventDraft.NOW;

    /**
     * @param parser stands at the beginning of the object
     * @param start where the parser's text begins in {@code utf8}
     * @param unknownPass whether fields that nobody knows are passed over
     */
    EventFields(JsonParser parser, byte[] utf8, int start, boolean unknownPass) {
        this.parser = parser;
        this.utf8 = utf8;
        this.start = start;
        this.unknownPass = unknownPass;
    }

    /** Reads to the end of the object. */
    EventDraft read() throws IOException, MalformedMessageException {
        try {
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                field(name, parser.nextToken());
            }
        } catch (StreamConstraintsException e) {
            throw JsonBounds.crossed(e, parser);
        }
        if (type == null) {
            throw new MalformedMessageException("type is missing; it is the name of the event, such as agent.started");
        }
        try {
            return new EventDraft(
                    room,
                    type,
                    priority,
                    data,
                    sourceAgentId,
                    circleId,
                    projectId,
                    eventId,
                    // The finer of the two.
                    timeMicros == EventDraft.NOW ? timestampMicros : timeMicros);
        } catch (IllegalArgumentException e) {
            throw new MalformedMessageException(String.valueOf(e.getMessage()), e);
        }
    }

    private void field(String name, JsonToken token) throws IOException, MalformedMessageException {
        switch (name) {
            case "type" -> type = string(name, token);
            case "data" -> data = JsonEventReader.value(parser, utf8, start);
            case "room" -> room = string(name, token);
            case "event_id" -> eventId = string(name, token);
            case "priority" -> priority = priority(token);
            case "source_agent_id" -> sourceAgentId = id(name, token);
            case "circle_id" -> circleId = id(name, token);
            case "project_id" -> projectId = id(name, token);
            case "timestamp" -> timestampMicros = timestamp(token);
            case "time_us" -> timeMicros = timeMicros(token);
            case "offset", "seq", "cursor" -> parser.skipChildren();
            default -> {
                if (!unknownPass) {
                    throw new MalformedMessageException("unknown field \"" + JsonFields.abridged(name) + "\" in event");
                }
                parser.skipChildren();
            }
        }
    }

    private @Nullable String string(String name, JsonToken token) throws IOException, MalformedMessageException {
        if (token == JsonToken.VALUE_NULL) {
            return null;
        }
        if (token != JsonToken.VALUE_STRING) {
            throw new MalformedMessageException(name + " is no string");
        }
        return parser.getText();
    }

    private @Nullable Priority priority(JsonToken token) throws IOException, MalformedMessageException {
        String text = string("priority", token);
        if (text == null) {
            return null;
        }
        return Priority.of(text)
                .orElseThrow(() -> new MalformedMessageException("priority is \"" + JsonFields.abridged(text)
                        + "\"; known are critical, high, normal, metrics, low"));
    }

    private @Nullable Long id(String name, JsonToken token) throws IOException, MalformedMessageException {
        if (token == JsonToken.VALUE_NULL) {
            return null;
        }
        if (token != JsonToken.VALUE_NUMBER_INT || parser.getTextLength() > ID_CHARS_MAX) {
            throw new MalformedMessageException(name + " is no whole number from -2^53 to 2^53");
        }
        return parser.getLongValue();
    }

    private long timestamp(JsonToken token) throws IOException, MalformedMessageException {
        String text = string("timestamp", token);
        if (text == null) {
            return EventDraft.NOW;
        }
        long micros = IsoTime.micros(text);
        if (micros == IsoTime.NONE) {
            throw new MalformedMessageException(
                    "timestamp is \"" + JsonFields.abridged(text) + "\"; it is a time such as 2026-11-21T10:00:00Z");
        }
        if (micros < 0) {
            throw new MalformedMessageException("timestamp is before 1970");
        }
        return micros;
    }

    private long timeMicros(JsonToken token) throws IOException, MalformedMessageException {
        Long micros = id("time_us", token);
        if (micros == null) {
            return EventDraft.NOW;
        }
        if (micros < 0) {
            throw new MalformedMessageException("time_us is before 1970");
        }
        return micros;
    }
}
