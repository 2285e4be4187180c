package io.essaim.server.stream;

import io.essaim.server.observe.Counter;
import io.essaim.server.observe.Counters;

/**
 * Where a subscriber stands with its feed, and hence what it gets of a tick.
 *
 * <p>A frame of a self-contained form (JSON, plain) needs none before it:
 *
 * <pre>
 *   JOINING ── writable ──► LIVE ── not writable: the frame is skipped ──► LAGGING ── writable ──► LIVE
 * </pre>
 *
 * <p>A frame of a feed of differences needs all before it since a sync point, so none is skipped by itself:
 *
 * <pre>
 *   JOINING ── writable: JOIN ─────────────────────────► its tail ── drained ──► LIVE
 *   LAGGING ── writable, at another sync point: JOIN ──► its tail
 *
 *   its tail, LIVE ── too much waits ─────────────────────────► LAGGING
 *   its tail, LIVE ── a frame was lost on the way to its loop ──► JOINING
 * </pre>
 *
 * <p>What a socket cannot take at once waits behind what it was given before, as a tail with a bound: a long one after a
 * replay, which may take it a while, a short one when it is LIVE, since that is cheaper than another replay. Who was LAGGING
 * gets no second replay of the same sync point, so a client on a link that is too thin costs at most one each.
 *
 * <p>Its event loop only.
 */
final class DeliveryState {
    /** How much may wait for one who is LIVE. */
    static final int LIVE_MILLIS = 250;

    static final int LIVE_BYTES = 64 << 10;

    /** And behind a replay. */
    static final int JOINING_MILLIS = 2_000;

    static final int JOINING_BYTES = 256 << 10;

    enum State {
        /** Has no frame yet, or is still busy with its replay. */
        JOINING,
        /** Gets every frame that is due. */
        LIVE,
        /** Could not take a frame that was due. */
        LAGGING
    }

    enum Action {
        /** It gets nothing of this tick, since its socket is behind. */
        SKIP,
        /** It gets the tick's frame. */
        SEND,
        /** It may get the preamble and all since the sync point: then {@link #joined}. */
        JOIN
    }

    private static final long NONE = -1;

    private final Counters counters;

    private State state = State.JOINING;

    /** Whether it has got, or has waiting, all since its sync point. */
    private boolean isComplete;

    private boolean hasJoined;
    private long joinedAt = NONE;
    private int tail;
    private int tailBytes;

    DeliveryState(Counters counters) {
        this.counters = counters;
    }

    State state() {
        return state;
    }

    /** Whether a frame that follows on the newest one it got is of use to it. */
    boolean isComplete() {
        return isComplete;
    }

    /** Decides over one frame of a self-contained form that is due: whether it is sent. */
    boolean onFrame(boolean writable) {
        if (state == State.LIVE) {
            return writable || lag(Counter.SUBSCRIBERS_LAGGED);
        }
        if (writable) {
            counters.increment(state == State.JOINING ? Counter.SUBSCRIBERS_JOINED : Counter.SUBSCRIBERS_RECOVERED);
            state = State.LIVE;
        }
        return writable;
    }

    /**
     * Decides over one frame of differences.
     *
     * @param syncPoint the one that the frame builds on
     * @param bytes of the frame
     * @param liveFrames how many may wait for one who is LIVE
     * @param joiningFrames and behind a replay
     */
    Action onDifference(boolean writable, long syncPoint, int bytes, int liveFrames, int joiningFrames) {
        if (isComplete) {
            return onTail(writable, bytes, liveFrames, joiningFrames);
        }
        if (!writable) {
            return Action.SKIP;
        }
        return syncPoint == joinedAt ? Action.SKIP : Action.JOIN;
    }

    private Action onTail(boolean writable, int bytes, int liveFrames, int joiningFrames) {
        if (writable) {
            if (state == State.JOINING) {
                counters.increment(Counter.SUBSCRIBERS_JOINED);
                state = State.LIVE;
            }
            tail = 0;
            tailBytes = 0;
            return Action.SEND;
        }
        tail++;
        tailBytes += bytes;
        boolean joining = state == State.JOINING;
        // Two frames may wait, however large they are.
        int bytesMax = Math.max(joining ? JOINING_BYTES : LIVE_BYTES, 2 * bytes);
        if (tail <= (joining ? joiningFrames : liveFrames) && tailBytes <= bytesMax) {
            return Action.SEND;
        }
        lag(joining ? Counter.SUBSCRIBERS_JOIN_FAILED : Counter.SUBSCRIBERS_LAGGED);
        return Action.SKIP;
    }

    /** It got the preamble and all since the sync point. */
    void joined(long syncPoint) {
        if (hasJoined) {
            counters.increment(Counter.SUBSCRIBERS_REJOINING);
        }
        state = State.JOINING;
        isComplete = true;
        hasJoined = true;
        joinedAt = syncPoint;
        tail = 0;
        tailBytes = 0;
    }

    /** What follows does not build on what it has, which is not its fault: it joins wherever it can, at once. */
    void anew() {
        state = State.JOINING;
        isComplete = false;
        joinedAt = NONE;
    }

    /** Returns that nothing is sent. */
    private boolean lag(Counter transition) {
        counters.increment(transition);
        state = State.LAGGING;
        isComplete = false;
        return false;
    }
}
