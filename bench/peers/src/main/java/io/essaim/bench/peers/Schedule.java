package io.essaim.bench.peers;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * When each tick is due: tick n, n / framesPerSecond after the start. Absolute, so that no lateness adds up.
 *
 * @param startNanos by {@link System#nanoTime()}
 * @param startMicros the same moment since 1970, or one shortly before it
 */
record Schedule(int framesPerSecond, long startNanos, long startMicros) {
    /** The wall clock is read first: a pause between the two makes the stamps lag, never lie in the future. */
    static Schedule startingNow(int framesPerSecond) {
        Instant start = Instant.now();
        long startNanos = System.nanoTime();
        return new Schedule(framesPerSecond, startNanos, ChronoUnit.MICROS.between(Instant.EPOCH, start));
    }

    long dueNanos(long tick) {
        return startNanos + tick * 1_000_000_000L / framesPerSecond;
    }

    long dueMicros(long tick) {
        return startMicros + tick * 1_000_000L / framesPerSecond;
    }

    /** The tick to wait for after one that has been sent: the next, or the newest that is due already. */
    long following(long tick, long nowNanos) {
        long newest = (nowNanos - startNanos) / 1_000 * framesPerSecond / 1_000_000;
        return Math.max(tick + 1, newest);
    }
}
