package io.essaim.bench.motion;

import io.essaim.server.config.Settings;
import io.essaim.server.swarm.FlockGenerator;
import io.essaim.server.swarm.FlowGenerator;
import io.essaim.server.swarm.SwarmSource;

/** Motion that needs no file: from what the server generates to what nothing predicts. The same on every machine. */
public enum BuiltInMotion {
    FLOW("flow"),
    FLOW_WALKING("flow, walking frequencies"),
    FLOCK("flock"),
    BROWNIAN("brownian"),
    BROWNIAN_WALKING("brownian, walking frequencies");

    /** By then a generated swarm has left its start. */
    public static final int FIRST_TICK = 600;

    private final String title;

    BuiltInMotion(String title) {
        this.title = title;
    }

    public String title() {
        return title;
    }

    /** From {@link #FIRST_TICK} on. */
    public Motion frames(int agents, int frames) {
        return new Motion(title, source(agents), FIRST_TICK, frames);
    }

    private SwarmSource source(int agents) {
        int ticksPerSecond = Settings.FPS.defaultValue();
        long seed = Settings.SEED.defaultValue();
        return switch (this) {
            case FLOW -> new FlowGenerator(agents, ticksPerSecond, seed, Settings.SPHERES.defaultValue());
            case FLOW_WALKING -> new WalkingFrequencies(FLOW.source(agents), seed);
            case FLOCK ->
                new FlockGenerator(
                        agents,
                        ticksPerSecond,
                        Settings.FREQUENCY.defaultValue(),
                        seed,
                        Settings.SPHERES.defaultValue());
            case BROWNIAN -> new GeneratedFrequencies(new BrownianMotion(agents, seed), agents, ticksPerSecond);
            case BROWNIAN_WALKING -> new WalkingFrequencies(BROWNIAN.source(agents), seed);
        };
    }
}
