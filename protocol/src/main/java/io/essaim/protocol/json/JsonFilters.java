package io.essaim.protocol.json;

import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.events.EventFilter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A filter of events in JSON: an object of fields, each with the one value that it must have, or with a list of values of
 * which it must have one: {@code {"circle_id":1,"data.status":["a","b"]}}. Values are strings, numbers and booleans;
 * numbers are equal when they are so as doubles. Thread-safe.
 */
public final class JsonFilters {
    /** Bytes of a filter as it is written here. */
    public static final int BYTES_MAX = 16_384;

    private JsonFilters() {}

    /** @throws MalformedMessageException naming the condition and the limit */
    public static EventFilter read(String text) throws MalformedMessageException {
        return of(JsonFields.parseWithNulls(text.getBytes(StandardCharsets.UTF_8)), "filter");
    }

    /** @param conditions as they were parsed */
    static EventFilter of(Map<String, Object> conditions, String path) throws MalformedMessageException {
        Map<String, List<Object>> read = new LinkedHashMap<>();
        for (Map.Entry<String, Object> condition : conditions.entrySet()) {
            List<Object> values =
                    condition.getValue() instanceof List<?> list ? List.copyOf(list) : List.of(condition.getValue());
            List<Object> checked = new java.util.ArrayList<>(values.size());
            for (Object value : values) {
                checked.add(value(value, path + "." + JsonFields.abridged(condition.getKey())));
            }
            read.put(condition.getKey(), checked);
        }
        EventFilter filter;
        try {
            filter = new EventFilter(read);
        } catch (IllegalArgumentException e) {
            throw new MalformedMessageException(String.valueOf(e.getMessage()), e);
        }
        int bytes = text(filter).getBytes(StandardCharsets.UTF_8).length;
        if (bytes > BYTES_MAX) {
            throw new MalformedMessageException(path + " has " + bytes + " bytes, at most " + BYTES_MAX);
        }
        return filter;
    }

    private static Object value(Object value, String path) throws MalformedMessageException {
        if (value instanceof Double number && Double.isFinite(number)) {
            // There is one zero.
            return number + 0.0;
        }
        if (value instanceof String || value instanceof Boolean) {
            return value;
        }
        if (JsonFields.NULL.equals(value)) {
            throw new MalformedMessageException(
                    path + " is null, which no event is compared with; leave it out, or give what it must be");
        }
        throw new MalformedMessageException(path + " is no string, number or boolean, nor a list of such");
    }

    /** Appends a filter as an object. */
    public static void write(EventFilter filter, JsonBuffer out) {
        out.raw(filter.json().getBytes(StandardCharsets.UTF_8));
    }

    /** A filter as text; empty when it lets everything through. */
    public static String text(EventFilter filter) {
        return filter.isAll() ? "" : filter.json();
    }
}
