package io.essaim.server.events;

import io.essaim.server.swarm.TimeSource;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;

/** A clock that a test moves, and the timers that go by it. */
final class LoopTime implements TimeSource, EventFanOut.Timers {
    private record Timer(long atNanos, Runnable task) {}

    private final PriorityQueue<Timer> timers = new PriorityQueue<>(Comparator.comparingLong(Timer::atNanos));
    private long nanos = 1_000;

    @Override
    public long nanoTime() {
        return nanos;
    }

    @Override
    public long epochMicros() {
        return nanos / 1_000;
    }

    @Override
    public void park(long waitNanos) {
        throw new UnsupportedOperationException("nothing parks on a test's clock");
    }

    @Override
    public void after(long waitNanos, Runnable task) {
        timers.add(new Timer(nanos + waitNanos, task));
    }

    /** Lets the time pass, and what is due meanwhile happen at its time. */
    void pass(long millis) {
        long until = nanos + TimeUnit.MILLISECONDS.toNanos(millis);
        for (Timer next = timers.peek(); next != null && next.atNanos() <= until; next = timers.peek()) {
            timers.poll();
            nanos = Math.max(nanos, next.atNanos());
            next.task().run();
        }
        nanos = until;
    }

    int timers() {
        return timers.size();
    }
}
