package io.essaim.server.swarm;

import io.essaim.server.observe.Counter;
import io.essaim.server.observe.Counters;
import io.essaim.server.observe.ErrorLog;

/**
 * Drives the swarm: steps the source at every tick and hands the state on. Everything it calls runs on its own thread,
 * {@code swarm-clock}, which never blocks but parks between ticks.
 *
 * <p>When it is behind, the source is stepped through the missed ticks and only the newest is handed on: viewers want the
 * present, not a replay. After more than {@value #CATCH_UP_SECONDS} s (a suspended machine) the schedule begins anew and
 * no tick is missed.
 */
public final class SwarmClock implements Runnable, AutoCloseable {
    static final int CATCH_UP_SECONDS = 5;

    /** Takes the state of a tick, on the clock's thread. */
    public interface TickHandler {
        /** @param timeMicros when the tick was due, microseconds since 1970 */
        void onTick(long tick, long timeMicros, SwarmState state);
    }

    private final SwarmSource source;
    private final int ticksPerSecond;
    private final TimeSource time;
    private final TickHandler handler;
    private final Counters counters;
    private final ErrorLog errors;
    private final Thread thread;
    private volatile boolean running = true;

    // swarm clock
    private final SwarmState state = new SwarmState();
    private final TickSchedule schedule;
    private long next;

    public SwarmClock(
            SwarmSource source,
            int ticksPerSecond,
            TimeSource time,
            TickHandler handler,
            Counters counters,
            ErrorLog errors) {
        this.source = source;
        this.ticksPerSecond = ticksPerSecond;
        this.time = time;
        this.handler = handler;
        this.counters = counters;
        this.errors = errors;
        this.schedule = new TickSchedule(ticksPerSecond, time.nanoTime());
        this.thread = new Thread(this, "swarm-clock");
        thread.setDaemon(true);
    }

    public void start() {
        thread.start();
    }

    /** Ends after the tick at hand, and waits for that. */
    @Override
    public void close() {
        running = false;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void run() {
        schedule.restart(next, time.nanoTime());
        while (running) {
            long waitNanos = step(time.nanoTime());
            if (waitNanos > 0) {
                time.park(waitNanos);
            }
        }
    }

    /** Does what is due; returns the nanoseconds until the next tick is, 0 or less when it is due already. */
    long step(long nowNanos) {
        long dueNanos = schedule.dueNanos(next);
        if (nowNanos < dueNanos) {
            return dueNanos - nowNanos;
        }
        long newest = schedule.newestDue(nowNanos);
        long missed = newest - next;
        if (missed > (long) CATCH_UP_SECONDS * ticksPerSecond) {
            counters.increment(Counter.CLOCK_RESTARTS);
            schedule.restart(next, nowNanos);
            newest = next;
            missed = 0;
        }
        if (missed > 0) {
            counters.increment(Counter.TICKS_LATE);
            counters.add(Counter.TICKS_MISSED, missed);
        }
        long dueMicros = time.epochMicros() - (nowNanos - schedule.dueNanos(newest)) / 1000;
        try {
            for (; next < newest; next++) {
                source.step(next, state);
            }
            source.step(newest, state);
            handler.onTick(newest, dueMicros, state);
            counters.increment(Counter.TICKS);
        } catch (RuntimeException e) {
            errors.record("a tick failed", e);
        }
        next = newest + 1;
        return schedule.dueNanos(next) - time.nanoTime();
    }
}
