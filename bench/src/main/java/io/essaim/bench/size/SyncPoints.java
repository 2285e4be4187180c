package io.essaim.bench.size;

/**
 * Where the server lets newcomers into a stream of deltas: every five seconds, or as soon as the messages since the last sync
 * point are twice what a newcomer gets before them, by estimate.
 */
final class SyncPoints {
    private static final int SECONDS = 5;
    private static final int BYTES_PER_AGENT = 8;

    /** As many frames as a keyframe tells. */
    private static final int HISTORY = 64;

    private final int framesMax;
    private final int[] lengths = new int[HISTORY];
    private long historyBytes;
    private long count;
    private int framesSince;
    private long bytesSince;

    SyncPoints(int ticksPerSecond) {
        framesMax = SECONDS * ticksPerSecond;
    }

    /** There is one before the next frame. */
    void begin() {
        framesSince = 0;
        bytesSince = 0;
    }

    /** Whether there has to be one before the next frame. */
    boolean isDue(int agents) {
        return framesSince >= framesMax || bytesSince >= 2 * ((long) BYTES_PER_AGENT * agents + historyBytes);
    }

    /** A frame was sent. */
    void add(int length) {
        int oldest = (int) (count++ % HISTORY);
        historyBytes += length - lengths[oldest];
        lengths[oldest] = length;
        framesSince++;
        bytesSince += length;
    }
}
