package io.essaim.server.swarm;

import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.SwarmFrame;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Plays a trajectory at the stream's rate, over and over or once. Owned by one thread.
 *
 * <ul>
 *   <li>Tick 0 is the first time of the file. An agent is there from its first sample to its last; agents stand in
 *       ascending order of id. One whose whole track lies between two ticks is never seen.
 *   <li>Between two samples an agent goes straight and evenly. Where a tick falls on a sample, to a thousandth of a tick,
 *       the sample is taken as it is: a file recorded at the stream's rate is streamed value for value.
 *   <li>A loop is the file's time and one sample interval more, in whole ticks, rounded up: every loop is alike, and 240
 *       samples at 60 Hz return after 240 ticks. Agents whose track reaches the end of the file stay where they are until
 *       the loop closes.
 *   <li>Played once, the state of the file's end stays, and the stream begins anew with it, for the reason {@value #ENDED}.
 * </ul>
 */
public final class TrajectoryPlayer implements SwarmSource {
    static final String ENDED = "recording ended";

    private static final int ROSTER_VERSIONS = 1 << 16;

    private final Trajectory trajectory;
    private final int ticksPerSecond;
    private final double targetFrequency;
    private final boolean loop;
    private final List<String> spheres;
    private final int[] sphereOf;
    private final Track[] tracks;
    private final Timetable timetable;
    private final ValueRange[] ranges = new ValueRange[SwarmFrame.COMPONENTS];

    // swarm clock thread
    private final Presence presence;
    private final int[] lastSamples;
    private int rosterVersion;
    private long nextTick;

    /** Plays it over and over; the parameters are those of the other constructor. */
    public TrajectoryPlayer(Trajectory trajectory, int ticksPerSecond, double targetFrequency, List<String> spheres) {
        this(trajectory, ticksPerSecond, targetFrequency, spheres, true);
    }

    /**
     * @param targetFrequency of every agent, where the file has no frequencies; finite
     * @param spheres labels for a file that has none, at least one: the agents get them one after the other, by id
     * @param loop false: it is played once, and its last state stays
     */
    public TrajectoryPlayer(
            Trajectory trajectory, int ticksPerSecond, double targetFrequency, List<String> spheres, boolean loop) {
        this.trajectory = trajectory;
        this.ticksPerSecond = Ticks.checkRate(ticksPerSecond);
        this.targetFrequency = targetFrequency;
        this.loop = loop;
        tracks = trajectory.tracks().toArray(new Track[0]);
        lastSamples = new int[tracks.length];
        boolean labelled = !trajectory.labels().isEmpty();
        this.spheres = labelled ? trajectory.labels() : List.copyOf(spheres);
        sphereOf = labelled
                ? Arrays.stream(tracks).mapToInt(Track::label).toArray()
                : Spheres.roundRobin(tracks.length, this.spheres);
        for (int component = 0; component < ranges.length; component++) {
            ranges[component] = component == SwarmFrame.FREQUENCY && !trajectory.hasFrequency()
                    ? new ValueRange(targetFrequency, targetFrequency)
                    : trajectory.range(component);
        }
        timetable = new Timetable(trajectory, ticksPerSecond, loop);
        presence = timetable.presence();
    }

    @Override
    public String description() {
        int agents = tracks.length;
        double seconds = (double) lengthTicks() / ticksPerSecond;
        return String.format(
                Locale.ROOT,
                "%s, %d %s %s %.1f s",
                trajectory.name(),
                agents,
                agents == 1 ? "agent" : "agents",
                loop ? "in a loop of" : "once for",
                seconds);
    }

    @Override
    public int agentCount() {
        return presence.countAt(0);
    }

    @Override
    public ValueRange range(int component) {
        return ranges[component];
    }

    /** Ticks after which everything comes again; played once, those after which nothing moves. */
    public long lengthTicks() {
        return timetable.length();
    }

    @Override
    public void step(long tick, SwarmState state) {
        nextTick = Ticks.checkNext(tick, nextTick);
        if (!loop && tick >= timetable.length()) {
            if (tick == timetable.length()) {
                state.beginAnew(ENDED);
            }
            return;
        }
        long loopTick = tick % timetable.length();
        if (loopTick == 0) {
            Arrays.fill(lastSamples, 0);
            state.jump();
        }
        if (presence.moveTo(loopTick)) {
            state.roster(nextRoster());
        }
        fill(loopTick, state);
    }

    private void fill(long loopTick, SwarmState state) {
        double[] x = state.values(SwarmFrame.X);
        double[] y = state.values(SwarmFrame.Y);
        double[] z = state.values(SwarmFrame.Z);
        double[] frequency = state.values(SwarmFrame.FREQUENCY);
        int[] agents = presence.agents();
        for (int slot = 0; slot < agents.length; slot++) {
            Track track = tracks[agents[slot]];
            int sample = lastSample(agents[slot], loopTick);
            double weight = weightOfNext(track, sample, loopTick);
            x[slot] = track.value(SwarmFrame.X, sample, weight);
            y[slot] = track.value(SwarmFrame.Y, sample, weight);
            z[slot] = track.value(SwarmFrame.Z, sample, weight);
            frequency[slot] =
                    trajectory.hasFrequency() ? track.value(SwarmFrame.FREQUENCY, sample, weight) : targetFrequency;
        }
    }

    /** The last sample that is not after the tick, found from that of the tick before. */
    private int lastSample(int agent, long loopTick) {
        Track track = tracks[agent];
        int sample = lastSamples[agent];
        while (sample + 1 < track.sampleCount()
                && timetable.ticks(track.time(sample + 1)) <= loopTick + Timetable.COINCIDENCE) {
            sample++;
        }
        lastSamples[agent] = sample;
        return sample;
    }

    private double weightOfNext(Track track, int sample, long loopTick) {
        double sampled = timetable.ticks(track.time(sample));
        if (sample + 1 == track.sampleCount() || loopTick - sampled <= Timetable.COINCIDENCE) {
            return 0;
        }
        return (loopTick - sampled) / (timetable.ticks(track.time(sample + 1)) - sampled);
    }

    private Roster nextRoster() {
        rosterVersion = (rosterVersion + 1) % ROSTER_VERSIONS;
        int[] agents = presence.agents();
        int[] ids = new int[agents.length];
        int[] spheresThere = new int[agents.length];
        for (int slot = 0; slot < agents.length; slot++) {
            ids[slot] = tracks[agents[slot]].id();
            spheresThere[slot] = sphereOf[agents[slot]];
        }
        return new Roster(rosterVersion, spheres, ids, spheresThere);
    }
}
