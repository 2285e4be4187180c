package io.essaim.server.ingest;

import java.util.concurrent.TimeUnit;

/**
 * Holds a producer to a rate: a second's worth may come at once, since a network that stood still for a moment delivers so.
 * One thread.
 */
public final class StateRate {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final long nanosEach;

    /** What is saved up, in the time that it took. */
    private long savedNanos = SECOND;

    private long nowNanos;

    /** @param perSecond from 1 on */
    public StateRate(int perSecond, long nowNanos) {
        this.nanosEach = SECOND / perSecond;
        this.nowNanos = nowNanos;
    }

    /** Whether another one is within the rate; it is counted then. */
    public boolean allows(long nowNanos) {
        savedNanos = Math.min(SECOND, savedNanos + nowNanos - this.nowNanos);
        this.nowNanos = nowNanos;
        if (savedNanos < nanosEach) {
            return false;
        }
        savedNanos -= nanosEach;
        return true;
    }
}
