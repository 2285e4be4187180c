package io.essaim.protocol.events;

import java.util.Locale;
import java.util.Optional;

/**
 * How soon an event leaves, and what is dropped first for a client that stays behind: the last of these. The ordinal is the
 * wire's number.
 */
public enum Priority {
    /** At once, and with it all that stands before it in its room. */
    CRITICAL,
    HIGH,
    NORMAL,
    /** Measurements, of which the next one comes soon. */
    METRICS,
    LOW;

    private static final Priority[] ALL = values();

    private final String token = name().toLowerCase(Locale.ROOT);

    /** As it stands in JSON and in URLs. */
    public String token() {
        return token;
    }

    /** The priority of that name; empty when there is none. */
    public static Optional<Priority> of(String token) {
        for (Priority priority : ALL) {
            if (priority.token.equals(token)) {
                return Optional.of(priority);
            }
        }
        return Optional.empty();
    }
}
