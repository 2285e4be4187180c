package io.essaim.protocol.json;

import java.time.Instant;

/**
 * Writes a time as {@code "2025-01-16T10:00:00Z"}, whole seconds; finer time travels as {@code time_us}. The text is made
 * anew once a second. Not thread-safe.
 */
final class JsonTimestamp {
    private static final long MICROS_PER_SECOND = 1_000_000;

    private long second = Long.MIN_VALUE;
    private String text = "";

    void write(long timeMicros, JsonBuffer out) {
        long now = Math.floorDiv(timeMicros, MICROS_PER_SECOND);
        if (now != second) {
            second = now;
            text = "\"" + Instant.ofEpochSecond(now) + "\"";
        }
        out.raw(text);
    }
}
