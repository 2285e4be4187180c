package io.essaim.server.swarm;

import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Who is there at each tick of a loop, where each agent comes once and goes once. Costs nothing on a tick at which nobody
 * comes or goes, and allocates only when the set has really changed. Owned by one thread.
 */
final class Presence {
    private final long[] firstTicks;
    private final long[] lastTicks;

    /** Where the set may change, ascending, 0 included: there the loop closes. */
    private final long[] changes;

    private int nextChange;
    private int[] present = new int[0];

    /**
     * @param firstTicks by agent; kept, not copied
     * @param lastTicks by agent, the last one at which it is there; before the first one: it is never there
     */
    Presence(long[] firstTicks, long[] lastTicks) {
        this.firstTicks = firstTicks;
        this.lastTicks = lastTicks;
        LongStream goings = LongStream.of(lastTicks).map(tick -> tick + 1);
        changes = LongStream.concat(LongStream.of(0), LongStream.concat(LongStream.of(firstTicks), goings))
                .sorted()
                .distinct()
                .toArray();
    }

    /**
     * Goes on to a tick.
     *
     * @param tick 0, 1, 2, … and 0 again at any time
     * @return whether {@link #agents()} is another set than before
     */
    boolean moveTo(long tick) {
        if (tick == 0) {
            nextChange = 0;
        }
        if (nextChange == changes.length || changes[nextChange] != tick) {
            return false;
        }
        nextChange++;
        if (isPresent(tick)) {
            return false;
        }
        present = IntStream.range(0, firstTicks.length)
                .filter(agent -> isThere(agent, tick))
                .toArray();
        return true;
    }

    int countAt(long tick) {
        return (int) IntStream.range(0, firstTicks.length)
                .filter(agent -> isThere(agent, tick))
                .count();
    }

    /** Ascending; not to be written to. */
    int[] agents() {
        return present;
    }

    /** Whether the set of a tick is the one that is present. */
    private boolean isPresent(long tick) {
        int size = 0;
        for (int agent = 0; agent < firstTicks.length; agent++) {
            if (isThere(agent, tick)) {
                if (size == present.length || present[size] != agent) {
                    return false;
                }
                size++;
            }
        }
        return size == present.length;
    }

    private boolean isThere(int agent, long tick) {
        return firstTicks[agent] <= tick && tick <= lastTicks[agent];
    }
}
