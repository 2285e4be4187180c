package io.essaim.bench.disturb;

import io.essaim.bench.load.ServerCounters;
import java.util.function.ToLongFunction;

/** Frames that viewers missed, and how many of them the server's clock and loops may have left out for being late. */
final class FrameLoss {
    private FrameLoss() {}

    /**
     * What lateness does not explain. Skips for a socket that takes no more are no lateness, and neither is exhausted memory:
     * who does not read must cost nobody else either.
     *
     * @param missed frames that these viewers did not get
     * @param viewers how many they are
     * @param elsewhere frames that others missed through lateness, which explains each of them only once
     * @param rise by how much a counter of the server rose meanwhile
     */
    static long unexplained(long missed, int viewers, long elsewhere, ToLongFunction<String> rise) {
        long byClock = rise.applyAsLong("ticks_missed") * viewers;
        long byLoops = rise.applyAsLong("frames_stale") + rise.applyAsLong("ring_full") * viewers;
        return Math.max(0, missed - byClock - Math.max(0, byLoops - elsewhere));
    }

    static ToLongFunction<String> rise(ServerCounters before, ServerCounters after) {
        return name -> after.since(before, name);
    }
}
