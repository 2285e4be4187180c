package io.essaim.server.swarm;

import io.essaim.protocol.swarm.Roster;
import java.util.List;

/** Gives labels to agents that have none of their own. */
final class Spheres {
    private Spheres() {}

    /** The roster, of version 1, of agents with the ids from 0 on, which get the labels in turn. */
    static Roster rosterInTurn(int agents, List<String> spheres) {
        int[] ids = new int[agents];
        for (int agent = 0; agent < agents; agent++) {
            ids[agent] = agent;
        }
        return new Roster(1, spheres, ids, roundRobin(agents, spheres));
    }

    /** By agent, the position of its label in {@code spheres}: one after the other, then from the start again. */
    static int[] roundRobin(int agents, List<String> spheres) {
        if (spheres.isEmpty()) {
            throw new IllegalArgumentException("spheres is empty, at least one label");
        }
        int[] sphereOf = new int[agents];
        for (int agent = 0; agent < agents; agent++) {
            sphereOf[agent] = agent % spheres.size();
        }
        return sphereOf;
    }
}
