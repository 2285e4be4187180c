package io.essaim.server.swarm;

import java.util.List;

/**
 * A trajectory's times as ticks of a stream that plays it in a loop: tick 0 is the first time of all. Ticks are fractions
 * until they are asked for as whole ones.
 */
final class Timetable {
    /**
     * In ticks: so near, a tick and a sample are at the same time. Files print times with 6 decimals, which is wrong by up
     * to 0.0001 ticks at 240 a second.
     */
    static final double COINCIDENCE = 1e-3;

    private final List<Track> tracks;
    private final double firstTime;
    private final int ticksPerSecond;
    private final double end;
    private final long length;

    /** @param loop whether it is played over and over, or once */
    Timetable(Trajectory trajectory, int ticksPerSecond, boolean loop) {
        this.ticksPerSecond = ticksPerSecond;
        tracks = trajectory.tracks();
        firstTime = trajectory.firstTime();
        end = ticks(trajectory.lastTime());
        double closed = end + trajectory.sampleInterval() * ticksPerSecond;
        length = loop ? Math.max(firstFrom(closed), lastUpTo(end) + 1) : firstFrom(end) + 1;
    }

    /**
     * Ticks that it takes. In a loop those after which everything comes again: the trajectory's time and one sample interval
     * more, rounded up, so that every loop is alike. Once: up to the first tick that has the trajectory's end.
     */
    long length() {
        return length;
    }

    /** A time of the trajectory, in ticks. */
    double ticks(double time) {
        return (time - firstTime) * ticksPerSecond;
    }

    /**
     * Who is there when: an agent from its first sample to its last. Whose track reaches the trajectory's end is there to
     * the last tick, or all would vanish for the length of an interval.
     */
    Presence presence() {
        long[] firstTicks = new long[tracks.size()];
        long[] lastTicks = new long[tracks.size()];
        for (int agent = 0; agent < firstTicks.length; agent++) {
            Track track = tracks.get(agent);
            double last = ticks(track.lastTime());
            firstTicks[agent] = firstFrom(ticks(track.firstTime()));
            lastTicks[agent] = last >= end - COINCIDENCE ? length - 1 : lastUpTo(last);
        }
        return new Presence(firstTicks, lastTicks);
    }

    private static long firstFrom(double ticks) {
        return (long) Math.ceil(ticks - COINCIDENCE);
    }

    private static long lastUpTo(double ticks) {
        return (long) Math.floor(ticks + COINCIDENCE);
    }
}
