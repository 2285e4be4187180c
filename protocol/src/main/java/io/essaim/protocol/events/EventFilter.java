package io.essaim.protocol.events;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which events are wanted by what is in them: every condition holds, each when the field has one of the values. Fields are
 * {@code source_agent_id}, {@code circle_id}, {@code project_id}, {@code priority}, {@code event_id} and, with
 * {@code data.} before it, the path of a field of the data: {@code data.status}, {@code data.position.name}.
 *
 * @param conditions by field; values are {@link String}, {@link Double}, {@link Boolean}, numbers equal by value
 */
public record EventFilter(Map<String, List<Object>> conditions) {
    /** Lets everything through. */
    public static final EventFilter ALL = new EventFilter(Map.of());

    public static final int CONDITIONS_MAX = 16;

    /** Values of one condition. */
    public static final int VALUES_MAX = 64;

    /** Words of a path within the data. */
    public static final int PATH_WORDS_MAX = 8;

    /** Before the path of a field of the data. */
    public static final String DATA_PREFIX = "data.";

    private static final List<String> FIELDS =
            List.of("source_agent_id", "circle_id", "project_id", "priority", "event_id");

    /** @throws IllegalArgumentException naming the condition and the limit */
    public EventFilter {
        if (conditions.size() > CONDITIONS_MAX) {
            throw new IllegalArgumentException(
                    "filter has " + conditions.size() + " conditions, at most " + CONDITIONS_MAX);
        }
        Map<String, List<Object>> sorted = new TreeMap<>();
        conditions.forEach((field, values) -> {
            check(field, values);
            sorted.put(field, List.copyOf(values));
        });
        conditions = java.util.Collections.unmodifiableMap(sorted);
    }

    private static void check(String field, List<Object> values) {
        boolean ofData = field.startsWith(DATA_PREFIX) && field.length() > DATA_PREFIX.length();
        if (!ofData && !FIELDS.contains(field)) {
            throw new IllegalArgumentException("filter." + EventNames.abridged(field) + " is no field; fields are "
                    + String.join(", ", FIELDS) + " and data.NAME");
        }
        if (field.chars().filter(c -> c == '.').count() > PATH_WORDS_MAX) {
            throw new IllegalArgumentException(
                    "filter." + EventNames.abridged(field) + " is deeper than " + PATH_WORDS_MAX + " words");
        }
        if (values.isEmpty() || values.size() > VALUES_MAX) {
            throw new IllegalArgumentException(
                    "filter." + EventNames.abridged(field) + " has " + values.size() + " values, 1 to " + VALUES_MAX);
        }
    }

    public boolean isAll() {
        return conditions.isEmpty();
    }

    /** As JSON has it, a list of one value as that value; {@code {}} when it lets everything through. */
    public String json() {
        StringBuilder json = new StringBuilder();
        conditions.forEach((field, values) -> {
            json.append(json.length() == 0 ? '{' : ',');
            string(field, json);
            json.append(':');
            if (values.size() == 1) {
                value(values.get(0), json);
            } else {
                for (int i = 0; i < values.size(); i++) {
                    json.append(i == 0 ? '[' : ',');
                    value(values.get(i), json);
                }
                json.append(']');
            }
        });
        return json.length() == 0 ? "{}" : json.append('}').toString();
    }

    private static void value(Object value, StringBuilder json) {
        if (value instanceof Double number) {
            boolean whole = number == Math.rint(number) && Math.abs(number) < 1e15;
            json.append(whole ? Long.toString(number.longValue()) : number.toString());
        } else if (value instanceof Boolean) {
            json.append(value);
        } else {
            string((String) value, json);
        }
    }

    /** RFC 8259, section 7. */
    private static void string(String text, StringBuilder json) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < 0x20) {
                json.append(c < 0x10 ? "\\u000" : "\\u00").append(Integer.toHexString(c));
            } else {
                json.append(c);
            }
        }
        json.append('"');
    }
}
