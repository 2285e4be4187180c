package io.essaim.client;

/**
 * Counts the frames that a client should have had and did not: the sequence's step over its stride, less one, modulo 2^32.
 * Not thread-safe.
 */
final class SequenceGaps {
    private static final long MASK = 0xFFFF_FFFFL;
    private static final long NONE = -1;

    private int stride = 1;
    private long last = NONE;

    /** Begins anew: the gap to the next frame is not counted, since nobody knows which ticks would have been in it. */
    void restart(int stride) {
        this.stride = stride;
        last = NONE;
    }

    /** Takes the next frame's sequence; returns how many frames were skipped before it. */
    long onFrame(long sequence) {
        long skipped = last == NONE ? 0 : Math.max(0, ((sequence - last) & MASK) / stride - 1);
        last = sequence;
        return skipped;
    }
}
