package io.essaim.protocol.events;

import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

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

    private static final Pattern TYPE = Pattern.compile("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+){0,7}");
    private static final Pattern ROOM = Pattern.compile("[A-Za-z0-9_.:/@-]+");
    private static final Pattern EVENT_ID = Pattern.compile("[!-~]+");

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
            "auth");

    /** Other names of the same type. */
    private static final Map<String, String> ALIASES = Map.of("agent.status.changed", "agent.status_changed");

    private EventNames() {}

    /**
     * The type by the one name that it goes by: {@code agent.status.changed} is {@code agent.status_changed}.
     *
     * @throws IllegalArgumentException naming the field and what it may be
     */
    public static String type(String text) {
        if (text.length() > TYPE_CHARS_MAX || !TYPE.matcher(text).matches()) {
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

    /** @throws IllegalArgumentException naming the field and what it may be */
    public static String room(String text) {
        if (text.length() > ROOM_CHARS_MAX || !ROOM.matcher(text).matches()) {
            throw new IllegalArgumentException("room \"" + abridged(text)
                    + "\" is no room: letters, digits and _ . : / @ -, 1 to " + ROOM_CHARS_MAX + " characters");
        }
        return text;
    }

    /** @throws IllegalArgumentException naming the field and what it may be */
    public static String eventId(String text) {
        if (text.length() > EVENT_ID_CHARS_MAX || !EVENT_ID.matcher(text).matches()) {
            throw new IllegalArgumentException("event_id \"" + abridged(text)
                    + "\" is no id: visible ASCII characters, 1 to " + EVENT_ID_CHARS_MAX);
        }
        return text;
    }

    static String abridged(String text) {
        return text.length() <= 40 ? text : text.substring(0, 37) + "...";
    }
}
