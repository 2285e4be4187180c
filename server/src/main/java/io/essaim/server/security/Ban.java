package io.essaim.server.security;

import java.time.Duration;
import java.util.Locale;

/**
 * Somebody who may not come in for a while.
 *
 * @param key of an address ({@link ClientAddress#key}), or the name of an identity
 * @param left how much longer
 */
public record Ban(Kind kind, String key, Duration left, String reason) {
    /** Who is banned. */
    public enum Kind {
        ADDRESS,
        IDENTITY;

        /** As JSON says it. */
        public String token() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** As the client is told: {@code Banned for 287 s}. */
    public static String words(Duration left) {
        return "Banned for " + seconds(left) + " s";
    }

    /** Whole seconds, rounded up: after these it is really over. */
    public static long seconds(Duration time) {
        return time.plusNanos(999_999_999).toSeconds();
    }
}
