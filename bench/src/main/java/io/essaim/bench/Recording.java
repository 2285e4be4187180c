package io.essaim.bench;

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
    public static final int FIRST_TICK = 600;

    private static final long EPOCH_MICROS = 1_737_021_600_000_000L;

    private final StreamDescription stream;
    private final SwarmState state = new SwarmState();
    private final List<SwarmFrame> frames;

    /** {@link #FRAMES} frames. */
    public Recording(int agents) {
        this(agents, FRAMES);
    }

    public Recording(int agents, int count) {
        frames = new ArrayList<>(count);
        int fps = Settings.FPS.defaultValue();
        FlowGenerator source =
                new FlowGenerator(agents, fps, Settings.SEED.defaultValue(), Settings.SPHERES.defaultValue());
        int position = Settings.POSITION_DECIMALS.defaultValue();
        Quantiser.Grid grid = Quantiser.gridFor(source, List.of("x", "y", "z", "frequency"), new int[] {
            position, position, position, Settings.FREQUENCY_DECIMALS.defaultValue()
        });
        stream = new StreamDescription(
                EPOCH_MICROS, fps, grid.valueBits(), Settings.FREQUENCY.defaultValue(), grid.components());
        for (int tick = 0; tick < FIRST_TICK + count; tick++) {
            source.step(tick, state);
            if (tick >= FIRST_TICK) {
                // A quantiser of its own for each, since it reuses its frame.
                long timeMicros = EPOCH_MICROS + tick * 1_000_000L / fps;
                frames.add(new Quantiser(stream).quantise(tick, timeMicros, state));
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
