package io.essaim.bench.load;

/**
 * The order of one client's frames: sequences must rise by the client's stride, modulo 2^32. Its load thread only.
 */
final class FrameOrder {
    /** What a frame is, next to the one before. */
    enum Step {
        FIRST,
        NEXT,
        /** Frames between the two did not come. */
        GAP,
        REPEATED,
        /** Older than one that came before. */
        REORDERED,
        /** Not on the client's stride. */
        OFF_STRIDE
    }

    private int stride;
    private long last = -1;
    private int missing;

    FrameOrder(int stride) {
        this.stride = stride;
    }

    int stride() {
        return stride;
    }

    /** From the next frame on. */
    void stride(int stride) {
        this.stride = stride;
    }

    /** Begins anew: whatever comes next is the first. */
    void restart() {
        last = -1;
    }

    /** The sequence that is expected next. There must have been one. */
    long next() {
        return (last + stride) & 0xffff_ffffL;
    }

    /** How many ticks a sequence lies ahead of the last; 0 when there is none. Changes nothing. */
    int ahead(long sequence) {
        return last < 0 ? 0 : (int) (sequence - last);
    }

    /** @param sequence 0 to 2^32 - 1 */
    Step step(long sequence) {
        missing = 0;
        if (last < 0) {
            last = sequence;
            return Step.FIRST;
        }
        int ahead = (int) (sequence - last);
        if (ahead == 0) {
            return Step.REPEATED;
        }
        if (ahead < 0) {
            return Step.REORDERED;
        }
        last = sequence;
        if (ahead == stride) {
            return Step.NEXT;
        }
        if (ahead % stride != 0) {
            return Step.OFF_STRIDE;
        }
        missing = ahead / stride - 1;
        return Step.GAP;
    }

    /** Frames between the last two, after {@link Step#GAP}. */
    int missing() {
        return missing;
    }
}
