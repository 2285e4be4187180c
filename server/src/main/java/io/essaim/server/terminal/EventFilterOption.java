package io.essaim.server.terminal;

import io.essaim.protocol.events.EventFilter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Reads filters as they stand in a command line: {@code FIELD=VALUE}, or {@code FIELD=A,B} for one of several. */
final class EventFilterOption {
    private static final Pattern NUMBER =
            Pattern.compile("-?(0|[1-9][0-9]{0,17})(\\.[0-9]{1,18})?([eE][+-]?[0-9]{1,3})?");

    private EventFilterOption() {}

    /** @throws IllegalArgumentException saying what is wrong with which */
    static EventFilter parse(List<String> conditions) {
        Map<String, List<Object>> parsed = new LinkedHashMap<>();
        for (String condition : conditions) {
            int equals = condition.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException(
                        "--filter=" + condition + ": write it as FIELD=VALUE, as circle_id=1");
            }
            List<Object> values = new ArrayList<>();
            for (String value : condition.substring(equals + 1).split(",", -1)) {
                values.add(value(value));
            }
            if (parsed.put(condition.substring(0, equals), values) != null) {
                throw new IllegalArgumentException(
                        "--filter=" + condition + ": the field has a condition already; write "
                                + condition.substring(0, equals) + "=A,B for one of several values");
            }
        }
        return new EventFilter(parsed);
    }

    /** A number, true or false; anything else, and what is in quotes, is a text. */
    private static Object value(String text) {
        if (NUMBER.matcher(text).matches()) {
            return Double.valueOf(text);
        }
        if (text.equals("true") || text.equals("false")) {
            return Boolean.valueOf(text);
        }
        return text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"")
                ? text.substring(1, text.length() - 1)
                : text;
    }
}
