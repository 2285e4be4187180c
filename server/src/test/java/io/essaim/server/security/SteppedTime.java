package io.essaim.server.security;

import io.essaim.server.swarm.TimeSource;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that tests move. It begins just before its nanoseconds overflow. Any thread. */
final class SteppedTime implements TimeSource {
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000_000_000L);

    void advance(Duration duration) {
        nanos.addAndGet(duration.toNanos());
    }

    @Override
    public long nanoTime() {
        return nanos.get();
    }

    @Override
    public long epochMicros() {
        return 1_790_000_000_000_000L;
    }

    @Override
    public void park(long time) {
        Thread.onSpinWait();
    }
}
