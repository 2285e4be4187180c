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
import io.essaim.protocol.Message;
import io.essaim.protocol.Message.Ages;
import io.essaim.protocol.Message.Form;
import io.essaim.protocol.Message.Ping;
import io.essaim.protocol.Message.Stats;
import io.essaim.protocol.Message.Subscribe;
import io.essaim.protocol.swarm.AgentIds;
import io.essaim.protocol.swarm.Box;
import io.essaim.protocol.swarm.Selection;
import io.essaim.protocol.swarm.StreamDescription;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads what clients send in JSON (RFC 8259), with bounds on depth, strings and numbers. Unknown fields of a message are
 * an error that names them: a misspelt request would otherwise be granted silently. Thread-safe.
 */
public final class JsonClientMessageDecoder {
    private static final int DEPTH_MAX = 8;
    private static final int NUMBER_CHARS_MAX = 32;
    private static final long SKIPPED_MAX = 0xFFFF_FFFFL;
    private static final long MICROS_PER_MILLI = 1_000;
    private static final long AGE_MILLIS_MAX = Limits.AGE_MICROS_MAX / MICROS_PER_MILLI;

    private final JsonFactory factory = new JsonFactoryBuilder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEPTH_MAX)
                    .maxNumberLength(NUMBER_CHARS_MAX)
                    .maxNameLength(Limits.LABEL_BYTES_MAX)
                    .maxStringLength(Limits.VIEWER_MESSAGE_BYTES_MAX)
                    .build())
            .build();

    /**
     * @throws MalformedMessageException when the text is no JSON object, of no known {@code type}, or a field has not the
     *     type or range that the message asks for
     */
    public Message.FromClient decode(byte[] text) throws MalformedMessageException {
        Map<String, Object> fields = parse(text);
        Object type = fields.remove("type");
        if (!(type instanceof String name)) {
            throw new MalformedMessageException("type is missing; a message is {\"type\":\"ping\"} or such");
        }
        Message.FromClient message = switch (name) {
            case "ping" -> new Ping(optionalNumber(fields, "t"));
            case "subscribe" -> subscribe(fields);
            case "stats" -> stats(fields);
            default ->
                throw new MalformedMessageException(
                        "unknown type \"" + abridged(name) + "\"; known are ping, subscribe, stats");
        };
        rejectUnknown(fields, name);
        return message;
    }

    private static Subscribe subscribe(Map<String, Object> fields) throws MalformedMessageException {
        Object id = fields.remove("id");
        if (!(id instanceof String requestId)) {
            throw new MalformedMessageException("subscribe.id is missing; it is a string");
        }
        if (requestId.getBytes(StandardCharsets.UTF_8).length > Limits.REQUEST_ID_BYTES_MAX) {
            throw new MalformedMessageException("subscribe.id is over " + Limits.REQUEST_ID_BYTES_MAX + " bytes");
        }
        try {
            Subscribe subscribe = subscribe(requestId, fields.remove("swarm"));
            rejectUnknown(fields, "subscribe");
            return subscribe;
        } catch (MalformedMessageException e) {
            throw new MalformedMessageException(String.valueOf(e.getMessage()), requestId, e);
        }
    }

    private static Subscribe subscribe(String requestId, @Nullable Object swarm) throws MalformedMessageException {
        if (swarm == null) {
            return new Subscribe(requestId, 0, null, Selection.ALL);
        }
        Map<String, Object> view = objectAt(swarm, "subscribe.swarm");
        double fps = optionalNumber(view, "fps");
        if (!Double.isNaN(fps) && (fps != Math.rint(fps) || fps < 0 || fps > StreamDescription.TICKS_PER_SECOND_MAX)) {
            throw new MalformedMessageException("subscribe.swarm.fps is " + fps + ", a whole number from 0 to "
                    + StreamDescription.TICKS_PER_SECOND_MAX);
        }
        Form form = form(view.remove("form"));
        Selection selection = selection(view);
        rejectUnknown(view, "subscribe.swarm");
        return new Subscribe(requestId, Double.isNaN(fps) ? 0 : (int) fps, form, selection);
    }

    private static @Nullable Form form(@Nullable Object value) throws MalformedMessageException {
        if (value == null) {
            return null;
        }
        return Form.of(String.valueOf(value))
                .orElseThrow(() -> new MalformedMessageException("subscribe.swarm.form is \""
                        + abridged(String.valueOf(value)) + "\"; known are json, plain, delta"));
    }

    private static Selection selection(Map<String, Object> view) throws MalformedMessageException {
        Object agents = view.remove("agents");
        if (agents != null && !(agents instanceof String)) {
            throw new MalformedMessageException("subscribe.swarm.agents is no string; it is " + AgentIds.SYNTAX);
        }
        List<Object> spheres = listAt(view.remove("spheres"), "subscribe.swarm.spheres");
        List<Object> box = listAt(view.remove("box"), "subscribe.swarm.box");
        if (spheres != null && (spheres.isEmpty() || !spheres.stream().allMatch(String.class::isInstance))) {
            throw new MalformedMessageException(
                    "subscribe.swarm.spheres holds labels, one or more; leave it out for all spheres");
        }
        if (box != null && !box.stream().allMatch(Double.class::isInstance)) {
            throw new MalformedMessageException("subscribe.swarm.box holds what is no number; it is " + Box.SYNTAX);
        }
        try {
            return new Selection(
                    agents == null ? null : AgentIds.parse((String) agents),
                    spheres == null
                            ? List.of()
                            : spheres.stream().map(String.class::cast).toList(),
                    box == null
                            ? null
                            : Box.of(
                                    box.stream().mapToDouble(Double.class::cast).toArray()));
        } catch (IllegalArgumentException e) {
            throw new MalformedMessageException("subscribe.swarm." + e.getMessage(), e);
        }
    }

    @SuppressWarnings("unchecked") // Arrays are lists, whatever they hold.
    private static @Nullable List<Object> listAt(@Nullable Object value, String path) throws MalformedMessageException {
        if (value == null) {
            return null;
        }
        if (!(value instanceof List<?>)) {
            throw new MalformedMessageException(path + " is not an array");
        }
        return (List<Object>) value;
    }

    private static Stats stats(Map<String, Object> fields) throws MalformedMessageException {
        double skipped = requiredNumber(fields, "skipped", "stats", SKIPPED_MAX);
        if (skipped != Math.rint(skipped)) {
            throw new MalformedMessageException("stats.skipped is " + skipped + ", a whole number");
        }
        double fps = requiredNumber(fields, "fps", "stats", Limits.FPS_MAX);
        return new Stats((long) skipped, ages(fields.remove("age_ms")), (int) Math.round(fps * 100));
    }

    private static @Nullable Ages ages(@Nullable Object value) throws MalformedMessageException {
        if (value == null) {
            return null;
        }
        Map<String, Object> ages = objectAt(value, "stats.age_ms");
        double p50 = requiredNumber(ages, "p50", "stats.age_ms", AGE_MILLIS_MAX);
        double p99 = requiredNumber(ages, "p99", "stats.age_ms", AGE_MILLIS_MAX);
        rejectUnknown(ages, "stats.age_ms");
        return new Ages(Math.round(p50 * MICROS_PER_MILLI), Math.round(p99 * MICROS_PER_MILLI));
    }

    @SuppressWarnings("unchecked") // Objects are maps by their names, whatever they hold.
    private static Map<String, Object> objectAt(Object value, String path) throws MalformedMessageException {
        if (!(value instanceof Map<?, ?>)) {
            throw new MalformedMessageException(path + " is not an object");
        }
        return (Map<String, Object>) value;
    }

    private static double requiredNumber(Map<String, Object> fields, String field, String where, long most)
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

    private static double optionalNumber(Map<String, Object> fields, String field) throws MalformedMessageException {
        Object value = fields.remove(field);
        if (value == null) {
            return Double.NaN;
        }
        if (!(value instanceof Double number) || !Double.isFinite(number)) {
            throw new MalformedMessageException(field + " is not a number");
        }
        return number;
    }

    private static void rejectUnknown(Map<String, Object> fields, String where) throws MalformedMessageException {
        if (!fields.isEmpty()) {
            throw new MalformedMessageException(
                    "unknown field \"" + abridged(fields.keySet().iterator().next()) + "\" in " + where);
        }
    }

    private Map<String, Object> parse(byte[] text) throws MalformedMessageException {
        try (JsonParser parser = factory.createParser(text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new MalformedMessageException("not a JSON object");
            }
            Map<String, Object> fields = object(parser);
            if (parser.nextToken() != null) {
                throw new MalformedMessageException("text after the JSON object");
            }
            return fields;
        } catch (JsonProcessingException e) {
            throw new MalformedMessageException("not JSON: " + abridged(e.getOriginalMessage()), e);
        } catch (IOException e) {
            throw new MalformedMessageException("not JSON: " + abridged(String.valueOf(e.getMessage())), e);
        }
    }

    private static Map<String, Object> object(JsonParser parser) throws IOException, MalformedMessageException {
        Map<String, Object> fields = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            Object value = value(parser);
            if (value != null) {
                fields.put(name, value);
            }
        }
        return fields;
    }

    /** An object as a map, an array as a list, a string, a number as Double, a Boolean; null for null. */
    private static @Nullable Object value(JsonParser parser) throws IOException, MalformedMessageException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(parser);
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            default -> array(parser);
        };
    }

    private static List<Object> array(JsonParser parser) throws IOException, MalformedMessageException {
        List<Object> values = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            Object value = value(parser);
            if (value == null) {
                throw new MalformedMessageException("null in an array, where no message has one");
            }
            values.add(value);
        }
        return values;
    }

    private static String abridged(@Nullable String text) {
        String whole = String.valueOf(text);
        return whole.length() <= 80 ? whole : whole.substring(0, 77) + "...";
    }
}
