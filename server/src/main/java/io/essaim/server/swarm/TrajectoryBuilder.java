package io.essaim.server.swarm;

import io.essaim.protocol.Limits;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Gathers the samples of all agents, in any order, and refuses what is too much or contradicts itself. */
final class TrajectoryBuilder {
    private static final int NO_LABEL = 0;

    private final String name;
    private final boolean hasFrequency;
    private final int stride;
    private final int samplesMax;
    private final Map<Integer, TrackBuilder> tracks = new HashMap<>();
    private final Map<String, Integer> labelIndex = new HashMap<>();
    private final List<String> labels = new ArrayList<>();
    private int samples;

    TrajectoryBuilder(String name, boolean hasFrequency, int samplesMax) {
        this.name = name;
        this.hasFrequency = hasFrequency;
        this.samplesMax = samplesMax;
        stride = hasFrequency ? Track.NUMBERS_WITH_FREQUENCY : Track.NUMBERS_WITHOUT_FREQUENCY;
    }

    /**
     * @param id read as unsigned
     * @param label null where the file has none
     * @param sample time and values as {@link Track} has them; copied
     */
    void add(int id, @Nullable String label, double[] sample) throws TrajectoryException {
        if (samples == samplesMax) {
            throw new TrajectoryException("is one more than " + samplesMax
                    + " samples, which is what fits; cut the file, or start Java with a larger -Xmx");
        }
        int labelled = label == null ? NO_LABEL : indexOf(label);
        TrackBuilder track = tracks.get(id);
        if (track == null) {
            track = begin(id, labelled);
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
            throw new TrajectoryException("has a header and no rows");
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
