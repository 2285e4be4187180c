package io.essaim.bench.size;

import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.StreamDescription;
import io.essaim.protocol.swarm.SwarmFrame;
import java.util.ArrayList;
import java.util.List;

/** What a reader of a form gets from a frame. */
record ReadFrame(long sequence, long timeMicros, int targetFrequency, List<Agent> agents) {
    /** @param id with {@code sphere}, by the roster where the form leaves names to it */
    record Agent(long id, String sphere, double x, double y, double z, double frequency) {}

    /** What should be read; {@code exact} as {@link FrameForm#exact}. */
    static ReadFrame expected(SwarmFrame frame, StreamDescription stream, Roster roster, boolean exact) {
        List<Agent> agents = new ArrayList<>();
        for (int agent = 0; agent < frame.agentCount(); agent++) {
            double[] values = new double[SwarmFrame.COMPONENTS];
            for (int component = 0; component < values.length; component++) {
                double value = stream.components().get(component).value(frame.values(component)[agent]);
                values[component] = exact ? value : (float) value;
            }
            agents.add(agent(roster.id(agent), roster.sphere(agent), values));
        }
        return new ReadFrame(frame.sequence(), frame.timeMicros(), frame.targetFrequency(), agents);
    }

    static Agent agent(long id, String sphere, double[] values) {
        return new Agent(id, sphere, values[0], values[1], values[2], values[3]);
    }
}
