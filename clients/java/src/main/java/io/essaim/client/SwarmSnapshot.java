package io.essaim.client;

import io.essaim.protocol.swarm.Component;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.StreamDescription;
import io.essaim.protocol.swarm.SwarmFrame;
import java.util.Arrays;

/**
 * The swarm, or the part of it that was asked for, at one tick: a copy that stays as it is. Agents are counted from 0, in
 * the roster's order. Immutable.
 */
public final class SwarmSnapshot {
    private final long sequence;
    private final long timeMicros;
    private final int targetFrequency;
    private final Roster roster;
    private final StreamDescription stream;
    private final int[][] gridded = new int[SwarmFrame.COMPONENTS][];

    SwarmSnapshot(SwarmFrame frame, Roster roster, StreamDescription stream) {
        this.sequence = frame.sequence();
        this.timeMicros = frame.timeMicros();
        this.targetFrequency = frame.targetFrequency();
        this.roster = roster;
        this.stream = stream;
        for (int component = 0; component < SwarmFrame.COMPONENTS; component++) {
            gridded[component] = Arrays.copyOf(frame.values(component), frame.agentCount());
        }
    }

    /** Tick number within the stream's epoch, 0 to 2^32 - 1. */
    public long sequence() {
        return sequence;
    }

    /** When the tick was due, microseconds since 1970. */
    public long timeMicros() {
        return timeMicros;
    }

    public int targetFrequency() {
        return targetFrequency;
    }

    public int agentCount() {
        return roster.agentCount();
    }

    /** 0 to 2^32 - 1. */
    public long id(int agent) {
        return roster.id(agent);
    }

    public String sphere(int agent) {
        return roster.sphere(agent);
    }

    public double x(int agent) {
        return value(SwarmFrame.X, agent);
    }

    public double y(int agent) {
        return value(SwarmFrame.Y, agent);
    }

    public double z(int agent) {
        return value(SwarmFrame.Z, agent);
    }

    public double frequency(int agent) {
        return value(SwarmFrame.FREQUENCY, agent);
    }

    /** Who the agents are; the same object until they change. */
    public Roster roster() {
        return roster;
    }

    /** What the values are a part of; the same object until the stream begins anew. */
    public StreamDescription stream() {
        return stream;
    }

    private double value(int component, int agent) {
        Component grid = stream.components().get(component);
        return grid.value(gridded[component][agent]);
    }

    @Override
    public String toString() {
        return "frame " + sequence + " of " + agentCount() + " agents";
    }
}
