package io.essaim.server.stream;

import io.essaim.server.observe.Counter;
import io.essaim.server.observe.Counters;
import io.essaim.server.observe.Distribution;
import io.essaim.server.observe.Distributions;
import io.essaim.server.swarm.TimeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.agrona.collections.IntArrayList;

/**
 * One event loop's share of the subscribers. The swarm clock offers descriptors and wakes the loop by one preallocated,
 * coalesced task; the loop hands the same bytes to each subscriber of the feed.
 */
public final class FanOut {
    /**
     * A frame is stale when so many ticks were published since: 50 ms at 60 a second, and the newest wins. For a subscriber
     * of a larger stride, when its next frame was.
     */
    static final int STALE_AFTER_TICKS = 3;

    /**
     * Subscribers that are looked at before any of them is sent to, at most 64. Each is a chain of objects that the sends
     * before have driven out of the cache; without a system call between them, the processor fetches several at once.
     */
    static final int BATCH = 16;

    /** How often {@link #review} is to be called. */
    public static final int REVIEWS_PER_SECOND = TierController.WINDOWS_PER_SECOND;

    private final Feeds feeds;
    private final Executor loop;
    private final TimeSource time;
    private final Counters counters;
    private final Distributions distributions;
    private final DeltaFanOut differences;
    private final FrameRing ring;
    private final Runnable drain = this::drain;

    // any thread
    private final AtomicBoolean woken = new AtomicBoolean();

    // event loop
    private final List<List<Subscriber>> subscribers = new ArrayList<>();
    private final LoopOverload overload;

    /** Who gets another feed of differences after a review, and of which stride. */
    private final List<Subscriber> changing = new ArrayList<>();

    private final IntArrayList changingTo = new IntArrayList();

    /**
     * @param tiers the rates that clients are lowered to when this loop falls behind
     * @param loop runs tasks on the event loop, in order
     */
    public FanOut(
            Feeds feeds,
            RateTiers tiers,
            Executor loop,
            TimeSource time,
            Counters counters,
            Distributions distributions) {
        this.feeds = feeds;
        this.loop = loop;
        this.time = time;
        this.counters = counters;
        this.distributions = distributions;
        this.overload = new LoopOverload(tiers, counters);
        this.differences = new DeltaFanOut(counters, distributions, overload);
        this.ring = new FrameRing(FrameRing.capacityFor(feeds.places()), this::onDescriptor);
        for (int i = 0; i < feeds.places(); i++) {
            subscribers.add(new ArrayList<>());
        }
    }

    /**
     * Begins with the next tick, at the rate that is possible now. Of differences that may be another feed than its own,
     * which is given back then. Event loop only.
     */
    public void add(Subscriber subscriber) {
        Feed feed = subscriber.feed();
        int floor = floor(feed);
        int stride = Math.max(subscriber.stride(), floor);
        if (feed instanceof DeltaFeed delta && stride != delta.stride()) {
            feed = exchange(delta, stride);
            stride = feed.stride();
        }
        subscriber.begin(feed, stride, floor);
        place(subscriber);
    }

    private void place(Subscriber subscriber) {
        Feed feed = subscriber.feed();
        List<Subscriber> all = subscribers.get(feed.id());
        subscriber.position(all.size());
        all.add(subscriber);
        feed.subscriberAdded(subscriber.stride());
        if (feed instanceof DeltaFeed delta) {
            delta.want();
        }
    }

    /**
     * Shows another feed from now on, at the rate that is asked for as far as there is that now. Of differences that may be
     * another feed than this, which is given back then. Event loop only.
     */
    public void move(Subscriber subscriber, Feed feed, int requestedStride) {
        boolean placed = subscriber.position() >= 0;
        remove(subscriber);
        int floor = floor(feed);
        int stride = subscriber.granted(requestedStride, floor);
        Feed shown = feed instanceof DeltaFeed delta && stride != delta.stride() ? exchange(delta, stride) : feed;
        subscriber.show(shown, requestedStride, floor, shown instanceof DeltaFeed ? shown.stride() : stride);
        if (placed) {
            place(subscriber);
        }
    }

    /** The feed of the same agents at another rate, in exchange for one that was acquired; that one if it cannot be had. */
    private Feed exchange(DeltaFeed feed, int stride) {
        try {
            Feed other = feeds.acquireAtStride(feed.key(), stride);
            feeds.release(feed);
            return other;
        } catch (ViewRefusedException e) {
            // All places are taken for a moment, which is counted; the next review tries again.
            return feed;
        }
    }

    private int floor(Feed feed) {
        return feed.tiers() == RateTiers.FIXED ? 1 : Math.max(overload.floor(), feed.floor());
    }

    /** No frame follows; harmless when it is gone already. Event loop only. */
    public void remove(Subscriber subscriber) {
        int position = subscriber.position();
        if (position < 0) {
            return;
        }
        List<Subscriber> all = subscribers.get(subscriber.feed().id());
        Subscriber last = all.remove(all.size() - 1);
        if (last != subscriber) {
            all.set(position, last);
            last.position(position);
        }
        subscriber.position(-1);
        subscriber.feed().subscriberRemoved(subscriber.stride());
    }

    /**
     * Offers a published frame, with a reference for this loop if it takes it. Swarm clock only.
     *
     * @return false when the ring is full: the frame is not delivered on this loop
     */
    boolean offer(FrameDescriptor descriptor) {
        return ring.offer(descriptor);
    }

    /** Has the loop drain the ring soon, if there is something in it. Any thread. */
    void wake() {
        if (!ring.isEmpty() && woken.compareAndSet(false, true)) {
            loop.execute(drain);
        }
    }

    private void drain() {
        // Cleared first: what is offered from here on wakes the loop again.
        woken.set(false);
        differences.begin();
        ring.drain();
    }

    private void onDescriptor(FrameDescriptor frame) {
        Feed feed = feeds.at(frame.feed);
        List<Subscriber> all = subscribers.get(frame.feed);
        try {
            int sent = feed instanceof DeltaFeed delta
                    ? differences.deliver(delta, frame, all)
                    : deliver((SelfContainedFeed) feed, frame, all);
            if (sent > 0) {
                distributions.record(Distribution.DELIVERY_SECONDS, (time.epochMicros() - frame.timeMicros) / 1e6);
            }
        } finally {
            feed.release(frame);
        }
    }

    /** Returns how many clients it went to. */
    private int deliver(SelfContainedFeed feed, FrameDescriptor descriptor, List<Subscriber> all) {
        long sequence = descriptor.sequence;
        SharedFrame frame = feed.frameAt(descriptor.frameSlot);
        SharedFrame preamble = feed.preambleAt(descriptor.preambleSlot);
        long ticksSince = feed.newestSequence() - sequence;
        int sent = 0;
        int stale = 0;
        int skipped = 0;
        Epoch epoch = frame.epoch();
        // Backwards, since a send may find its socket broken and remove its own subscriber, but never another.
        for (int end = all.size(); end > 0; end -= BATCH) {
            int from = Math.max(0, end - BATCH);
            long accepted = 0;
            for (int i = from; i < end; i++) {
                Subscriber subscriber = all.get(i);
                if (!subscriber.takes(sequence, epoch)) {
                    continue;
                }
                if (subscriber.dropsAsStale(ticksSince)) {
                    stale++;
                } else if (subscriber.accepts()) {
                    accepted |= 1L << (i - from);
                } else {
                    skipped++;
                }
            }
            for (int i = end - 1; i >= from; i--) {
                if ((accepted & 1L << (i - from)) != 0) {
                    all.get(i).send(frame, preamble, sequence);
                }
            }
            sent += Long.bitCount(accepted);
        }
        counters.add(Counter.FRAMES_SENT, sent);
        counters.add(Counter.FRAME_BYTES_SENT, (long) sent * frame.length());
        counters.add(Counter.FRAMES_STALE, stale);
        counters.add(Counter.FRAMES_SKIPPED, skipped);
        overload.delivered(sent + skipped, stale);
        return sent;
    }

    /**
     * Looks back on the time since the last review: lowers and raises rates, and finds clients that take nothing. To be
     * called {@link #REVIEWS_PER_SECOND} times a second. Event loop only.
     *
     * @param stallNanos who could take no frame for so long is reported to its listener
     */
    public void review(long nowNanos, long stallNanos) {
        overload.review();
        for (Feed feed : feeds.active()) {
            int feedFloor = floor(feed);
            List<Subscriber> all = subscribers.get(feed.id());
            for (int i = all.size() - 1; i >= 0; i--) {
                rate(all.get(i), all.get(i).review(nowNanos, feedFloor, stallNanos));
            }
        }
        changeFeeds();
    }

    private void rate(Subscriber subscriber, int stride) {
        if (!(subscriber.feed() instanceof DeltaFeed)) {
            subscriber.rate(stride);
        } else if (stride != subscriber.stride()) {
            // Not yet: it would be looked at again among the subscribers of the other.
            changing.add(subscriber);
            changingTo.addInt(stride);
        }
    }

    private void changeFeeds() {
        for (int i = 0; i < changing.size(); i++) {
            Subscriber subscriber = changing.get(i);
            if (subscriber.position() >= 0 && subscriber.feed() instanceof DeltaFeed feed) {
                remove(subscriber);
                if (exchange(feed, changingTo.getInt(i)) instanceof DeltaFeed other && other != feed) {
                    subscriber.rate(other);
                }
                place(subscriber);
            }
        }
        changing.clear();
        changingTo.clear();
    }
}
