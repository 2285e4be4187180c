package io.essaim.server.transport;

import io.essaim.protocol.Limits;
import io.essaim.protocol.events.EventInterest;
import io.vertx.core.MultiMap;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a URL's query asks of the events over plain HTTP; which events, it says as that of a socket does.
 *
 * @param cursor begins after it; null: with what happens from now on
 * @param patience how long to wait for a first event, for who polls
 * @param limit events of one answer, for who polls
 * @param presence whether to be told who comes and goes, for who streams
 * @param snapshot whether to be sent the last known statuses first, for who streams
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
    private static final Pattern WAIT = Pattern.compile("([0-9]{1,6})(ms|s)");

    /** @throws IllegalArgumentException naming the parameter and what it may be */
    static EventPollQuery parse(MultiMap query) {
        for (String once : ONCE) {
            if (query.getAll(once).size() > 1) {
                throw new IllegalArgumentException(once + " stands in the URL more than once");
            }
        }
        return new EventPollQuery(
                EventQuery.interest(query, EventProfile.ESSAIM),
                cursor(query.get("cursor")),
                patience(query.get("wait")),
                limit(query.get("limit")),
                EventQuery.isSet(query, "presence", false),
                EventQuery.isSet(query, "snapshot", false));
    }

    /**
     * The rooms that are named, sorted; none when none is.
     *
     * @throws IllegalArgumentException when one is no name of a room, or there are too many
     */
    static List<String> rooms(MultiMap query) {
        return query.contains("rooms")
                ? EventQuery.interest(query, EventProfile.ESSAIM).rooms()
                : List.of();
    }

    private static @Nullable String cursor(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return null;
        }
        if (text.length() > Limits.CURSOR_CHARS_MAX) {
            throw new IllegalArgumentException(
                    "cursor has " + text.length() + " characters, at most " + Limits.CURSOR_CHARS_MAX);
        }
        return text;
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
        throw new IllegalArgumentException(
                "wait must be a time such as 500ms or 25s, at most " + PATIENCE_MAX.toSeconds() + "s");
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
}
