package io.essaim.server.stream;

import io.essaim.server.observe.Counter;
import io.essaim.server.observe.Counters;

/**
 * Where a subscriber stands with its feed, and hence what it gets of a tick.
 *
 * <pre>
 *            writable at a tick of a sync point it has not joined at: JOIN
 *   JOINING ────────────────────────────────► (its tail) ─ drained ──► LIVE ◄──┐
 *      ▲                                          │                     │      │
 *      │ the same                                 │ tail too long       │      │ writable
 *      └───────────── LAGGING ◄───────────────────┴──── not writable ───┘      │ SEND, if
 *                        └─────────────────────────────────────────────────────┘ it has no tail
 * </pre>
 *
 * <p>Every frame of a self-contained form (JSON, plain) is a sync point of its own and a join is that frame, so such a
 * subscriber has no tail: it is LIVE again with the next frame that it can take. One of a feed of differences gets a replay
 * when it joins, which may take its socket a while: until that has drained, frames append to a bounded tail instead of being
 * skipped, since each needs the one before. A replay is never begun twice at the same sync point, so a client on a link that
 * is too thin costs at most one replay each.
 *
 * <p>Its event loop only.
 */
final class DeliveryState {
    enum State {
        /** Has no frame yet, or is still busy with its replay. */
        JOINING,
        /** Gets every frame that is due. */
        LIVE,
        /** Could not take a frame that was due. */
        LAGGING
    }

    enum Action {
        /** It gets nothing of this tick. */
        SKIP,
        /** It gets the tick's frame. */
        SEND,
        /** It gets the preamble and all since the sync point. */
        JOIN
    }

    private static final long NONE = -1;

    private final Counters counters;
    private final int tailMax;

    private State state = State.JOINING;
    private long joinedAt = NONE;
    private int tail;

    /** @param tailMax frames that may follow a replay before that has drained; 0 for a self-contained form */
    DeliveryState(Counters counters, int tailMax) {
        this.counters = counters;
        this.tailMax = tailMax;
    }

    State state() {
        return state;
    }

    /**
     * Decides over one frame that is due.
     *
     * @param syncPoint the sequence of the sync point that the frame builds on: its own in a self-contained form
     */
    Action onFrame(boolean writable, long syncPoint) {
        return switch (state) {
            case LIVE -> writable ? Action.SEND : lag(Counter.SUBSCRIBERS_LAGGED);
            case LAGGING -> writable && syncPoint != joinedAt ? join(syncPoint) : Action.SKIP;
            case JOINING -> joinedAt == NONE ? firstJoin(writable, syncPoint) : onTail(writable);
        };
    }

    private Action firstJoin(boolean writable, long syncPoint) {
        return writable ? join(syncPoint) : Action.SKIP;
    }

    private Action join(long syncPoint) {
        boolean first = joinedAt == NONE;
        joinedAt = syncPoint;
        tail = 0;
        if (tailMax > 0) {
            if (!first) {
                counters.increment(Counter.SUBSCRIBERS_REJOINING);
            }
            state = State.JOINING;
        } else {
            counters.increment(first ? Counter.SUBSCRIBERS_JOINED : Counter.SUBSCRIBERS_RECOVERED);
            state = State.LIVE;
        }
        return Action.JOIN;
    }

    private Action onTail(boolean writable) {
        if (writable) {
            counters.increment(Counter.SUBSCRIBERS_JOINED);
            state = State.LIVE;
            return Action.SEND;
        }
        return ++tail <= tailMax ? Action.SEND : lag(Counter.SUBSCRIBERS_JOIN_FAILED);
    }

    private Action lag(Counter transition) {
        counters.increment(transition);
        state = State.LAGGING;
        return Action.SKIP;
    }
}
