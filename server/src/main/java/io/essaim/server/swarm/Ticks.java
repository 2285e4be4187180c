package io.essaim.server.swarm;

import io.essaim.protocol.swarm.StreamDescription;

/** What every {@link SwarmSource} asks of its rate and of the order of its ticks. */
final class Ticks {
    private Ticks() {}

    static int checkRate(int ticksPerSecond) {
        if (ticksPerSecond < StreamDescription.TICKS_PER_SECOND_MIN
                || ticksPerSecond > StreamDescription.TICKS_PER_SECOND_MAX) {
            throw new IllegalArgumentException("ticksPerSecond=" + ticksPerSecond + ", from "
                    + StreamDescription.TICKS_PER_SECOND_MIN + " to " + StreamDescription.TICKS_PER_SECOND_MAX);
        }
        return ticksPerSecond;
    }

    /** Returns the tick after this one; a source that was stepped past a tick would go wrong in silence. */
    static long checkNext(long tick, long expected) {
        if (tick != expected) {
            throw new IllegalArgumentException("tick=" + tick + ", next is " + expected + ": ticks come without gaps");
        }
        return tick + 1;
    }
}
