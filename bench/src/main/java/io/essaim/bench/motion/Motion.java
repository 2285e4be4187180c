package io.essaim.bench.motion;

import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.RosterChange;
import io.essaim.protocol.swarm.StreamDescription;
import io.essaim.protocol.swarm.SwarmFrame;
import io.essaim.server.config.Settings;
import io.essaim.server.swarm.Quantiser;
import io.essaim.server.swarm.SwarmSource;
import io.essaim.server.swarm.SwarmState;
import io.essaim.server.swarm.Trajectory;
import io.essaim.server.swarm.TrajectoryException;
import io.essaim.server.swarm.TrajectoryPlayer;
import io.essaim.server.swarm.TrajectoryReader;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The frames of a source, one after the other, as the server would put them on its grid by its default settings. Agents
 * stand by place: who leaves has its place taken by the last, who comes stands at the end.
 */
public final class Motion {
    private static final int TICKS_PER_SECOND = Settings.FPS.defaultValue();
    private static final long EPOCH_MICROS = 1_737_021_600_000_000L;
    private static final List<String> COMPONENTS = List.of("x", "y", "z", "frequency");

    private final String name;
    private final SwarmSource source;
    private final StreamDescription stream;
    private final Quantiser quantiser;
    private final SwarmState state = new SwarmState();
    private final Places places;
    private Roster sourceRoster;
    /** The state's. */
    private long tick;

    private boolean isFirst = true;
    private long remaining;
    private @Nullable RosterChange change;

    /**
     * @param name in tables, short
     * @param firstTick of the first frame
     */
    Motion(String name, SwarmSource source, long firstTick, long frames) {
        this.name = name;
        this.source = source;
        stream = describe(source);
        quantiser = new Quantiser(stream);
        remaining = frames;
        source.step(0, state);
        while (tick < firstTick) {
            source.step(++tick, state);
        }
        sourceRoster = state.roster();
        places = new Places(sourceRoster);
    }

    /**
     * A file as {@code --source=file:} plays it, once through.
     *
     * @param framesMax of which there are no more than the file has
     */
    public static Motion ofFile(Path file, int framesMax) throws TrajectoryException {
        Trajectory trajectory = new TrajectoryReader((read, total) -> {}).read(file);
        TrajectoryPlayer player = new TrajectoryPlayer(
                trajectory, TICKS_PER_SECOND, Settings.FREQUENCY.defaultValue(), Settings.SPHERES.defaultValue());
        SwarmSource source = trajectory.hasFrequency()
                ? player
                : new GeneratedFrequencies(player, trajectory.agentCount(), TICKS_PER_SECOND);
        String name = trajectory.name().replaceFirst("(\\.csv)?(\\.gz)?$", "");
        return new Motion(name, source, 0, Math.min(framesMax, player.lengthTicks()));
    }

    /** What a viewer is told of a source's stream, by the default settings. */
    public static StreamDescription describe(SwarmSource source) {
        int position = Settings.POSITION_DECIMALS.defaultValue();
        Quantiser.Grid grid = Quantiser.gridFor(
                source, COMPONENTS, new int[] {position, position, position, Settings.FREQUENCY_DECIMALS.defaultValue()
                });
        return new StreamDescription(
                EPOCH_MICROS, TICKS_PER_SECOND, grid.valueBits(), Settings.FREQUENCY.defaultValue(), grid.components());
    }

    /** When a tick is due. */
    public static long timeMicros(long tick) {
        return EPOCH_MICROS + tick * 1_000_000L / TICKS_PER_SECOND;
    }

    public String name() {
        return name;
    }

    public StreamDescription stream() {
        return stream;
    }

    /** Of the newest frame, and before the first of that. */
    public Roster roster() {
        return places.roster();
    }

    public boolean hasNext() {
        return remaining > 0;
    }

    /** The next frame, valid until the one after. */
    public SwarmFrame next() {
        remaining--;
        if (!isFirst) {
            source.step(++tick, state);
        }
        isFirst = false;
        change = state.roster() == sourceRoster ? null : places.change(state.roster());
        sourceRoster = state.roster();
        return places.place(quantiser.quantise(tick, timeMicros(tick), state));
    }

    /** How the roster became the newest frame's; null when it was that before. */
    public @Nullable RosterChange change() {
        return change;
    }
}
