package io.essaim.server.config;

import java.time.Duration;

/** Durations as settings write them, for commands that take some of their own. */
public final class Durations {
    private Durations() {}

    /** @throws IllegalArgumentException when it is none within the limits; says what to write, in words that follow it */
    public static Duration parse(String text, Duration min, Duration max) {
        try {
            return new DurationForm(min, max).parse(text);
        } catch (InvalidValueException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }
}
