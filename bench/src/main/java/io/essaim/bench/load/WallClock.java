package io.essaim.bench.load;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;

/**
 * Microseconds since 1970 at the price of {@code nanoTime}, set anew from the system's clock once a second, so that it
 * agrees with another process on this machine. One thread only.
 */
public final class WallClock {
    private static final long SET_EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private long setNanos;
    private long setMicros;

    public WallClock() {
        set(System.nanoTime());
    }

    public long micros() {
        long nanos = System.nanoTime();
        if (nanos - setNanos > SET_EVERY_NANOS) {
            set(nanos);
        }
        return setMicros + (nanos - setNanos) / 1000;
    }

    private void set(long nanos) {
        setNanos = nanos;
        setMicros = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    }
}
