package io.essaim.bench.motion;

import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.SwarmFrame;
import io.essaim.server.config.Settings;
import io.essaim.server.swarm.FlowGenerator;
import io.essaim.server.swarm.SwarmSource;
import io.essaim.server.swarm.SwarmState;
import org.agrona.collections.Int2IntHashMap;

/**
 * Another source with the generator's frequencies: its first agent has those of the generator's first, and so on, by
 * appearance.
 */
final class GeneratedFrequencies implements SwarmSource {
    private static final int UNSEEN = -1;

    private final SwarmSource source;
    private final FlowGenerator generator;
    private final SwarmState generated = new SwarmState();
    /** By id: the generator's agent. */
    private final Int2IntHashMap agentOf = new Int2IntHashMap(UNSEEN);

    /** @param agents of the other source that are ever there */
    GeneratedFrequencies(SwarmSource source, int agents, int ticksPerSecond) {
        this.source = source;
        generator = new FlowGenerator(
                agents, ticksPerSecond, Settings.SEED.defaultValue(), Settings.SPHERES.defaultValue());
    }

    @Override
    public String description() {
        return source.description() + ", the generator's frequencies";
    }

    @Override
    public int agentCount() {
        return source.agentCount();
    }

    @Override
    public ValueRange range(int component) {
        return component == SwarmFrame.FREQUENCY ? generator.range(component) : source.range(component);
    }

    @Override
    public void step(long tick, SwarmState state) {
        source.step(tick, state);
        generator.step(tick, generated);
        double[] from = generated.values(SwarmFrame.FREQUENCY);
        double[] to = state.values(SwarmFrame.FREQUENCY);
        Roster roster = state.roster();
        for (int agent = 0; agent < roster.agentCount(); agent++) {
            int id = (int) roster.id(agent);
            int known = agentOf.get(id);
            if (known == UNSEEN) {
                known = agentOf.size();
                agentOf.put(id, known);
            }
            to[agent] = from[known];
        }
    }
}
