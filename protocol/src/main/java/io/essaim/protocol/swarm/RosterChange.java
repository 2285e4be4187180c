package io.essaim.protocol.swarm;

import java.util.Arrays;

/**
 * How one roster becomes the next when agents leave and come and the labels stay: those at the {@code removed} places leave
 * one after the other, and each time the last agent takes the place; then those who come are put at the end. Immutable.
 */
public final class RosterChange {
    private final int version;
    private final int[] removed;
    private final int[] ids;
    private final int[] sphereOf;

    /**
     * @param version what the roster's is after it, 0 to 65,535
     * @param removed places, each as the ones before have left them
     * @param ids of those who come, read as unsigned
     * @param sphereOf by newcomer, the position of its label
     */
    public RosterChange(int version, int[] removed, int[] ids, int[] sphereOf) {
        if (sphereOf.length != ids.length) {
            throw new IllegalArgumentException("sphereOf=" + sphereOf.length + ", one for each of " + ids.length);
        }
        this.version = version;
        this.removed = removed.clone();
        this.ids = ids.clone();
        this.sphereOf = sphereOf.clone();
    }

    public int version() {
        return version;
    }

    public int removedCount() {
        return removed.length;
    }

    /** The place that the {@code index}-th to leave has by then. */
    public int removed(int index) {
        return removed[index];
    }

    public int addedCount() {
        return ids.length;
    }

    /** 0 to 2^32 - 1. */
    public long addedId(int index) {
        return Integer.toUnsignedLong(ids[index]);
    }

    /** The position of the newcomer's label in the roster's. */
    public int addedSphere(int index) {
        return sphereOf[index];
    }

    /**
     * What a roster becomes.
     *
     * @throws IllegalArgumentException when there is no agent at a place, or the result is no roster
     */
    public Roster applyTo(Roster roster) {
        int count = roster.agentCount();
        int[] nextIds = Arrays.copyOf(roster.ids(), count + ids.length);
        int[] nextSphereOf = Arrays.copyOf(roster.sphereIndices(), count + ids.length);
        for (int place : removed) {
            if (place < 0 || place >= count) {
                throw new IllegalArgumentException("removed=" + place + ", of " + count + " agents");
            }
            count--;
            nextIds[place] = nextIds[count];
            nextSphereOf[place] = nextSphereOf[count];
        }
        System.arraycopy(ids, 0, nextIds, count, ids.length);
        System.arraycopy(sphereOf, 0, nextSphereOf, count, ids.length);
        int after = count + ids.length;
        return new Roster(version, roster.spheres(), Arrays.copyOf(nextIds, after), Arrays.copyOf(nextSphereOf, after));
    }
}
