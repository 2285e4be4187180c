package io.essaim.server.config;

import java.util.Locale;

/**
 * Where a value was written.
 *
 * @param place for a person to find it: {@code essaim.yaml:3}, {@code ESSAIM_PORT}, {@code --port}; empty for a default
 */
public record Origin(Kind kind, String place) {
    static final Origin DEFAULT = new Origin(Kind.DEFAULT, "");
    static final Origin PROGRAM = new Origin(Kind.PROGRAM, "");

    /** A later kind overrides an earlier one. */
    public enum Kind {
        DEFAULT,
        FILE,
        ENVIRONMENT,
        FLAG,
        /** Set by a program that embeds the server, or by a test. */
        PROGRAM
    }

    @Override
    public String toString() {
        String word = kind.name().toLowerCase(Locale.ROOT);
        return place.isEmpty() ? word : word + " " + place;
    }
}
