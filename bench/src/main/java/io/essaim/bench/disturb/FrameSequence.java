package io.essaim.bench.disturb;

import io.essaim.bench.load.ArrivalLog;
import io.essaim.bench.load.Viewer;
import java.util.List;

/**
 * What no load excuses.
 *
 * @param repeated frames that came twice in a row
 * @param reordered frames older than the one before
 * @param unknownRosters frames whose names had not been sent
 * @param unsynchronised frames of the form delta without the keyframe that they build on
 */
record FrameSequence(long repeated, long reordered, long unknownRosters, long unsynchronised) {
    static FrameSequence of(List<Viewer> viewers) {
        long repeated = 0;
        long reordered = 0;
        long unknown = 0;
        long unsynchronised = 0;
        for (Viewer viewer : viewers) {
            ArrivalLog log = viewer.frames();
            for (int i = 1; i < log.size(); i++) {
                repeated += log.step(i) == 0 ? 1 : 0;
                reordered += log.step(i) < 0 ? 1 : 0;
            }
            unknown += viewer.unknownRosters();
            unsynchronised += viewer.unsynchronised();
        }
        return new FrameSequence(repeated, reordered, unknown, unsynchronised);
    }

    long wrong() {
        return repeated + reordered + unknownRosters + unsynchronised;
    }
}
