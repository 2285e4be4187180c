package io.essaim.server.stream;

import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.StreamDescription;
import io.essaim.protocol.swarm.SwarmFrame;
import io.essaim.server.observe.Counter;
import io.essaim.server.observe.Counters;
import io.essaim.server.swarm.Quantiser;
import io.essaim.server.swarm.SwarmClock.TickHandler;
import io.essaim.server.swarm.SwarmState;
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
    private final Counters counters;
    private final Quantiser quantiser;
    private final List<Feed> feeds = new ArrayList<>();
    private final List<FanOut> loops = new CopyOnWriteArrayList<>();
    private volatile int agentCount;

    public Streamer(
            StreamDescription stream,
            int agentCount,
            SharedFrame.Allocator allocator,
            FrameMemory memory,
            Counters counters) {
        this.stream = stream;
        this.agentCount = agentCount;
        this.allocator = allocator;
        this.memory = memory;
        this.counters = counters;
        this.quantiser = new Quantiser(stream);
    }

    /** Adds a feed that fires at every {@code stride}-th tick; a slow one after the others. */
    public Feed addFeed(String name, int stride, FeedEncoder encoder) {
        Feed feed = new Feed(feeds.size(), name, stride, encoder, allocator, memory, counters);
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

    @Override
    public void onTick(long tick, long timeMicros, SwarmState state) {
        agentCount = state.agentCount();
        SwarmFrame frame = quantiser.quantise(tick, timeMicros, state);
        boolean published = false;
        for (int i = 0; i < feeds.size(); i++) {
            Feed feed = feeds.get(i);
            if (feed.firesAt(frame.sequence())) {
                if (published && feed.isSlow()) {
                    wakeLoops();
                }
                published |= publish(feed, frame, state.roster());
            }
        }
        if (published) {
            wakeLoops();
        }
    }

    private void wakeLoops() {
        for (int i = 0; i < loops.size(); i++) {
            loops.get(i).wake();
        }
    }

    /** Gives all frame memory back, once neither clock nor loops run. */
    public void close() {
        feeds.forEach(Feed::close);
    }

    private boolean publish(Feed feed, SwarmFrame frame, Roster roster) {
        SharedFrame preamble = feed.preamble(roster);
        SharedFrame shared = feed.encode(frame, roster);
        if (shared == null) {
            return false;
        }
        feed.published(frame.sequence());
        for (int i = 0; i < loops.size(); i++) {
            offer(loops.get(i), feed, shared, preamble, frame.sequence());
        }
        return true;
    }

    private void offer(FanOut loop, Feed feed, SharedFrame shared, @Nullable SharedFrame preamble, long sequence) {
        // Retained before the offer: the loop may be done with it before offer returns.
        shared.retain();
        if (preamble != null) {
            preamble.retain();
        }
        if (!loop.offer(feed, shared.slot(), preamble == null ? -1 : preamble.slot(), sequence)) {
            counters.increment(Counter.RING_FULL);
            shared.release();
            if (preamble != null) {
                preamble.release();
            }
        }
    }
}
