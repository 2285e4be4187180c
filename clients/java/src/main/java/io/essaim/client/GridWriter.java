package io.essaim.client;

import io.essaim.protocol.swarm.Component;
import io.essaim.protocol.swarm.StreamDescription;
import io.essaim.protocol.swarm.SwarmFrame;

/** Puts values on a stream's grid as the server would: rounded half away from zero, nothing clipped. Stateless. */
final class GridWriter {
    private GridWriter() {}

    /**
     * Writes one component of all agents into a frame that has been begun.
     *
     * @return whether all of it fits into 16 bits
     * @throws IllegalArgumentException when a value does not fit into 32 bits or is not finite; names agent and component
     */
    static boolean write(double[] from, int component, StreamDescription stream, SwarmFrame to) {
        Component grid = stream.components().get(component);
        double scale = grid.scale();
        double offset = grid.offset();
        int[] gridded = to.values(component);
        boolean narrow = true;
        for (int agent = 0; agent < to.agentCount(); agent++) {
            double steps = rounded(from[agent] * scale) - offset;
            int integer = (int) steps;
            if (integer != steps) {
                throw new IllegalArgumentException(refusal(from[agent], agent, grid));
            }
            gridded[agent] = integer;
            narrow &= integer == (short) integer;
        }
        return narrow;
    }

    private static double rounded(double value) {
        return value < 0 ? Math.ceil(value - 0.5) : Math.floor(value + 0.5);
    }

    private static String refusal(double value, int agent, Component grid) {
        return grid.name() + "[" + agent + "]=" + value + " is not on the stream's grid, from "
                + grid.value(Integer.MIN_VALUE) + " to " + grid.value(Integer.MAX_VALUE)
                + "; bring it into that range, or start the server with fewer decimals";
    }
}
