package io.essaim.server.swarm;

/**
 * When each tick is due: {@code start + tick / ticksPerSecond}, computed from the tick's number and never from the last
 * wake-up, so that no error adds up. Not thread-safe.
 */
final class TickSchedule {
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final int ticksPerSecond;
    private long startNanos;
    private long startTick;

    TickSchedule(int ticksPerSecond, long startNanos) {
        this.ticksPerSecond = ticksPerSecond;
        this.startNanos = startNanos;
    }

    long dueNanos(long tick) {
        long ticks = tick - startTick;
        return startNanos
                + ticks / ticksPerSecond * NANOS_PER_SECOND
                + ticks % ticksPerSecond * NANOS_PER_SECOND / ticksPerSecond;
    }

    /** The newest tick that is due at a time not before the start. */
    long newestDue(long nowNanos) {
        long elapsed = nowNanos - startNanos;
        long tick = startTick
                + elapsed / NANOS_PER_SECOND * ticksPerSecond
                + elapsed % NANOS_PER_SECOND * ticksPerSecond / NANOS_PER_SECOND;
        return dueNanos(tick + 1) <= nowNanos ? tick + 1 : tick;
    }

    /** Makes {@code tick} due at {@code nowNanos} and all later ones after it. */
    void restart(long tick, long nowNanos) {
        startTick = tick;
        startNanos = nowNanos;
    }
}
