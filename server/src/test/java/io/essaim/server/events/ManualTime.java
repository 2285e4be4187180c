package io.essaim.server.events;

import io.essaim.server.swarm.TimeSource;
import java.time.Duration;

/** A clock that tests move. Any thread. */
final class ManualTime implements TimeSource {
    private volatile long nanos = 1_000_000_000L;

    void advance(Duration duration) {
        nanos += duration.toNanos();
    }

    @Override
    public long nanoTime() {
        return nanos;
    }

    @Override
    public long epochMicros() {
        return 1_790_000_000_000_000L + nanos / 1_000;
    }

    @Override
    public void park(long time) {
        Thread.yield();
    }
}
