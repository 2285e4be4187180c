package io.essaim.server.swarm;

import io.essaim.protocol.Limits;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Gathers the samples of all agents, in any order, and refuses what is too much or contradicts itself. */
final class TrajectoryBuilder {
    /** Five doubles, and what growing arrays hold in reserve. */
    static final long BYTES_PER_SAMPLE = 64;

    /** Room for the first samples, the objects around them, the entry of the map. */
    static final long BYTES_PER_AGENT = 1024;

    private static final int NO_LABEL = 0;

    private final String name;
    private final boolean hasFrequency;
    private final int stride;
    private final long memoryBytesMax;
    private final Map<Integer, TrackBuilder> tracks = new HashMap<>();
    private final Map<String, Integer> labelIndex = new HashMap<>();
    private final List<String> labels = new ArrayList<>();
    private int samples;
    private long memoryBytes;

    TrajectoryBuilder(String name, boolean hasFrequency, long memoryBytesMax) {
        this.name = name;
        this.hasFrequency = hasFrequency;
        this.memoryBytesMax = memoryBytesMax;
        stride = hasFrequency ? Track.NUMBERS_WITH_FREQUENCY : Track.NUMBERS_WITHOUT_FREQUENCY;
    }

    /**
     * @param id read as unsigned
     * @param label null where the file has none
     * @param sample time and values as {@link Track} has them; copied
     */
    void add(int id, @Nullable String label, double[] sample) throws TrajectoryException {
        if (samples == TrajectoryReader.SAMPLES_MAX) {
            throw new TrajectoryException(
                    "is one more than " + TrajectoryReader.SAMPLES_MAX + " samples, the most of a file; cut it");
        }
        int labelled = label == null ? NO_LABEL : indexOf(label);
        TrackBuilder track = tracks.get(id);
        if (track == null) {
            track = begin(id, labelled);
            memoryBytes += BYTES_PER_AGENT;
        }
        memoryBytes += BYTES_PER_SAMPLE;
        if (memoryBytes > memoryBytesMax) {
            throw new TrajectoryException("sample " + (samples + 1) + ", of " + tracks.size()
                    + " agents so far, takes more memory than the " + memoryBytesMax
                    + " bytes allowed; raise trajectory-memory (and Java's -Xmx where it is more), or cut the file");
        }
        if (track.label() != labelled) {
            throw new TrajectoryException("agent " + Integer.toUnsignedString(id) + " is "
                    + TrajectoryCells.quoted(labels.get(labelled)) + " here and "
                    + TrajectoryCells.quoted(labels.get(track.label())) + " before; an agent keeps its label");
        }
        track.add(sample);
        samples++;
    }

    /** To be called once. */
    Trajectory build() throws TrajectoryException {
        if (tracks.isEmpty()) {
            throw new TrajectoryException("has a header and no rows; add one for each agent and time");
        }
        List<TrackBuilder> byId = new ArrayList<>(tracks.values());
        byId.sort((one, other) -> Integer.compareUnsigned(one.id(), other.id()));
        List<Track> built = new ArrayList<>(byId.size());
        for (TrackBuilder track : byId) {
            built.add(track.build());
        }
        Trajectory trajectory = new Trajectory(name, hasFrequency, labels, built);
        double seconds = trajectory.lastTime() - trajectory.firstTime();
        if (seconds > TrajectoryReader.SECONDS_MAX) {
            throw new TrajectoryException("goes on for " + seconds + " seconds, at most " + TrajectoryReader.SECONDS_MAX
                    + "; t is in seconds");
        }
        return trajectory;
    }

    private TrackBuilder begin(int id, int label) throws TrajectoryException {
        if (tracks.size() == Limits.AGENTS_MAX) {
            throw new TrajectoryException("agent " + Integer.toUnsignedString(id) + " is one more than "
                    + Limits.AGENTS_MAX + ", the most that a stream carries; split the file");
        }
        TrackBuilder track = new TrackBuilder(id, label, stride);
        tracks.put(id, track);
        return track;
    }

    private int indexOf(String label) throws TrajectoryException {
        Integer index = labelIndex.get(label);
        if (index == null) {
            if (labels.size() == Limits.SPHERES_MAX) {
                throw new TrajectoryException("label " + TrajectoryCells.quoted(label) + " is one more than "
                        + Limits.SPHERES_MAX + ", the most that a stream carries; use fewer");
            }
            index = labels.size();
            labelIndex.put(label, index);
            labels.add(label);
        }
        return index;
    }
}
