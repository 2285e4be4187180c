package io.essaim.server.swarm;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.locks.LockSupport;

/** The only way to the time, so that tests hold the clock. */
public interface TimeSource {
    /** Monotonic nanoseconds, of no particular origin. */
    long nanoTime();

    /** Wall time, microseconds since 1970. */
    long epochMicros();

    /** Waits for about so long; may return early. */
    void park(long nanos);

    /** The machine's own. */
    TimeSource SYSTEM = new TimeSource() {
        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public long epochMicros() {
            return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
        }

        @Override
        public void park(long nanos) {
            LockSupport.parkNanos(this, nanos);
        }
    };
}
