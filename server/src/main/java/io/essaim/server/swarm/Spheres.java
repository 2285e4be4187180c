package io.essaim.server.swarm;

import java.util.List;

/** Gives labels to agents that have none of their own. */
final class Spheres {
    private Spheres() {}

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
