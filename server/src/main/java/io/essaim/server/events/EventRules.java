package io.essaim.server.events;

import io.essaim.protocol.events.EventFilter;
import io.essaim.protocol.events.Priority;
import io.essaim.protocol.events.TypePattern;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * What is done with events by their types.
 *
 * @param priorities of events whose publisher names none: the first that matches, else {@link Priority#NORMAL}
 * @param broadcast one of which a type has to match for clients to get its events
 * @param filters what events of these types have to fulfil besides: all that match
 */
public record EventRules(
        List<TypePriority> priorities, List<TypePattern> broadcast, Map<TypePattern, EventFilter> filters) {
    /** Everything is of normal priority, and for everybody. */
    public static final EventRules NONE = new EventRules(List.of(), List.of(TypePattern.ANY), Map.of());

    /** As JSON has them: what else Java takes for one is a text. */
    private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9][0-9]*)([.][0-9]+)?([eE][-+]?[0-9]+)?");

    /** Fields that are no numbers, whatever they look like. */
    private static final Set<String> TEXT_FIELDS = Set.of("event_id", "priority");

    /** What events of a type have. */
    public record TypePriority(TypePattern pattern, Priority priority) {}

    public EventRules {
        priorities = List.copyOf(priorities);
        broadcast = List.copyOf(broadcast);
        filters = Map.copyOf(filters);
    }

    /**
     * Of settings' entries.
     *
     * @param priorities {@code PATTERN=PRIORITY} each
     * @param broadcast {@code PATTERN} each
     * @param filters {@code PATTERN:FIELD=VALUE} each; of the same pattern and field one of the values
     * @throws IllegalArgumentException naming the entry and what it lacks
     */
    public static EventRules of(List<String> priorities, List<String> broadcast, List<String> filters) {
        return new EventRules(priorities(priorities), broadcast(broadcast), filters(filters));
    }

    /** @throws IllegalArgumentException naming the entry and what it lacks */
    public static List<TypePriority> priorities(List<String> entries) {
        return entries(entries, EventRules::priority);
    }

    /** @throws IllegalArgumentException naming the entry and what it lacks */
    public static List<TypePattern> broadcast(List<String> entries) {
        return entries(entries, TypePattern::new);
    }

    private static <T> List<T> entries(List<String> entries, Function<String, T> read) {
        List<T> values = new ArrayList<>();
        for (String entry : entries) {
            try {
                values.add(read.apply(entry));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(entry + ": " + e.getMessage(), e);
            }
        }
        return values;
    }

    private static TypePriority priority(String entry) {
        int equals = entry.indexOf('=');
        if (equals < 0) {
            throw new IllegalArgumentException("it is not PATTERN=PRIORITY");
        }
        String token = entry.substring(equals + 1);
        Priority priority = Priority.of(token)
                .orElseThrow(() -> new IllegalArgumentException(
                        token + " is no priority: critical, high, normal, metrics or low"));
        return new TypePriority(new TypePattern(entry.substring(0, equals)), priority);
    }

    /** @throws IllegalArgumentException naming the entry and what it lacks */
    public static Map<TypePattern, EventFilter> filters(List<String> entries) {
        Map<String, Map<String, List<Object>>> conditions = new LinkedHashMap<>();
        for (Condition condition : entries(entries, EventRules::condition)) {
            conditions
                    .computeIfAbsent(condition.pattern().text(), key -> new TreeMap<>())
                    .computeIfAbsent(condition.field(), key -> new ArrayList<>())
                    .add(condition.value());
        }
        Map<TypePattern, EventFilter> filters = new LinkedHashMap<>();
        conditions.forEach((pattern, fields) -> filters.put(new TypePattern(pattern), new EventFilter(fields)));
        return filters;
    }

    private record Condition(TypePattern pattern, String field, Object value) {}

    private static Condition condition(String entry) {
        int colon = entry.indexOf(':');
        int equals = entry.indexOf('=', colon);
        if (colon < 0 || equals < 0) {
            throw new IllegalArgumentException("it is not PATTERN:FIELD=VALUE");
        }
        String field = entry.substring(colon + 1, equals);
        Object value = value(field, entry.substring(equals + 1));
        // A filter of this condition alone, so that it is this entry which is named.
        EventFilter alone = new EventFilter(Map.of(field, List.of(value)));
        return new Condition(
                new TypePattern(entry.substring(0, colon)),
                alone.conditions().keySet().iterator().next(),
                value);
    }

    private static Object value(String field, String text) {
        if (TEXT_FIELDS.contains(field)) {
            return text;
        }
        if (text.equals("true") || text.equals("false")) {
            return Boolean.valueOf(text);
        }
        return NUMBER.matcher(text).matches() ? (Object) Double.valueOf(text) : text;
    }

    /** Of an event whose publisher names none. */
    Priority priorityOf(String type) {
        for (int i = 0; i < priorities.size(); i++) {
            if (priorities.get(i).pattern().matches(type)) {
                return priorities.get(i).priority();
            }
        }
        return Priority.NORMAL;
    }
}
