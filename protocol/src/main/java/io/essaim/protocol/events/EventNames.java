package io.essaim.protocol.events;

import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Which words may name a type of event or a room. */
public final class EventNames {
    /** Characters of a type. */
    public static final int TYPE_CHARS_MAX = 128;

    /** Characters of a room. */
    public static final int ROOM_CHARS_MAX = 128;

    /** Characters of an event's id. */
    public static final int EVENT_ID_CHARS_MAX = 128;

    /** Where an event goes that names no room. */
    public static final String DEFAULT_ROOM = "general";

    /** The room of those who look after the system. */
    public static final String OBSERVERS_ROOM = "observers";

    private static final int TYPE_WORDS_MAX = 8;

    /** Types of messages that are not events, which an event must not be taken for. */
    private static final Set<String> RESERVED = Set.of(
            "connected",
            "connection_established",
            "connection.established",
            "swarm_update",
            "swarm_state",
            "frequency_update",
            "heartbeat",
            "roster",
            "subscribe",
            "subscribed",
            "unsubscribe",
            "unsubscribed",
            "join",
            "leave",
            "tier",
            "error",
            "ping",
            "pong",
            "stream_changed",
            "stats",
            "batch",
            "gap",
            "publish",
            "published",
            "presence",
            "snapshot",
            "auth",
            "authenticated");

    /** Other names of the same type. */
    private static final Map<String, String> ALIASES = Map.of("agent.status.changed", "agent.status_changed");

    /** By the name that a type goes by, the other one. */
    private static final Map<String, String> OTHER_NAMES =
            ALIASES.entrySet().stream().collect(Collectors.toUnmodifiableMap(Map.Entry::getValue, Map.Entry::getKey));

    private EventNames() {}

    /**
     * The type by the one name that it goes by: {@code agent.status.changed} is {@code agent.status_changed}.
     *
     * @throws IllegalArgumentException naming the field and what it may be
     */
    public static String type(String text) {
        if (!isType(text)) {
            throw new IllegalArgumentException("type \"" + abridged(text) + "\" is no type: 1 to 8 words of letters,"
                    + " digits, _ and - with dots between them, " + TYPE_CHARS_MAX + " characters at most");
        }
        if (RESERVED.contains(text)) {
            throw new IllegalArgumentException("type \"" + text + "\" is the name of another message");
        }
        return canonical(text);
    }

    static String canonical(String type) {
        return ALIASES.getOrDefault(type, type);
    }

    /** The other name of a type; null when it has none. */
    static @Nullable String otherName(String type) {
        return OTHER_NAMES.get(type);
    }

    /** @throws IllegalArgumentException naming the field and what it may be */
    public static String room(String text) {
        if (!isRoom(text)) {
            throw new IllegalArgumentException("room \"" + abridged(text)
                    + "\" is no room: letters, digits and _ . : / @ -, 1 to " + ROOM_CHARS_MAX + " characters");
        }
        return text;
    }

    /** @throws IllegalArgumentException naming the field and what it may be */
    public static String eventId(String text) {
        if (!isEventId(text)) {
            throw new IllegalArgumentException("event_id \"" + abridged(text)
                    + "\" is no id: visible ASCII characters, 1 to " + EVENT_ID_CHARS_MAX);
        }
        return text;
    }

    // Each event passes here a hundred thousand times a second: regular expressions would take most of the time.

    private static boolean isType(String text) {
        if (text.length() > TYPE_CHARS_MAX) {
            return false;
        }
        int words = 1;
        boolean inWord = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (isOfWord(c)) {
                inWord = true;
            } else if (c == '.' && inWord) {
                inWord = false;
                words++;
            } else {
                return false;
            }
        }
        return inWord && words <= TYPE_WORDS_MAX;
    }

    private static boolean isRoom(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!isOfWord(c) && c != '.' && c != ':' && c != '/' && c != '@') {
                return false;
            }
        }
        return !text.isEmpty() && text.length() <= ROOM_CHARS_MAX;
    }

    private static boolean isEventId(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '!' || c > '~') {
                return false;
            }
        }
        return !text.isEmpty() && text.length() <= EVENT_ID_CHARS_MAX;
    }

    private static boolean isOfWord(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    }

    static String abridged(String text) {
        return text.length() <= 40 ? text : text.substring(0, 37) + "...";
    }
}
