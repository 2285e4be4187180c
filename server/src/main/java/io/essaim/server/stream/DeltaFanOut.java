package io.essaim.server.stream;

import io.essaim.server.observe.Counter;
import io.essaim.server.observe.Counters;
import io.essaim.server.observe.Distribution;
import io.essaim.server.observe.Distributions;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Hands frames of differences to the subscribers of one event loop: the newest to who has all before it, all since the sync
 * point to who joins. None is dropped for being late, which would make everybody join anew. Its event loop only.
 */
final class DeltaFanOut {
    /**
     * Who joins gets a hundred frames' bytes at once; so no more than so many do in one go, and the others wait for the next
     * tick.
     */
    static final int REPLAYS_MAX = 32;

    private final Counters counters;
    private final Distributions distributions;
    private final LoopOverload overload;

    // of one go
    private int replays;

    /** Whether somebody waits on whose turn it is. */
    private boolean isTurnKept;

    // of all
    /** Whose turn to get a replay it is: who has a lower number. */
    private long turn;

    private long nextNumber;

    DeltaFanOut(Counters counters, Distributions distributions, LoopOverload overload) {
        this.counters = counters;
        this.distributions = distributions;
        this.overload = overload;
    }

    /**
     * What follows is another go. Who may join takes a number, and so many more get their turn, once all who had theirs are
     * served: so nobody waits for ever while others come.
     */
    void begin() {
        if (!isTurnKept) {
            turn = Math.min(turn, nextNumber) + REPLAYS_MAX;
        }
        isTurnKept = false;
        replays = 0;
    }

    /** Returns how many clients it went to. */
    int deliver(DeltaFeed feed, FrameDescriptor frame, List<Subscriber> all) {
        FrameGroup group = feed.groupAt(frame.frameSlot);
        SharedFrame preamble = group.preamble();
        long joinBytes = 0;
        int sent = 0;
        int joined = 0;
        int skipped = 0;
        // Backwards, since a send may find its socket broken and remove its own subscriber, but never another.
        for (int end = all.size(); end > 0; end -= FanOut.BATCH) {
            int from = Math.max(0, end - FanOut.BATCH);
            long accepted = 0;
            long joining = 0;
            for (int i = from; i < end; i++) {
                Subscriber subscriber = all.get(i);
                if (!subscriber.takes(frame.sequence, group.epoch())) {
                    continue;
                }
                switch (subscriber.accepts(feed, group, frame)) {
                    case SEND -> accepted |= 1L << (i - from);
                    case JOIN -> joining |= mayJoin(subscriber, group, preamble, frame) ? 1L << (i - from) : 0;
                    case SKIP -> skipped++;
                }
            }
            for (int i = end - 1; i >= from; i--) {
                if ((accepted & 1L << (i - from)) != 0) {
                    all.get(i).send(group, frame);
                } else if (preamble != null && (joining & 1L << (i - from)) != 0) {
                    joinBytes += join(all.get(i), feed, group, preamble, frame);
                }
            }
            sent += Long.bitCount(accepted);
            joined += Long.bitCount(joining);
        }
        counters.add(Counter.FRAMES_SENT, sent + joined);
        counters.add(Counter.FRAME_BYTES_SENT, (long) sent * frame.length + joinBytes);
        counters.add(Counter.FRAMES_SKIPPED, skipped);
        counters.add(Counter.DELTA_JOINS, joined);
        boolean isLate =
                feed.newestSequence() - frame.sequence >= Math.max(FanOut.STALE_AFTER_TICKS, feed.ticksPerFrame());
        int delivered = sent + joined + skipped;
        overload.delivered(isLate ? 0 : delivered, isLate ? delivered : 0);
        return sent + joined;
    }

    private boolean mayJoin(
            Subscriber subscriber, FrameGroup group, @Nullable SharedFrame preamble, FrameDescriptor frame) {
        if (preamble == null) {
            group.want();
            return false;
        }
        if (group.isBeginning() && frame.offset == 0) {
            // There is nothing to replay, and everybody has to join.
            return true;
        }
        if (subscriber.replayNumber() == Subscriber.NONE) {
            subscriber.replayNumber(nextNumber++);
        }
        boolean isItsTurn = subscriber.replayNumber() < turn;
        if (!isItsTurn || replays == REPLAYS_MAX) {
            isTurnKept |= isItsTurn;
            counters.increment(Counter.REPLAYS_DEFERRED);
            return false;
        }
        replays++;
        return true;
    }

    private int join(
            Subscriber subscriber, DeltaFeed feed, FrameGroup group, SharedFrame preamble, FrameDescriptor frame) {
        int bytes = subscriber.join(group, preamble, frame, feed.shownFrom(frame.sequence));
        distributions.record(Distribution.PREAMBLE_BYTES, preamble.length());
        distributions.record(Distribution.JOIN_BYTES, bytes);
        return bytes;
    }
}
