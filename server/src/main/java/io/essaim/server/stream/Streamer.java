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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Turns each tick into bytes, once per feed that has subscribers, and hands them to every event loop. Feeds are added
 * before the clock starts; loops may be added at any time. {@link #onTick} belongs to the swarm clock.
 */
public final class Streamer implements TickHandler {
    private final StreamDescription stream;
    private final SharedFrame.Allocator allocator;
    private final FrameMemory memory;
    private final RateTiers tiers;
    private final TimeSource time;
    private final Counters counters;
    private final Quantiser quantiser;
    private final List<Feed> feeds = new ArrayList<>();
    private final List<FanOut> loops = new CopyOnWriteArrayList<>();
    private volatile int agentCount;

    // swarm clock
    private long reviewedTick = -1;
    private long ticksPublished;

    public Streamer(
            StreamDescription stream,
            int agentCount,
            SharedFrame.Allocator allocator,
            FrameMemory memory,
            TimeSource time,
            Counters counters) {
        this.stream = stream;
        this.agentCount = agentCount;
        this.allocator = allocator;
        this.memory = memory;
        this.tiers = RateTiers.of(stream);
        this.time = time;
        this.counters = counters;
        this.quantiser = new Quantiser(stream);
    }

    /** Adds a feed that fires at every tick, and whose subscribers may be lowered to fewer; a slow one after the others. */
    public Feed addFeed(String name, FeedEncoder encoder) {
        return addFeed(name, 1, tiers, encoder);
    }

    /** Adds a feed that fires at every {@code stride}-th tick, come what may. */
    public Feed addFixedFeed(String name, int stride, FeedEncoder encoder) {
        return addFeed(name, stride, RateTiers.FIXED, encoder);
    }

    private Feed addFeed(String name, int stride, RateTiers tiers, FeedEncoder encoder) {
        FeedOverload overload = new FeedOverload(tiers, stream.ticksPerSecond(), counters);
        Feed feed = new Feed(feeds.size(), name, stride, encoder, tiers, overload, allocator, memory, time, counters);
        feeds.add(feed);
        return feed;
    }

    public List<Feed> feeds() {
        return List.copyOf(feeds);
    }

    public void addLoop(FanOut loop) {
        loops.add(loop);
    }

    public StreamDescription stream() {
        return stream;
    }

    /** Agents at the newest tick. Any thread. */
    public int agentCount() {
        return agentCount;
    }

    /** The rates that clients may be lowered to. */
    public RateTiers tiers() {
        return tiers;
    }

    @Override
    public void onTick(long tick, long timeMicros, SwarmState state) {
        agentCount = state.agentCount();
        SwarmFrame frame = quantiser.quantise(tick, timeMicros, state);
        try {
            for (int i = 0; i < feeds.size(); i++) {
                Feed feed = feeds.get(i);
                if (feed.firesAt(frame.sequence())) {
                    if (feed.isSlow()) {
                        wakeLoops();
                    }
                    publish(feed, frame, state.roster());
                }
            }
        } finally {
            // One feed may fail, say for want of memory: what was published before is published.
            wakeLoops();
            review(tick);
        }
    }

    private void wakeLoops() {
        for (int i = 0; i < loops.size(); i++) {
            loops.get(i).wake();
        }
    }

    private void review(long tick) {
        ticksPublished++;
        long ticks = tick - reviewedTick;
        if (ticks * TierController.WINDOWS_PER_SECOND < stream.ticksPerSecond()) {
            return;
        }
        for (int i = 0; i < feeds.size(); i++) {
            feeds.get(i).review(ticks, ticks - ticksPublished);
        }
        reviewedTick = tick;
        ticksPublished = 0;
    }

    /** Gives all frame memory back, once neither clock nor loops run. */
    public void close() {
        feeds.forEach(Feed::close);
    }

    private void publish(Feed feed, SwarmFrame frame, Roster roster) {
        SharedFrame preamble = feed.preamble(roster);
        SharedFrame shared = feed.encode(frame, roster);
        if (shared == null) {
            return;
        }
        feed.published(frame.sequence());
        for (int i = 0; i < loops.size(); i++) {
            offer(loops.get(i), feed, shared, preamble, frame);
        }
    }

    private void offer(FanOut loop, Feed feed, SharedFrame shared, @Nullable SharedFrame preamble, SwarmFrame frame) {
        // Retained before the offer: the loop may be done with it before offer returns.
        shared.retain();
        if (preamble != null) {
            preamble.retain();
        }
        int preambleSlot = preamble == null ? -1 : preamble.slot();
        if (!loop.offer(feed, shared.slot(), preambleSlot, frame.sequence(), frame.timeMicros())) {
            counters.increment(Counter.RING_FULL);
            shared.release();
            if (preamble != null) {
                preamble.release();
            }
        }
    }
}
