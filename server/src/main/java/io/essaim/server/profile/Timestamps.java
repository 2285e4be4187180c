package io.essaim.server.profile;

import io.essaim.protocol.json.JsonBuffer;
import java.time.Instant;

/** Writes times as the profiles have them. The date is made anew once a second. Not thread-safe. */
final class Timestamps {
    private static final long MICROS_PER_SECOND = 1_000_000;
    private static final int MICROS_PER_MILLI = 1_000;

    private long second = Long.MIN_VALUE;
    /** Without the {@code Z}. */
    private String date = "";

    /** As {@code "2026-11-21T10:00:00.123Z"}. */
    void iso(long micros, JsonBuffer out) {
        long now = Math.floorDiv(micros, MICROS_PER_SECOND);
        if (now != second) {
            second = now;
            String text = Instant.ofEpochSecond(now).toString();
            date = text.substring(0, text.length() - 1);
        }
        int millis = (int) (Math.floorMod(micros, MICROS_PER_SECOND) / MICROS_PER_MILLI);
        out.raw('"').raw(date).raw('.');
        out.raw((char) ('0' + millis / 100));
        out.raw((char) ('0' + millis / 10 % 10));
        out.raw((char) ('0' + millis % 10));
        out.raw("Z\"");
    }

    /** Seconds since 1970, as {@code 1737021600.123}. */
    static void seconds(long micros, JsonBuffer out) {
        out.decimal(Math.floorDiv(micros, MICROS_PER_MILLI), 3);
    }
}
