package io.essaim.server.events;

import io.essaim.server.swarm.TimeSource;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that tests move. Any thread. */
final class ManualTime implements TimeSource {
    private final AtomicLong nanos = new AtomicLong(1_000_000_000L);

    void advance(Duration duration) {
        nanos.addAndGet(duration.toNanos());
    }

    @Override
    public long nanoTime() {
        return nanos.get();
    }

    @Override
    public long epochMicros() {
        return 1_790_000_000_000_000L + nanos.get() / 1_000;
    }

    @Override
    public void park(long time) {
        Thread.onSpinWait();
    }
}
