package io.essaim.protocol.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.essaim.protocol.Limits;
import io.essaim.protocol.MalformedMessageException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A client's message as its fields by name, and what may be asked of them. Thread-safe. */
final class JsonFields {
    /** How deep a message may be nested, the event in it aside. */
    static final int DEPTH_MAX = 8;

    /** Characters of a number, and of a field's name. */
    private static final int NUMBER_CHARS_MAX = 1_000;

    /** That field of a message is not parsed further: {@link JsonEventReader} does. */
    private static final String EVENT = "event";

    /** In it a null is no field that is left out: it would stand for a condition. */
    private static final String FILTER = "filter";

    /** A null, where it is not left out. */
    static final Object NULL = new Object();

    /** Names come from anybody: they are not to stay in the JVM's table of strings. */
    static final JsonFactory FACTORY = new JsonFactoryBuilder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    // That of data is checked by whoever reads it, and names the field.
                    .maxNestingDepth(DEPTH_MAX + Limits.EVENT_DATA_DEPTH_MAX)
                    .maxNumberLength(NUMBER_CHARS_MAX)
                    .maxNameLength(NUMBER_CHARS_MAX)
                    .maxStringLength(Limits.VIEWER_MESSAGE_BYTES_MAX)
                    .build())
            .build();

    /** Where an object stands in the text. */
    record Slice(int from, int to) {}

    private JsonFields() {}

    /**
     * The fields of the text's one object, to be taken away as they are read; those that are null are left out. Objects are
     * maps, arrays lists, numbers {@link Double}, and {@code event} a {@link Slice}. Within {@code filter} they are
     * {@link #NULL}.
     */
    static Map<String, Object> parse(byte[] text) throws MalformedMessageException {
        return parse(text, false);
    }

    /** Likewise; those that are null are {@link #NULL}. */
    static Map<String, Object> parseWithNulls(byte[] text) throws MalformedMessageException {
        return parse(text, true);
    }

    private static Map<String, Object> parse(byte[] text, boolean keepsNulls) throws MalformedMessageException {
        try (JsonParser parser = FACTORY.createParser(text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new MalformedMessageException("not a JSON object");
            }
            Map<String, Object> fields = object(parser, 1, keepsNulls);
            if (parser.nextToken() != null) {
                throw new MalformedMessageException("text after the JSON object");
            }
            return fields;
        } catch (IOException e) {
            throw notJson(e);
        }
    }

    static MalformedMessageException notJson(IOException e) {
        String message = e instanceof JsonProcessingException json ? json.getOriginalMessage() : e.getMessage();
        if (message != null && message.startsWith("Unrecognized token")) {
            // It repeats that, which may be a secret whose quotes were forgotten.
            return new MalformedMessageException("not JSON: a word without quotes that is none of true, false, null");
        }
        return new MalformedMessageException("not JSON: " + abridged(message), e);
    }

    private static Map<String, Object> object(JsonParser parser, int depth, boolean keepsNulls)
            throws IOException, MalformedMessageException {
        if (depth > DEPTH_MAX) {
            throw new MalformedMessageException("nested deeper than " + DEPTH_MAX);
        }
        Map<String, Object> fields = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken token = parser.nextToken();
            Object value = depth == 1 && token == JsonToken.START_OBJECT && name.equals(EVENT)
                    ? slice(parser)
                    : value(parser, depth, keepsNulls || isFilter(name, token, depth));
            if (value != null) {
                fields.put(name, value);
            }
        }
        return fields;
    }

    private static boolean isFilter(String name, JsonToken token, int depth) {
        return depth == 1 && token == JsonToken.START_OBJECT && name.equals(FILTER);
    }

    private static Slice slice(JsonParser parser) throws IOException {
        long from = parser.currentTokenLocation().getByteOffset();
        parser.skipChildren();
        long to = parser.currentLocation().getByteOffset();
        return new Slice((int) from, (int) to);
    }

    private static @Nullable Object value(JsonParser parser, int depth, boolean keepsNulls)
            throws IOException, MalformedMessageException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(parser, depth + 1, keepsNulls);
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> keepsNulls ? NULL : null;
            default -> array(parser, depth + 1, keepsNulls);
        };
    }

    private static List<Object> array(JsonParser parser, int depth, boolean keepsNulls)
            throws IOException, MalformedMessageException {
        if (depth > DEPTH_MAX) {
            throw new MalformedMessageException("nested deeper than " + DEPTH_MAX);
        }
        List<Object> values = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            Object value = value(parser, depth, keepsNulls);
            if (value == null) {
                throw new MalformedMessageException("null in an array, where no message has one");
            }
            values.add(value);
        }
        return values;
    }

    @SuppressWarnings("unchecked") // Objects are maps by their names, whatever they hold.
    static Map<String, Object> objectAt(Object value, String path) throws MalformedMessageException {
        if (!(value instanceof Map<?, ?>)) {
            throw new MalformedMessageException(path + " is not an object");
        }
        return (Map<String, Object>) value;
    }

    @SuppressWarnings("unchecked") // Arrays are lists, whatever they hold.
    static @Nullable List<Object> listAt(@Nullable Object value, String path) throws MalformedMessageException {
        if (value == null) {
            return null;
        }
        if (!(value instanceof List<?>)) {
            throw new MalformedMessageException(path + " is not an array");
        }
        return (List<Object>) value;
    }

    /** Strings, none when there is no such field. */
    static List<String> stringsAt(@Nullable Object value, String path) throws MalformedMessageException {
        List<Object> values = listAt(value, path);
        if (values == null) {
            return List.of();
        }
        List<String> strings = new ArrayList<>(values.size());
        for (Object each : values) {
            if (!(each instanceof String string)) {
                throw new MalformedMessageException(path + " holds what is no string");
            }
            strings.add(string);
        }
        return strings;
    }

    static @Nullable String stringAt(@Nullable Object value, String path) throws MalformedMessageException {
        if (value == null) {
            return null;
        }
        if (!(value instanceof String string)) {
            throw new MalformedMessageException(path + " is no string");
        }
        return string;
    }

    /** False when there is no such field. */
    static boolean flagAt(@Nullable Object value, String path) throws MalformedMessageException {
        if (value == null) {
            return false;
        }
        if (!(value instanceof Boolean flag)) {
            throw new MalformedMessageException(path + " is neither true nor false");
        }
        return flag;
    }

    static double requiredNumber(Map<String, Object> fields, String field, String where, long most)
            throws MalformedMessageException {
        Object value = fields.remove(field);
        String path = where + "." + field;
        if (value == null) {
            throw new MalformedMessageException(path + " is missing; it is a number from 0 to " + most);
        }
        if (!(value instanceof Double number) || !Double.isFinite(number)) {
            throw new MalformedMessageException(path + " is not a number");
        }
        if (number < 0 || number > most) {
            throw new MalformedMessageException(path + " is " + number + ", from 0 to " + most);
        }
        return number;
    }

    static double optionalNumber(Map<String, Object> fields, String field) throws MalformedMessageException {
        Object value = fields.remove(field);
        if (value == null) {
            return Double.NaN;
        }
        if (!(value instanceof Double number) || !Double.isFinite(number)) {
            throw new MalformedMessageException(field + " is not a number");
        }
        return number;
    }

    static void rejectUnknown(Map<String, Object> fields, String where) throws MalformedMessageException {
        if (!fields.isEmpty()) {
            throw new MalformedMessageException(
                    "unknown field \"" + abridged(fields.keySet().iterator().next()) + "\" in " + where);
        }
    }

    static String abridged(@Nullable String text) {
        String whole = String.valueOf(text);
        return whole.length() <= 80 ? whole : whole.substring(0, 77) + "...";
    }
}
