package io.essaim.protocol.swarm;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * A set of agents' ids; finds the first that stands twice among many. Allocates nothing once it has grown. Ids are spread by a multiplier
 * that nobody outside knows, so that none can be chosen to fall together. Not thread-safe.
 */
public final class IdSet {
    private static final int NOT_FOUND = -1;

    /** Odd, hence no two ids become one. */
    private final int multiplier = new SplittableRandom().nextInt() | 1;

    private int[] ids = new int[0];

    /** By slot: the pass in which it was filled. */
    private int[] passes = new int[0];

    private int pass;

    /** What leaves of 32 bits the position of a slot. */
    private int shift;

    /** The position of the first id that stood before already, or -1; the set then holds the ids before it, or all. */
    public int firstRepeated(int[] agentIds, int count) {
        begin(count);
        for (int agent = 0; agent < count; agent++) {
            if (!add(agentIds[agent])) {
                return agent;
            }
        }
        return NOT_FOUND;
    }

    /** Replaces what it holds by the ids of a roster. */
    public void fill(Roster roster) {
        begin(roster.agentCount());
        for (int agent = 0; agent < roster.agentCount(); agent++) {
            add((int) roster.id(agent));
        }
    }

    public boolean contains(long id) {
        return ids.length > 0 && passes[slotOf((int) id)] == pass;
    }

    private boolean add(int id) {
        int slot = slotOf(id);
        if (passes[slot] == pass) {
            return false;
        }
        ids[slot] = id;
        passes[slot] = pass;
        return true;
    }

    /** Where the id is, or the free slot where it would be. */
    private int slotOf(int id) {
        int mask = ids.length - 1;
        int slot = (id * multiplier) >>> shift;
        while (passes[slot] == pass && ids[slot] != id) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private void begin(int count) {
        if (ids.length < 2 * count || ids.length == 0) {
            int size = Integer.highestOneBit(Math.max(8, 2 * count)) * 2;
            ids = new int[size];
            passes = new int[size];
            shift = Integer.numberOfLeadingZeros(size) + 1;
            pass = 0;
        }
        if (++pass == 0) {
            Arrays.fill(passes, 0);
            pass = 1;
        }
    }
}
