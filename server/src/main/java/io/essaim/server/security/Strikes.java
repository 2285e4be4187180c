package io.essaim.server.security;

import java.util.concurrent.TimeUnit;

/** Counts within a minute, which begins with the first one. Any thread. */
final class Strikes {
    private static final long MINUTE_NANOS = TimeUnit.MINUTES.toNanos(1);

    private int count;
    private long sinceNanos;

    /** Counts one more; returns how many it are in this minute. */
    synchronized int add(long nowNanos) {
        if (count == 0 || nowNanos - sinceNanos >= MINUTE_NANOS) {
            count = 0;
            sinceNanos = nowNanos;
        }
        return ++count;
    }
}
