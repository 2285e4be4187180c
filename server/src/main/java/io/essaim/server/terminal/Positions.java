package io.essaim.server.terminal;

import io.essaim.protocol.swarm.Component;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.StreamDescription;
import io.essaim.protocol.swarm.SwarmFrame;
import java.util.Arrays;

/** Where a frame's agents are on the plane of x and y. A copy; immutable. */
final class Positions {
    private final int[] x;
    private final int[] y;
    private final Component gridX;
    private final Component gridY;
    private final Roster roster;
    private final StreamDescription stream;

    Positions(SwarmFrame frame, Roster roster, StreamDescription stream) {
        this.x = Arrays.copyOf(frame.values(SwarmFrame.X), frame.agentCount());
        this.y = Arrays.copyOf(frame.values(SwarmFrame.Y), frame.agentCount());
        this.gridX = stream.components().get(SwarmFrame.X);
        this.gridY = stream.components().get(SwarmFrame.Y);
        this.roster = roster;
        this.stream = stream;
    }

    int count() {
        return x.length;
    }

    double x(int agent) {
        return gridX.value(x[agent]);
    }

    double y(int agent) {
        return gridY.value(y[agent]);
    }

    /** The sphere's position in the roster's list. */
    int sphere(int agent) {
        return roster.sphereIndex(agent);
    }

    Roster roster() {
        return roster;
    }

    StreamDescription stream() {
        return stream;
    }
}
