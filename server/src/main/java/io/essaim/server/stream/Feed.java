package io.essaim.server.stream;

import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.StreamDescription;
import io.essaim.protocol.swarm.SwarmFrame;
import io.essaim.server.observe.Counter;
import io.essaim.server.observe.Counters;
import io.essaim.server.swarm.TimeSource;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jspecify.annotations.Nullable;

/**
 * One encoding of the swarm, made once per tick for all its subscribers, and not at all for a tick that none of them takes.
 * Fires at no tick but those whose sequence its stride divides.
 */
public final class Feed {
    private final int id;
    private final String name;
    private final int stride;
    private final FeedEncoder encoder;
    private final Projection projection;
    private final FramePool frames;
    private final FramePool preambles;
    private final RateTiers tiers;
    private final FeedOverload overload;
    private final TimeSource time;
    private final Counters counters;

    // any thread
    /** How many subscribers there are, by stride. */
    private final AtomicIntegerArray subscribers = new AtomicIntegerArray(StreamDescription.TICKS_PER_SECOND_MAX + 1);

    private volatile long newestSequence = -1;

    // swarm clock
    private int begunEpoch = -1;
    private @Nullable Roster preambleRoster;
    private @Nullable SharedFrame preamble;

    /** @param id its place in the table of feeds, from 0 */
    Feed(
            int id,
            String name,
            int stride,
            FeedEncoder encoder,
            Projection projection,
            RateTiers tiers,
            FeedOverload overload,
            SharedFrame.Allocator allocator,
            FrameMemory memory,
            TimeSource time,
            Counters counters) {
        this.id = id;
        this.name = name;
        this.stride = stride;
        this.encoder = encoder;
        this.projection = projection;
        this.tiers = tiers;
        this.overload = overload;
        this.time = time;
        this.counters = counters;
        this.frames = new FramePool(allocator, memory);
        this.preambles = new FramePool(allocator, memory);
    }

    public int id() {
        return id;
    }

    public String name() {
        return name;
    }

    /** Subscribers over all event loops. */
    public int subscribers() {
        int sum = 0;
        for (int each = 1; each < subscribers.length(); each++) {
            sum += subscribers.get(each);
        }
        return sum;
    }

    void subscriberAdded(int stride) {
        subscribers.incrementAndGet(stride);
    }

    void subscriberRemoved(int stride) {
        subscribers.decrementAndGet(stride);
    }

    /** The rates that its subscribers may be lowered to. */
    RateTiers tiers() {
        return tiers;
    }

    /** The least stride that it has for anybody now. Any thread. */
    int floor() {
        return overload.floor();
    }

    /** What it took of the swarm clock of late, a tick; what it is expected to, until that is known. Any thread. */
    long nanosPerTick() {
        return overload.nanosPerTick();
    }

    /** Ends a window over which the clock's and this feed's load is measured. Swarm clock only. */
    void endWindow(long ticks) {
        overload.endWindow(ticks);
    }

    /**
     * Judges the window that ended. Swarm clock only.
     *
     * @param viewLoad what views took in it, of what they may take
     */
    void review(long ticks, long missed, double viewLoad) {
        overload.review(ticks, missed, viewLoad);
    }

    /** Whether it shows a part of the swarm. */
    boolean isView() {
        return overload.isView();
    }

    boolean isSlow() {
        return encoder.isSlow();
    }

    boolean firesAt(long sequence) {
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
    long newestSequence() {
        return newestSequence;
    }

    void published(long sequence) {
        newestSequence = sequence;
    }

    /**
     * Encodes what this feed shows of the tick; null when no memory is left for the frame, or for the roster without which
     * it must not go out. Swarm clock only.
     */
    @Nullable
    SharedFrame encode(SwarmFrame whole, Roster names, Epoch epoch) {
        long begin = time.nanoTime();
        if (epoch.number() != begunEpoch) {
            encoder.begin(epoch.stream());
            begunEpoch = epoch.number();
        }
        projection.project(whole, names);
        if (!renewPreamble(projection.roster())) {
            return null;
        }
        int length = encoder.prepare(projection.frame(), projection.roster());
        SharedFrame shared = frames.acquire(WebSocketFraming.HEADER_BYTES_MAX + length);
        if (shared == null) {
            counters.increment(Counter.FRAME_MEMORY_EXHAUSTED);
            return null;
        }
        int header = WebSocketFraming.writeHeader(shared.buffer(), 0, encoder.opcode(), length);
        encoder.write(shared.buffer(), header);
        shared.filled(header + length);
        shared.tick(epoch, whole.sequence());
        counters.increment(Counter.FRAMES_ENCODED);
        overload.encoded(time.nanoTime() - begin);
        return shared;
    }

    /**
     * What a subscriber needs before the frame that was encoded last: the same object as long as the roster is. Null when it
     * needs nothing. Swarm clock only.
     */
    @Nullable
    SharedFrame preamble() {
        return preamble;
    }

    /** Whether there is what a subscriber needs before a frame of this roster, if it needs anything. */
    private boolean renewPreamble(Roster roster) {
        if (roster == preambleRoster) {
            return true;
        }
        releasePreamble();
        byte[] payload = encoder.preamble(roster);
        if (payload != null) {
            SharedFrame made = preambles.acquire(WebSocketFraming.HEADER_BYTES_MAX + payload.length);
            if (made == null) {
                counters.increment(Counter.FRAME_MEMORY_EXHAUSTED);
                return false;
            }
            int header = WebSocketFraming.writeHeader(made.buffer(), 0, encoder.opcode(), payload.length);
            made.buffer().putBytes(header, payload);
            made.filled(header + payload.length);
            made.retain();
            preamble = made;
        }
        preambleRoster = roster;
        return true;
    }

    private void releasePreamble() {
        if (preamble != null) {
            preamble.release();
            preamble = null;
        }
        preambleRoster = null;
    }

    /** Gives the memory back if nobody holds any of it; returns whether it did. Swarm clock only. */
    boolean closeIfUnused() {
        releasePreamble();
        boolean unused = frames.isIdle() && preambles.isIdle();
        if (unused) {
            close();
        }
        return unused;
    }

    /** Gives the memory back, once no clock runs. */
    void close() {
        frames.close();
        preambles.close();
    }

    SharedFrame frameAt(int slot) {
        return frames.frame(slot);
    }

    SharedFrame preambleAt(int slot) {
        return preambles.frame(slot);
    }
}
