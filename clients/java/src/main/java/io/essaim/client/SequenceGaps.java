package io.essaim.client;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Counts the frames that a client should have had and did not, modulo 2^32. A change of stride either names the tick from
 * which it holds, and each side of it is counted by its own stride; or nobody says, and the largest stride that may have
 * held counts for the gap that the change falls into. Not thread-safe.
 */
final class SequenceGaps {
    /** Changes that can be told apart between two frames; more are treated as if nobody said from when they hold. */
    static final int CHANGES_MAX = 8;

    private static final long NONE = -1;

    /** Changes whose tick no frame has reached yet, in order. */
    private final Deque<Change> changes = new ArrayDeque<>(CHANGES_MAX);

    private long last = NONE;
    private int stride = 1;
    /** The largest stride that may have held since the last frame. */
    private int widest = 1;

    private record Change(long from, int stride) {}

    /** Begins anew: the gap to the next frame is not counted, since its sequence does not compare with those before. */
    void restart(int stride) {
        this.stride = stride;
        widest = stride;
        last = NONE;
        changes.clear();
    }

    /** Another stride, from some tick after the last frame. */
    void stride(int stride) {
        for (Change change : changes) {
            widest = Math.max(widest, change.stride());
        }
        widest = Math.max(widest, stride);
        this.stride = stride;
        changes.clear();
    }

    /** Another stride, from the tick {@code from} on. */
    void strideFrom(long from, int stride) {
        if (changes.size() < CHANGES_MAX) {
            changes.add(new Change(from, stride));
        } else {
            stride(stride);
        }
    }

    /** Takes the next frame's sequence; returns how many frames were skipped before it. */
    long onFrame(long sequence) {
        long due = 0;
        // In ticks after the last frame; 0 while the stride is the last frame's.
        int begun = 0;
        for (Change change = changes.peek();
                change != null && ticks(change.from(), sequence) >= 0;
                change = changes.peek()) {
            int begins = Math.max(1, ticks(last, change.from()));
            due += (begun == 0 ? begins - 1 : begins - begun) / widest;
            begun = begins;
            stride = change.stride();
            widest = stride;
            changes.remove();
        }
        int gap = ticks(last, sequence);
        due += begun == 0 ? gap / widest : Math.floorDiv(gap - begun, widest) + 1;
        boolean counts = last != NONE && gap > 0;
        last = sequence;
        widest = stride;
        return counts ? Math.max(0, due - 1) : 0;
    }

    /** From one sequence to another; negative when the other is before it. */
    private static int ticks(long from, long to) {
        return (int) (to - from);
    }
}
