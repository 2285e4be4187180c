package io.essaim.server.security;

import io.essaim.server.config.Rate;
import java.util.Arrays;

/**
 * At most so many in any period of that length, exactly: it remembers when each of the last ones came. One thread.
 *
 * <pre>
 *   times   12  13  14 | 9  10  11      as many as may be; the oldest is at next, and the next takes its place
 *                      next
 * </pre>
 */
final class SlidingWindow implements Pace {
    private static final int FIRST_CAPACITY = 16;

    private final int max;
    private final long periodNanos;
    private long[] times;
    private int size;
    private int next;

    SlidingWindow(Rate rate) {
        max = rate.count();
        periodNanos = rate.period().toNanos();
        times = new long[Math.min(max, FIRST_CAPACITY)];
    }

    @Override
    public long take(long nowNanos) {
        if (size == max) {
            long age = nowNanos - times[next];
            if (age < periodNanos) {
                return periodNanos - age;
            }
        } else {
            if (size == times.length) {
                times = Arrays.copyOf(times, (int) Math.min(max, size * 2L));
            }
            size++;
        }
        times[next] = nowNanos;
        next = next + 1 == max ? 0 : next + 1;
        return 0;
    }
}
