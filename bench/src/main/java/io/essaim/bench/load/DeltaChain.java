package io.essaim.bench.load;

/** How far one connection is with its frames of the form delta. Its thread only. */
final class DeltaChain {
    private static final long NONE = -1;

    private boolean begun;
    private boolean anew;
    private long shownFrom = NONE;
    private long replayed = NONE;

    /** Another connection: a keyframe has to come. */
    void restart() {
        begun = false;
        anew = false;
        shownFrom = NONE;
        replayed = NONE;
    }

    /** A keyframe: what follows builds on nothing before it. */
    void begin() {
        begun = true;
        anew = true;
        shownFrom = NONE;
        replayed = NONE;
    }

    /** Whether a keyframe has come. */
    boolean hasBegun() {
        return begun;
    }

    /** Frames before that one are not to be shown. */
    void replay(long sequence) {
        shownFrom = sequence;
    }

    /** Whether a frame only brings a decoder up to date. */
    boolean isReplayed(long sequence) {
        return shownFrom != NONE && (int) (sequence - shownFrom) < 0;
    }

    /** A frame brings a decoder up to date; returns whether it comes after the one before. */
    boolean replayed(long sequence) {
        boolean rises = replayed == NONE || (int) (sequence - replayed) > 0;
        replayed = sequence;
        return rises;
    }

    /** A frame is shown; returns whether it is the first since a keyframe. */
    boolean shown() {
        boolean first = anew;
        anew = false;
        shownFrom = NONE;
        return first;
    }
}
