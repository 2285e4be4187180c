package io.essaim.bench;

import io.essaim.bench.motion.BuiltInMotion;
import io.essaim.bench.motion.Motion;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.StreamDescription;
import io.essaim.protocol.swarm.SwarmFrame;
import io.essaim.server.config.Settings;
import io.essaim.server.swarm.FlowGenerator;
import io.essaim.server.swarm.Quantiser;
import io.essaim.server.swarm.SwarmState;
import java.util.ArrayList;
import java.util.List;

/**
 * Consecutive frames of the server's own generator, by its default settings, from the tenth second on: the swarm has left
 * its start by then. Several, so that no branch predictor learns one frame's digits by heart.
 */
public final class Recording {
    /** Enough for a benchmark; a power of two. */
    public static final int FRAMES = 16;

    /** The tick of the first frame. */
    public static final int FIRST_TICK = BuiltInMotion.FIRST_TICK;

    private final StreamDescription stream;
    private final SwarmState state = new SwarmState();
    private final List<SwarmFrame> frames;

    /** {@link #FRAMES} frames. */
    public Recording(int agents) {
        this(agents, FRAMES);
    }

    public Recording(int agents, int count) {
        frames = new ArrayList<>(count);
        FlowGenerator source = new FlowGenerator(
                agents, Settings.FPS.defaultValue(), Settings.SEED.defaultValue(), Settings.SPHERES.defaultValue());
        stream = Motion.describe(source);
        for (int tick = 0; tick < FIRST_TICK + count; tick++) {
            source.step(tick, state);
            if (tick >= FIRST_TICK) {
                // A quantiser of its own for each, since it reuses its frame.
                frames.add(new Quantiser(stream).quantise(tick, Motion.timeMicros(tick), state));
            }
        }
    }

    public StreamDescription stream() {
        return stream;
    }

    public Roster roster() {
        return state.roster();
    }

    /** The state at the last frame. */
    public SwarmState state() {
        return state;
    }

    public List<SwarmFrame> frames() {
        return frames;
    }
}
