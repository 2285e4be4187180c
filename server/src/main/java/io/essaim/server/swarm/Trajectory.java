package io.essaim.server.swarm;

import java.util.List;

/**
 * What a trajectory file says: for each agent where it was at which times. Immutable, in memory as a whole; made by
 * {@link TrajectoryReader}.
 */
public final class Trajectory {
    private final String name;
    private final boolean hasFrequency;
    private final List<String> labels;
    private final List<Track> tracks;
    private final double firstTime;
    private final double lastTime;

    /**
     * @param name for a person
     * @param labels none where the file has none
     * @param tracks at least one, by ascending id
     */
    Trajectory(String name, boolean hasFrequency, List<String> labels, List<Track> tracks) {
        this.name = name;
        this.hasFrequency = hasFrequency;
        this.labels = List.copyOf(labels);
        this.tracks = List.copyOf(tracks);
        firstTime = tracks.stream().mapToDouble(Track::firstTime).min().orElseThrow();
        lastTime = tracks.stream().mapToDouble(Track::lastTime).max().orElseThrow();
    }

    /** The file's. */
    public String name() {
        return name;
    }

    /** Whether the agents have frequencies of their own. */
    public boolean hasFrequency() {
        return hasFrequency;
    }

    /** The agents' labels in order of appearance; none where the file has none. */
    public List<String> labels() {
        return labels;
    }

    /** All agents that are there at some time. */
    public int agentCount() {
        return tracks.size();
    }

    public long sampleCount() {
        return tracks.stream().mapToLong(Track::sampleCount).sum();
    }

    /** The earliest time of any agent, in seconds. */
    public double firstTime() {
        return firstTime;
    }

    /** The latest time of any agent, in seconds. */
    public double lastTime() {
        return lastTime;
    }

    /** Seconds between an agent's samples: the median over the agents of each one's median; 0 if none has two. */
    public double sampleInterval() {
        double[] medians = tracks.stream()
                .filter(track -> track.sampleCount() > 1)
                .mapToDouble(Track::medianInterval)
                .sorted()
                .toArray();
        return medians.length == 0 ? 0 : medians[medians.length / 2];
    }

    /** By ascending id. */
    List<Track> tracks() {
        return tracks;
    }

    /** @param component {@link io.essaim.protocol.swarm.SwarmFrame#X} and so on, which the file must have */
    SwarmSource.ValueRange range(int component) {
        double min = Double.POSITIVE_INFINITY;
        double max = Double.NEGATIVE_INFINITY;
        for (Track track : tracks) {
            for (int sample = 0; sample < track.sampleCount(); sample++) {
                double value = track.value(component, sample);
                min = Math.min(min, value);
                max = Math.max(max, value);
            }
        }
        return new SwarmSource.ValueRange(min, max);
    }
}
