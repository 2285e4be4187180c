package io.essaim.protocol.swarm;

import io.essaim.protocol.Limits;
import java.util.Arrays;
import java.util.List;

/**
 * Who the agents of a frame are, in the frame's order. Immutable; compared by identity within a process and by
 * {@link #version()} on the wire.
 */
public final class Roster {
    private final int version;
    private final List<String> spheres;
    private final int[] ids;
    private final int[] sphereOf;

    /**
     * @param version 0 to 65,535, counting up by one with each change and starting again after 65,535
     * @param spheres the labels
     * @param ids by agent, read as unsigned
     * @param sphereOf by agent, the position of its label in {@code spheres}
     */
    public Roster(int version, List<String> spheres, int[] ids, int[] sphereOf) {
        if (version < 0 || version > 0xFFFF) {
            throw new IllegalArgumentException("version=" + version + ", from 0 to 65535");
        }
        if (ids.length > Limits.AGENTS_MAX) {
            throw new IllegalArgumentException("agents=" + ids.length + ", at most " + Limits.AGENTS_MAX);
        }
        if (spheres.size() > Limits.SPHERES_MAX) {
            throw new IllegalArgumentException("spheres=" + spheres.size() + ", at most " + Limits.SPHERES_MAX);
        }
        if (sphereOf.length != ids.length) {
            throw new IllegalArgumentException("sphereOf=" + sphereOf.length + ", one for each of " + ids.length);
        }
        for (int sphere : sphereOf) {
            if (sphere < 0 || sphere >= spheres.size()) {
                throw new IllegalArgumentException("sphere=" + sphere + ", of " + spheres.size() + " labels");
            }
        }
        this.version = version;
        this.spheres = List.copyOf(spheres);
        this.ids = ids.clone();
        this.sphereOf = sphereOf.clone();
    }

    private Roster(int version, Roster agents) {
        this.version = version;
        this.spheres = agents.spheres;
        this.ids = agents.ids;
        this.sphereOf = agents.sphereOf;
    }

    /** The same agents under another version, 0 to 65,535. */
    public Roster withVersion(int version) {
        if (version < 0 || version > 0xFFFF) {
            throw new IllegalArgumentException("version=" + version + ", from 0 to 65535");
        }
        return new Roster(version, this);
    }

    /** Whether the agents and their labels are the same, in the same order. */
    public boolean hasSameAgents(Roster other) {
        if (!Arrays.equals(ids, other.ids)) {
            return false;
        }
        for (int agent = 0; agent < ids.length; agent++) {
            if (!sphere(agent).equals(other.sphere(agent))) {
                return false;
            }
        }
        return true;
    }

    public int version() {
        return version;
    }

    public int agentCount() {
        return ids.length;
    }

    public List<String> spheres() {
        return spheres;
    }

    /** 0 to 2^32 - 1. */
    public long id(int agent) {
        return Integer.toUnsignedLong(ids[agent]);
    }

    /** The position of the agent's label in {@link #spheres()}. */
    public int sphereIndex(int agent) {
        return sphereOf[agent];
    }

    /** Not to be changed. */
    int[] ids() {
        return ids;
    }

    /** Not to be changed. */
    int[] sphereIndices() {
        return sphereOf;
    }

    public String sphere(int agent) {
        return spheres.get(sphereOf[agent]);
    }
}
