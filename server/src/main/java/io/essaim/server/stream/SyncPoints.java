package io.essaim.server.stream;

import java.util.Arrays;

/**
 * When a feed of differences makes it possible to join anew: after a time, or as soon as what a joiner would get since the
 * last sync point is twice what it gets before that. Swarm clock only.
 */
final class SyncPoints {
    /** How many frames a keyframe holds the history of. */
    private static final int FRAMES = 64;

    private final int intervalTicks;
    private final int[] lengths = new int[FRAMES];
    private int frames;
    private long lengthSum;
    private long begunSequence;
    private long replayBytes;

    /** @param intervalTicks the sync points of all feeds fall on ticks whose sequence it divides, or soon after */
    SyncPoints(int intervalTicks) {
        this.intervalTicks = intervalTicks;
    }

    /** Begins anew: no frame is known. */
    void reset() {
        frames = 0;
        lengthSum = 0;
        Arrays.fill(lengths, 0);
    }

    /** There is one before the frame of this tick. */
    void begun(long sequence) {
        begunSequence = sequence;
        replayBytes = 0;
    }

    /** A frame of so many bytes was added. */
    void added(int length) {
        int oldest = frames++ % FRAMES;
        lengthSum += length - lengths[oldest];
        lengths[oldest] = length;
        replayBytes += length;
    }

    /** The largest frame of late; 0 when none is known. */
    int largestOfLate() {
        int largest = 0;
        for (int length : lengths) {
            largest = Math.max(largest, length);
        }
        return largest;
    }

    /** What may be replayed at most. */
    long replayBytesMax(int agents, int keyframeBytesPerAgent) {
        long unknown = (long) Math.max(0, FRAMES - frames) * agents * keyframeBytesPerAgent / 4;
        return 2 * ((long) agents * keyframeBytesPerAgent + lengthSum + unknown);
    }

    /** Whether the next is due before the frame of this tick. */
    boolean isDue(long sequence, int agents, int keyframeBytesPerAgent) {
        return sequence / intervalTicks != begunSequence / intervalTicks
                || replayBytes >= replayBytesMax(agents, keyframeBytesPerAgent);
    }
}
