package io.essaim.bench.load;

/** How far one connection is with its frames of the form delta. Its thread only. */
final class DeltaChain {
    private static final long NONE = -1;

    private boolean begun;
    private boolean joining;
    private boolean anew;
    private long newest;
    private long shownFrom = NONE;

    /** Another connection: a keyframe has to come. */
    void restart() {
        begun = false;
        joining = false;
        anew = false;
        shownFrom = NONE;
    }

    /** A keyframe: what follows builds on nothing before it. */
    void begin(long sequence) {
        begun = true;
        joining = true;
        anew = true;
        newest = sequence;
        shownFrom = NONE;
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

    /**
     * A frame came, shown or not. Returns by how many ticks it is ahead of the one that it builds on: 0 for one that came
     * before, less for one that is older.
     */
    int advance(long sequence) {
        int ahead = (int) (sequence - newest);
        boolean first = anew;
        anew = false;
        if (ahead > 0) {
            newest = sequence;
        }
        // A keyframe without a frame in it has the sequence of the first one.
        return first && ahead == 0 ? 1 : ahead;
    }

    /** A frame is shown; returns whether it is the first since a keyframe. */
    boolean shown() {
        boolean first = joining;
        joining = false;
        shownFrom = NONE;
        return first;
    }
}
