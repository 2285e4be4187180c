package io.essaim.server.transport;

import io.essaim.protocol.Limits;
import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.events.EventFilter;
import io.essaim.protocol.events.EventInterest;
import io.essaim.protocol.events.EventNames;
import io.essaim.protocol.events.TypePattern;
import io.essaim.protocol.json.JsonFilters;
import io.vertx.core.MultiMap;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a URL's query asks of the events over plain HTTP.
 *
 * @param cursor begins after it; null: with what happens from now on
 * @param patience how long for a first event, of who polls
 * @param limit events of one answer, of who polls
 */
record EventPollQuery(
        EventInterest interest,
        @Nullable String cursor,
        Duration patience,
        int limit,
        boolean presence,
        boolean snapshot) {
    static final Duration PATIENCE_DEFAULT = Duration.ofSeconds(25);
    static final Duration PATIENCE_MAX = Duration.ofSeconds(60);
    static final int LIMIT_DEFAULT = 100;
    static final int LIMIT_MAX = 1_000;

    private static final List<String> ONCE = List.of("cursor", "filter", "wait", "limit", "presence", "snapshot");
    private static final List<String> FIELDS = List.of("source_agent_id", "circle_id", "project_id");
    private static final Pattern ID = Pattern.compile("-?[0-9]{1,16}");
    private static final Pattern WAIT = Pattern.compile("([0-9]{1,6})(ms|s)");

    /** @throws IllegalArgumentException naming the parameter and what it may be */
    static EventPollQuery parse(MultiMap query) {
        for (String once : ONCE) {
            if (query.getAll(once).size() > 1) {
                throw new IllegalArgumentException(once + " stands in the URL more than once");
            }
        }
        String cursor = query.get("cursor");
        if (cursor != null && cursor.length() > Limits.CURSOR_CHARS_MAX) {
            throw new IllegalArgumentException(
                    "cursor has " + cursor.length() + " characters, at most " + Limits.CURSOR_CHARS_MAX);
        }
        List<TypePattern> types =
                entries(query, "types").stream().map(TypePattern::new).toList();
        return new EventPollQuery(
                new EventInterest(rooms(query, List.of(EventNames.DEFAULT_ROOM)), types, filter(query)),
                cursor == null || cursor.isEmpty() ? null : cursor,
                patience(query.get("wait")),
                limit(query.get("limit")),
                isSet(query, "presence"),
                isSet(query, "snapshot"));
    }

    /**
     * The rooms that are named, sorted.
     *
     * @throws IllegalArgumentException when one is none, or there are too many
     */
    static List<String> rooms(MultiMap query, List<String> otherwise) {
        List<String> rooms = entries(query, "rooms");
        return new EventInterest(rooms.isEmpty() ? otherwise : rooms, List.of(), EventFilter.ALL).rooms();
    }

    /** Lists may be comma separated or repeated. */
    private static List<String> entries(MultiMap query, String name) {
        return query.getAll(name).stream()
                .flatMap(list -> Arrays.stream(list.split(",", -1)))
                .map(String::strip)
                .filter(entry -> !entry.isEmpty())
                .toList();
    }

    private static Duration patience(@Nullable String text) {
        if (text == null) {
            return PATIENCE_DEFAULT;
        }
        Matcher written = WAIT.matcher(text);
        if (written.matches()) {
            long count = Long.parseLong(written.group(1));
            Duration patience = written.group(2).equals("s") ? Duration.ofSeconds(count) : Duration.ofMillis(count);
            if (patience.compareTo(PATIENCE_MAX) <= 0) {
                return patience;
            }
        }
        throw new IllegalArgumentException("wait must be a time such as 500ms or 25s, at most 60s");
    }

    private static int limit(@Nullable String text) {
        if (text == null) {
            return LIMIT_DEFAULT;
        }
        int limit = text.matches("[0-9]{1,4}") ? Integer.parseInt(text) : -1;
        if (limit < 1 || limit > LIMIT_MAX) {
            throw new IllegalArgumentException("limit must be a whole number from 1 to " + LIMIT_MAX);
        }
        return limit;
    }

    private static boolean isSet(MultiMap query, String name) {
        String text = query.get(name);
        if (text == null || Set.of("0", "false").contains(text)) {
            return false;
        }
        if (Set.of("1", "true", "").contains(text)) {
            return true;
        }
        throw new IllegalArgumentException(name + " must be 1 or 0");
    }

    /** The conditions of {@code filter}, and those that have parameters of their own. */
    private static EventFilter filter(MultiMap query) {
        Map<String, List<Object>> conditions = new TreeMap<>();
        String filter = query.get("filter");
        if (filter != null && !filter.isEmpty()) {
            try {
                conditions.putAll(JsonFilters.read(filter).conditions());
            } catch (MalformedMessageException e) {
                throw new IllegalArgumentException("filter: " + e.getMessage(), e);
            }
        }
        for (String field : FIELDS) {
            List<Object> ids = new ArrayList<>();
            for (String id : entries(query, field)) {
                if (!ID.matcher(id).matches()) {
                    throw new IllegalArgumentException(field + " must be whole numbers");
                }
                ids.add(Double.valueOf(id));
            }
            if (!ids.isEmpty() && conditions.put(field, ids) != null) {
                throw new IllegalArgumentException(field + " stands in the URL and in its filter");
            }
        }
        return new EventFilter(conditions);
    }
}
