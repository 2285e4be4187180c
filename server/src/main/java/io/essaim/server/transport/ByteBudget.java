package io.essaim.server.transport;

import io.essaim.server.observe.Counter;
import io.essaim.server.observe.Counters;

/** How many bytes of one kind may be held at once. One event loop. */
final class ByteBudget {
    private final long max;
    private final Counters counters;
    private final Counter refused;

    // event loop
    private long held;

    /** @param refused counts what it has no room for */
    ByteBudget(long max, Counters counters, Counter refused) {
        this.max = max;
        this.counters = counters;
        this.refused = refused;
    }

    /** Holds so many more; false, and nothing is held, when that would be too many. */
    boolean take(long bytes) {
        if (held + bytes > max) {
            counters.increment(refused);
            return false;
        }
        held += bytes;
        return true;
    }

    void give(long bytes) {
        if (bytes > held) {
            throw new IllegalArgumentException("bytes=" + bytes + ", 0 to " + held);
        }
        held -= bytes;
    }
}
