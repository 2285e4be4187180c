package io.essaim.server.stream;

import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.delta.Keyframe;
import org.jspecify.annotations.Nullable;

/**
 * A group of pictures: the frames of a feed of differences from one sync point to the next, ready to be sent, one after the
 * other in one memory. Who joins gets the preamble, which brings it to the sync point, and all that was added since.
 */
final class FrameGroup {
    private final SharedFrame segment;
    private final Epoch epoch;
    private final int run;
    private final long syncPoint;
    private final boolean isBeginning;
    private final Roster roster;
    private final Keyframe keyframe;
    private final long keyframeSequence;
    private final long keyframeMicros;

    // any thread
    private volatile boolean wanted;
    private volatile @Nullable SharedFrame preamble;
    private volatile boolean preambleFailed;

    /**
     * @param segment the memory, which its feed holds until the next sync point
     * @param run counts how often the feed began anew: frames of one run build on each other, across groups
     * @param syncPoint counts the feed's sync points
     * @param isBeginning whether it is the first of its run, so that its keyframe holds no frame
     * @param roster who has which place at the sync point
     * @param keyframe what a decoder has to know there
     * @param keyframeSequence of the newest frame in the keyframe; of the first to come when there is none
     */
    FrameGroup(
            SharedFrame segment,
            Epoch epoch,
            int run,
            long syncPoint,
            boolean isBeginning,
            Roster roster,
            Keyframe keyframe,
            long keyframeSequence,
            long keyframeMicros) {
        this.segment = segment;
        this.epoch = epoch;
        this.run = run;
        this.syncPoint = syncPoint;
        this.isBeginning = isBeginning;
        this.roster = roster;
        this.keyframe = keyframe;
        this.keyframeSequence = keyframeSequence;
        this.keyframeMicros = keyframeMicros;
    }

    SharedFrame segment() {
        return segment;
    }

    Epoch epoch() {
        return epoch;
    }

    int run() {
        return run;
    }

    long syncPoint() {
        return syncPoint;
    }

    boolean isBeginning() {
        return isBeginning;
    }

    Roster roster() {
        return roster;
    }

    Keyframe keyframe() {
        return keyframe;
    }

    long keyframeSequence() {
        return keyframeSequence;
    }

    long keyframeMicros() {
        return keyframeMicros;
    }

    /** Somebody would join here if there were a preamble. Any thread. */
    void want() {
        if (!wanted) {
            wanted = true;
        }
    }

    boolean isWanted() {
        return wanted;
    }

    /** What comes before the first frame, for who joins; null while it is not made. Valid while the segment is held. */
    @Nullable
    SharedFrame preamble() {
        return preamble;
    }

    /** Hands over the preamble, with a reference to it. */
    void preamble(SharedFrame made) {
        preamble = made;
    }

    /** There will be no preamble. */
    void preambleFailed() {
        preambleFailed = true;
    }

    boolean hasPreambleFailed() {
        return preambleFailed;
    }

    /** Ends that reference, once nobody but the pool holds the segment, so that nobody joins here any more. */
    void close() {
        SharedFrame made = preamble;
        if (made != null) {
            preamble = null;
            made.release();
        }
    }
}
