package io.essaim.protocol.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.essaim.protocol.Limits;
import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.events.EventDraft;
import io.essaim.protocol.events.JsonText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads events that are handed in as JSON, from text that nobody vouches for. An event has to have a {@code type}; what
 * the server itself says of an event is let pass ({@code offset}, {@code seq}, {@code cursor}), so that what was received
 * can be published again; any other field is an error that names it, unless it is to
 * be passed over. Thread-safe.
 */
public final class JsonEventReader {
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    /** The first bytes, by which a parser tells UTF-16 and UTF-32. */
    private static final int ENCODING_BYTES = 4;

    private final boolean unknownPass;

    public JsonEventReader() {
        this(false);
    }

    /** @param unknownPass whether fields that nobody knows are passed over, and not an error */
    public JsonEventReader(boolean unknownPass) {
        this.unknownPass = unknownPass;
    }

    /**
     * Reads one event.
     *
     * @param utf8 of which those from {@code from} to before {@code to} are the event
     * @throws MalformedMessageException naming the field and the limit
     */
    public EventDraft read(byte[] utf8, int from, int to) throws MalformedMessageException {
        int start = checked(utf8, from, to);
        try (JsonParser parser = JsonFields.FACTORY.createParser(utf8, start, to - start)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new MalformedMessageException("event is not a JSON object");
            }
            EventDraft event = new EventFields(parser, utf8, start, unknownPass).read();
            if (parser.nextToken() != null) {
                throw new MalformedMessageException("text after the event");
            }
            return event;
        } catch (IOException e) {
            throw JsonFields.notJson(e);
        }
    }

    /**
     * Reads an event, an array of events, or events with white space between them, as lines are.
     *
     * @throws MalformedMessageException saying which event, counted from 1, and naming the field and the limit
     */
    public List<EventDraft> readAll(byte[] body) throws MalformedMessageException {
        int start = checked(body, 0, body.length);
        List<EventDraft> events = new ArrayList<>();
        try (JsonParser parser = JsonFields.FACTORY.createParser(body, start, body.length - start)) {
            JsonToken token = parser.nextToken();
            boolean array = token == JsonToken.START_ARRAY;
            JsonToken end = array ? JsonToken.END_ARRAY : null;
            for (token = array ? parser.nextToken() : token; token != end; token = parser.nextToken()) {
                if (token != JsonToken.START_OBJECT) {
                    throw new MalformedMessageException("not a JSON object");
                }
                events.add(new EventFields(parser, body, start, unknownPass).read());
            }
            if (array && parser.nextToken() != null) {
                throw new MalformedMessageException("text after the array");
            }
            return events;
        } catch (IOException e) {
            throw of(events.size() + 1, JsonFields.notJson(e));
        } catch (MalformedMessageException e) {
            throw of(events.size() + 1, e);
        }
    }

    /**
     * Data that came by itself.
     *
     * @param utf8 is kept when it has no line breaks
     * @throws MalformedMessageException when it is not one value of JSON, or beyond a limit
     */
    public JsonText data(byte[] utf8) throws MalformedMessageException {
        checkLength(utf8.length);
        int start = checked(utf8, 0, utf8.length);
        try (JsonParser parser = JsonFields.FACTORY.createParser(utf8, start, utf8.length - start)) {
            if (parser.nextToken() == null) {
                throw new MalformedMessageException("data is no value of JSON");
            }
            JsonText data = value(parser, utf8, start);
            if (parser.nextToken() != null) {
                throw new MalformedMessageException("data is more than one value of JSON");
            }
            return data;
        } catch (IOException e) {
            throw new MalformedMessageException(
                    "data is " + JsonFields.notJson(e).getMessage(), e);
        }
    }

    /** Where the text begins, past a byte order mark. */
    private static int checked(byte[] utf8, int from, int to) throws MalformedMessageException {
        if (!Utf8.isValid(utf8, from, to)) {
            throw new MalformedMessageException("not JSON: not UTF-8");
        }
        for (int at = from; at < Math.min(to, from + ENCODING_BYTES); at++) {
            if (utf8[at] == 0) {
                throw new MalformedMessageException("not JSON: a zero byte");
            }
        }
        int afterMark = from + BYTE_ORDER_MARK.length;
        return afterMark <= to && Arrays.equals(utf8, from, afterMark, BYTE_ORDER_MARK, 0, BYTE_ORDER_MARK.length)
                ? afterMark
                : from;
    }

    /** The value at which the parser stands, as it stands in the text. */
    static JsonText value(JsonParser parser, byte[] utf8, int start) throws IOException, MalformedMessageException {
        int from = start + (int) parser.currentTokenLocation().getByteOffset();
        int depth = 0;
        JsonToken token = parser.currentToken();
        while (true) {
            if (token == null) {
                throw new MalformedMessageException("data ends too soon");
            } else if (token.isStructStart()) {
                if (++depth > Limits.EVENT_DATA_DEPTH_MAX) {
                    throw new MalformedMessageException("data is nested deeper than " + Limits.EVENT_DATA_DEPTH_MAX);
                }
            } else if (token.isStructEnd()) {
                depth--;
            }
            if (depth == 0) {
                break;
            }
            token = parser.nextToken();
        }
        // Of a string only the first character may have been looked at.
        parser.finishToken();
        int to = start + (int) parser.currentLocation().getByteOffset();
        checkLength(to - from);
        return JsonText.of(oneLine(utf8, from, to));
    }

    private static void checkLength(int bytes) throws MalformedMessageException {
        if (bytes > Limits.EVENT_DATA_BYTES_MAX) {
            throw new MalformedMessageException("data has " + bytes + " bytes, at most " + Limits.EVENT_DATA_BYTES_MAX);
        }
    }

    /** Within strings JSON has no line breaks, so that they can be left out wherever they stand. */
    private static byte[] oneLine(byte[] utf8, int from, int to) {
        byte[] line = Arrays.copyOfRange(utf8, from, to);
        int length = 0;
        for (byte b : line) {
            if (b != '\n' && b != '\r') {
                line[length++] = b;
            }
        }
        return length == line.length ? line : Arrays.copyOf(line, length);
    }

    private static MalformedMessageException of(int event, MalformedMessageException e) {
        return new MalformedMessageException("event " + event + ": " + e.getMessage(), e);
    }
}
