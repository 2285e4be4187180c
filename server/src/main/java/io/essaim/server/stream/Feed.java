package io.essaim.server.stream;

import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.StreamDescription;
import io.essaim.protocol.swarm.SwarmFrame;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * One encoding of the swarm, made once per tick for all its subscribers, and not at all for a tick that none of them takes.
 * Fires at no tick but those whose sequence its stride divides.
 */
public abstract sealed class Feed permits SelfContainedFeed, DeltaFeed {
    private final int id;
    private final String name;
    private final int stride;
    private final RateTiers tiers;
    private final FeedOverload overload;

    // any thread
    /** How many subscribers there are, by stride. */
    private final AtomicIntegerArray subscribers = new AtomicIntegerArray(StreamDescription.TICKS_PER_SECOND_MAX + 1);

    private volatile long newestSequence = -1;

    /** @param id its place in the table of feeds, from 0 */
    Feed(int id, String name, int stride, RateTiers tiers, FeedOverload overload) {
        this.id = id;
        this.name = name;
        this.stride = stride;
        this.tiers = tiers;
        this.overload = overload;
    }

    public final int id() {
        return id;
    }

    public final String name() {
        return name;
    }

    /** It fires at the ticks whose sequence this divides. */
    final int stride() {
        return stride;
    }

    /** Subscribers over all event loops. */
    public final int subscribers() {
        int sum = 0;
        for (int each = 1; each < subscribers.length(); each++) {
            sum += subscribers.get(each);
        }
        return sum;
    }

    final void subscriberAdded(int stride) {
        subscribers.incrementAndGet(stride);
    }

    final void subscriberRemoved(int stride) {
        subscribers.decrementAndGet(stride);
    }

    /** The rates that its subscribers may be lowered to. */
    final RateTiers tiers() {
        return tiers;
    }

    /** The least stride that there is for anybody now. Any thread. */
    final int floor() {
        return overload.floor();
    }

    /** Knows what its encodes take, and what follows; feeds of the same agents that differ in rate alone share it. */
    final FeedOverload overload() {
        return overload;
    }

    /** Whether the frames of other feeds should be on their way before this one is encoded. */
    abstract boolean isSlow();

    /** All agents jump with the next tick: nothing that was before is of use. Swarm clock only. */
    void jumped() {}

    /** Whether somebody takes this tick. Swarm clock only. */
    final boolean firesAt(long sequence) {
        if (sequence % stride != 0) {
            return false;
        }
        for (int each = 1; each < subscribers.length(); each++) {
            if (subscribers.get(each) > 0 && sequence % each == 0) {
                return true;
            }
        }
        return false;
    }

    /** The newest tick of this feed that was handed to the loops, or -1. Any thread. */
    final long newestSequence() {
        return newestSequence;
    }

    final void published(long sequence) {
        newestSequence = sequence;
    }

    /**
     * Encodes what this feed shows of the tick, and describes what goes to the loops; returns whether anything does. Swarm
     * clock only.
     */
    abstract boolean encode(SwarmFrame whole, Roster names, Epoch epoch, FrameDescriptor descriptor);

    /** Holds what a descriptor names, for one loop. Swarm clock only. */
    abstract void retain(FrameDescriptor descriptor);

    /** Ends that hold. */
    abstract void release(FrameDescriptor descriptor);

    /** Gives the memory back if nobody holds any of it; returns whether it did. Swarm clock only. */
    abstract boolean closeIfUnused();

    /** Gives the memory back, once no clock runs. */
    abstract void close();
}
