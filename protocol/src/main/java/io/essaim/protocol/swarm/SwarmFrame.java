package io.essaim.protocol.swarm;

import java.util.Arrays;

/**
 * The whole swarm at one tick: integers on the stream's grid, by component, then by agent in the roster's order. Made to
 * be filled again and again; it grows and never shrinks. Not thread-safe.
 */
public final class SwarmFrame {
    public static final int X = 0;
    public static final int Y = 1;
    public static final int Z = 2;
    public static final int FREQUENCY = 3;

    /** Numbers an agent has. */
    public static final int COMPONENTS = 4;

    private final int[][] values = new int[COMPONENTS][0];
    private int agentCount;
    private long sequence;
    private long timeMicros;
    private int rosterVersion;
    private int targetFrequency;

    /** Makes room for the agents of a tick and names it; the values keep what they held. */
    public void begin(long sequence, long timeMicros, int rosterVersion, int targetFrequency, int agentCount) {
        this.sequence = sequence;
        this.timeMicros = timeMicros;
        this.rosterVersion = rosterVersion;
        this.targetFrequency = targetFrequency;
        if (agentCount > values[0].length) {
            for (int component = 0; component < COMPONENTS; component++) {
                values[component] = Arrays.copyOf(values[component], agentCount);
            }
        }
        this.agentCount = agentCount;
    }

    /** The array of one component, to read or fill from 0 to {@link #agentCount()}; it may be longer. */
    public int[] values(int component) {
        return values[component];
    }

    public int agentCount() {
        return agentCount;
    }

    /** Tick number within the epoch, 0 to 2^32 - 1. */
    public long sequence() {
        return sequence;
    }

    /** When the tick was due, microseconds since 1970. */
    public long timeMicros() {
        return timeMicros;
    }

    public int rosterVersion() {
        return rosterVersion;
    }

    public int targetFrequency() {
        return targetFrequency;
    }
}
