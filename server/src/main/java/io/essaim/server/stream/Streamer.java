package io.essaim.server.stream;

import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.StreamDescription;
import io.essaim.protocol.swarm.SwarmFrame;
import io.essaim.server.observe.Counter;
import io.essaim.server.observe.Counters;
import io.essaim.server.swarm.Quantiser;
import io.essaim.server.swarm.SwarmClock.TickHandler;
import io.essaim.server.swarm.SwarmState;
import io.essaim.server.swarm.TimeSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Turns each tick into bytes, once per feed that has subscribers, and hands them to every event loop. Feeds come and go
 * with those who want them; loops may be added at any time. {@link #onTick} belongs to the swarm clock.
 */
public final class Streamer implements TickHandler {
    private static final int NARROW_BITS = 16;
    private static final int WIDE_BITS = 32;

    private final RateTiers tiers;
    private final TimeSource time;
    private final Counters counters;
    private final Quantiser quantiser;
    private final Feeds feeds;
    private final List<FanOut> loops = new CopyOnWriteArrayList<>();

    // written by the swarm clock, read by any thread
    private volatile Epoch epoch;
    private volatile int agentCount;
    private volatile long newestSequence = -1;

    // swarm clock
    private long firstTick;
    private long reviewedTick = -1;
    private long ticksPublished;
    private final FrameDescriptor descriptor = new FrameDescriptor();

    /** @param deflater compresses JSON for those who negotiated it; empty: nobody can */
    public Streamer(
            StreamDescription stream,
            int agentCount,
            ViewLimits limits,
            Optional<MessageDeflater> deflater,
            SharedFrame.Allocator allocator,
            FrameMemory memory,
            DeltaSetup delta,
            TimeSource time,
            Counters counters) {
        this.epoch = new Epoch(0, stream, agentCount, stream.epoch(), "started");
        this.agentCount = agentCount;
        this.tiers = RateTiers.of(stream);
        this.time = time;
        this.counters = counters;
        this.quantiser = new Quantiser(stream);
        this.feeds = new Feeds(
                new FeedFactory(stream, tiers, deflater, allocator, memory, delta, time, counters),
                tiers,
                limits,
                time,
                counters);
    }

    /** Adds a feed that fires at every tick, and whose subscribers may be lowered to fewer; a slow one after the others. */
    public Feed addFeed(String name, FeedEncoder encoder) {
        return feeds.add(name, 1, tiers, encoder);
    }

    /** Adds a feed that fires at every {@code stride}-th tick, come what may. */
    public Feed addFixedFeed(String name, int stride, FeedEncoder encoder) {
        return feeds.add(name, stride, RateTiers.FIXED, encoder);
    }

    public Feeds feeds() {
        return feeds;
    }

    public void addLoop(FanOut loop) {
        loops.add(loop);
    }

    /** The run of the stream that the newest tick is of. Any thread. */
    public Epoch epoch() {
        return epoch;
    }

    /** Its description. Any thread. */
    public StreamDescription stream() {
        return epoch.stream();
    }

    /** Agents at the newest tick. Any thread. */
    public int agentCount() {
        return agentCount;
    }

    /** The rates that clients may be lowered to. */
    /** Of the newest tick that was published; -1 before the first. Any thread. */
    public long newestSequence() {
        return newestSequence;
    }

    public RateTiers tiers() {
        return tiers;
    }

    @Override
    public void onTick(long tick, long timeMicros, SwarmState state) {
        agentCount = state.agentCount();
        SwarmFrame frame = quantise(tick, timeMicros, state);
        Roster roster = state.roster();
        Epoch now = epoch;
        List<Feed> all = feeds.active();
        feeds.agents(agentCount);
        RuntimeException failed = null;
        boolean jumped = state.takeJump();
        for (int i = 0; i < all.size(); i++) {
            Feed feed = all.get(i);
            if (jumped) {
                feed.jumped();
            }
            if (feed.firesAt(frame.sequence())) {
                if (feed.isSlow()) {
                    wakeLoops();
                }
                try {
                    publish(feed, frame, roster, now);
                } catch (RuntimeException e) {
                    // A feed that fails takes nothing from the others.
                    if (failed != null) {
                        e.addSuppressed(failed);
                    }
                    failed = e;
                }
            }
        }
        newestSequence = frame.sequence();
        wakeLoops();
        review(tick);
        if (failed != null) {
            throw failed;
        }
    }

    /** Puts the state on the grid; a stream of another kind begins anew with it. */
    private SwarmFrame quantise(long tick, long timeMicros, SwarmState state) {
        SwarmFrame frame = quantiser.quantise(tick - firstTick, timeMicros, state);
        int bits = epoch.stream().valueBits();
        String reason = state.takeBeginning();
        if (bits == NARROW_BITS && !quantiser.fitsNarrow()) {
            bits = WIDE_BITS;
            reason = reason == null ? "values need 32 bits" : reason;
        }
        if (reason == null) {
            return frame;
        }
        counters.increment(Counter.STREAM_CHANGES);
        firstTick = tick;
        epoch = epoch.next(bits, state.agentCount(), timeMicros, reason);
        return quantiser.quantise(0, timeMicros, state);
    }

    private void wakeLoops() {
        for (int i = 0; i < loops.size(); i++) {
            loops.get(i).wake();
        }
    }

    private void review(long tick) {
        ticksPublished++;
        long ticks = tick - reviewedTick;
        if (ticks * TierController.WINDOWS_PER_SECOND < stream().ticksPerSecond()) {
            return;
        }
        feeds.review(ticks, ticks - ticksPublished);
        feeds.sweep(time.nanoTime());
        reviewedTick = tick;
        ticksPublished = 0;
    }

    /** Gives all frame memory back, once neither clock nor loops run. */
    public void close() {
        feeds.close();
    }

    private void publish(Feed feed, SwarmFrame frame, Roster roster, Epoch of) {
        if (!feed.encode(frame, roster, of, descriptor)) {
            return;
        }
        feed.published(descriptor.sequence);
        for (int i = 0; i < loops.size(); i++) {
            offer(loops.get(i), feed);
        }
    }

    private void offer(FanOut loop, Feed feed) {
        // Retained before the offer: the loop may be done with it before offer returns.
        feed.retain(descriptor);
        if (!loop.offer(descriptor)) {
            counters.increment(Counter.RING_FULL);
            feed.release(descriptor);
        }
    }
}
