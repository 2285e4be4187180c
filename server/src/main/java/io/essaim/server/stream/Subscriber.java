package io.essaim.server.stream;

import io.essaim.protocol.Message.TierReason;
import io.essaim.server.observe.Counter;
import io.essaim.server.observe.Counters;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One client's place at one feed. Newest wins: a frame that the socket cannot take now is skipped, never queued; of a feed of
 * differences, where each frame needs the one before, few may wait, and who cannot keep up joins anew. Who skips again and
 * again gets fewer frames, until it keeps up. All methods belong to the client's event loop.
 */
public final class Subscriber {
    /** Bytes of frames of differences that may wait for its socket behind the largest write. */
    public static final int TAIL_BYTES_MAX = DeliveryState.JOINING_BYTES;

    /** Trouble: so many skips in a window, and one frame in so many. */
    static final int SKIPS = 2;

    static final int SKIPS_ONE_IN = 10;

    /** Quiet that raises the rate by a tier, at first: a second. */
    private static final int QUIET_WINDOWS = TierController.WINDOWS_PER_SECOND;

    /** In place of a sequence or a number: there is none. */
    static final long NONE = -1;

    private static final int NO_RUN = -1;

    private final FrameSink sink;
    private final RateTiers tiers;
    private final SubscriberListener listener;
    private final Counters counters;
    private final DeliveryState state;
    private final TierController tier = new TierController(1, QUIET_WINDOWS);

    // event loop
    private Feed feed;

    /** The run of the stream that the client knows of. */
    private Epoch epoch;

    /** Of the newest frame that it got of that. */
    private long sequence = NONE;

    private int requestedStride;
    private int stride;
    private int announcedStride;
    private int floor = 1;
    private int position = -1;
    private @Nullable SharedFrame preambleSent;
    private long preambleContent;

    // event loop, of a feed of differences
    /** The run of the feed that it follows. */
    private int run = NO_RUN;

    /** Of the frame that follows on the newest one it got. */
    private int nextNumber;

    /** Which turn it has among those of its loop who wait for a replay. */
    private long replayNumber = NONE;

    private long framesSent;
    private long framesSkipped;
    private long framesStale;
    private long bytesSent;

    /** The sums as they were at the last review. */
    private long framesSentBefore;

    private long framesSkippedBefore;
    private long servedNanos;
    private boolean stalled;

    /**
     * @param epoch what the client is told of the stream before its first frame
     * @param stride takes the ticks whose sequence it divides; 1 to 240
     * @param nowNanos by the clock of {@link #review}
     */
    public Subscriber(
            Feed feed,
            Epoch epoch,
            FrameSink sink,
            int stride,
            SubscriberListener listener,
            Counters counters,
            long nowNanos) {
        this.feed = feed;
        this.epoch = epoch;
        this.sink = sink;
        this.tiers = feed.tiers();
        this.listener = listener;
        this.counters = counters;
        this.requestedStride = stride;
        this.stride = stride;
        this.announcedStride = stride;
        this.servedNanos = nowNanos;
        this.state = new DeliveryState(counters);
    }

    public Feed feed() {
        return feed;
    }

    /** The run of the stream that the client knows of. */
    public Epoch epoch() {
        return epoch;
    }

    /** What it gets now. */
    public int stride() {
        return stride;
    }

    /** What it would get now if it asked for a rate: who is too slow for what it has does not become quicker by asking. */
    public int granted(int requestedStride) {
        return granted(requestedStride, floor);
    }

    /** Likewise, while nobody gets more than every {@code floor}-th tick. */
    int granted(int requestedStride, int floor) {
        return Math.max(tiers.below(requestedStride, tier.level()), floor);
    }

    /**
     * Asks for a rate, which is never exceeded from then on, of a feed that has it. Returns what it gets now.
     */
    public int request(int stride) {
        requestedStride = stride;
        change(granted(stride));
        announcedStride = this.stride;
        return this.stride;
    }

    /** What it got so far. */
    public Delivery delivery() {
        return new Delivery(
                framesSent,
                framesSkipped,
                framesStale,
                bytesSent,
                sink.queuedBytes(),
                requestedStride,
                stride,
                state.state().name().toLowerCase(Locale.ROOT));
    }

    /**
     * Whether a frame is for it. One that comes to a feed, or to a server, may be handed a frame that was made before: what
     * it has seen or was told of does not come again.
     */
    boolean takes(long sequence, @Nullable Epoch of) {
        if (sequence % stride != 0 || of == null) {
            return false;
        }
        if (of.number() != epoch.number()) {
            return of.number() > epoch.number();
        }
        // Modulo 2^32, as sequences wrap.
        return this.sequence == NONE || (int) (sequence - this.sequence) > 0;
    }

    /** Whether a frame is too old for it, when so many ticks have been published since: its next one is due by then. */
    boolean dropsAsStale(long ticksSince) {
        if (ticksSince < Math.max(FanOut.STALE_AFTER_TICKS, stride)) {
            return false;
        }
        framesStale++;
        return true;
    }

    /** Whether its socket takes a frame of a self-contained form that is due; else it is skipped. */
    boolean accepts() {
        if (!state.onFrame(sink.isWritable())) {
            framesSkipped++;
            return false;
        }
        return true;
    }

    /**
     * Sends the frame, and in the same write before it the preamble, if this client has not had that one, and what there is
     * to tell of its rate.
     */
    void send(SharedFrame frame, @Nullable SharedFrame preamble, long sequence) {
        Epoch of = frame.epoch();
        if (of != null) {
            tellEpoch(of);
        }
        this.sequence = sequence;
        // The memory may be the same and yet hold another roster.
        if (preamble != null && (preamble != preambleSent || preamble.content() != preambleContent)) {
            sink.stage(preamble);
            preambleSent = preamble;
            preambleContent = preamble.content();
            bytesSent += preamble.length();
        }
        tellRate(sequence);
        send(frame, 0, frame.length());
    }

    /**
     * What it gets of a frame of differences. When that is to join, {@link #join} has to follow, or nothing: then it waits
     * for another frame.
     */
    DeliveryState.Action accepts(DeltaFeed feed, FrameGroup group, FrameDescriptor frame) {
        if (group.run() != run) {
            run = group.run();
            state.anew();
        } else if (state.isComplete() && frame.number != nextNumber) {
            counters.increment(Counter.SUBSCRIBERS_LOST_FRAME);
            state.anew();
        }
        DeliveryState.Action action = state.onDifference(
                sink.isWritable(), group.syncPoint(), frame.length, feed.liveFrames(), feed.joiningFrames());
        if (action == DeliveryState.Action.SKIP) {
            framesSkipped++;
        }
        return action;
    }

    /** Sends a frame of differences that follows on what it has. */
    void send(FrameGroup group, FrameDescriptor frame) {
        sequence = frame.sequence;
        tellRate(frame.sequence);
        send(group.segment(), frame.offset, frame.length);
        sent(frame);
    }

    /** Only now: should a send fail, all that was to be sent after it is missed, and has to show. */
    private void sent(FrameDescriptor frame) {
        nextNumber = frame.number + 1;
    }

    /**
     * Sends all that a decoder needs up to a frame of differences, in one write.
     *
     * @param shownFrom the first tick that is not too old to be shown
     * @return the bytes of it that are frames and preamble
     */
    int join(FrameGroup group, SharedFrame preamble, FrameDescriptor frame, long shownFrom) {
        state.joined(group.syncPoint());
        replayNumber = NONE;
        tellEpoch(group.epoch());
        sequence = frame.sequence;
        tellRate(shownFrom);
        sink.stage(preamble);
        if (frame.offset > 0) {
            listener.onReplay(shownFrom);
        }
        int replayed = frame.offset + frame.length;
        send(group.segment(), 0, replayed);
        sent(frame);
        bytesSent += preamble.length();
        return preamble.length() + replayed;
    }

    private void send(SharedFrame memory, int offset, int length) {
        sink.send(memory, offset, length);
        framesSent++;
        bytesSent += length;
    }

    private void tellEpoch(Epoch of) {
        if (of.number() != epoch.number()) {
            epoch = of;
            listener.onEpoch(of, stride);
            announcedStride = stride;
            preambleSent = null;
        }
    }

    private void tellRate(long sequence) {
        if (stride != announcedStride) {
            listener.onTier(sequence, stride, reason());
            announcedStride = stride;
        }
    }

    /**
     * Looks back on the time since the last review; returns the stride that it should have from now on. Called
     * {@link TierController#WINDOWS_PER_SECOND} times a second.
     *
     * @param floor the least stride that there is for anybody now
     */
    int review(long nowNanos, int floor, long stallNanos) {
        long sent = framesSent - framesSentBefore;
        long skipped = framesSkipped - framesSkippedBefore;
        framesSentBefore = framesSent;
        framesSkippedBefore = framesSkipped;
        if (sent > 0 || sink.isWritable()) {
            servedNanos = nowNanos;
            stalled = false;
        } else if (!stalled && nowNanos - servedNanos >= stallNanos) {
            stalled = true;
            listener.onStall();
        }
        int levels = tiers.levelsBelow(requestedStride);
        if (levels > 0 && sent + skipped > 0) {
            tier.window(window(sent, skipped), levels);
        }
        this.floor = floor;
        return granted(requestedStride);
    }

    /** What it would get were it not for others. */
    private int own() {
        return tiers.below(requestedStride, tier.level());
    }

    private static TierController.Window window(long sent, long skipped) {
        if (skipped >= SKIPS && skipped * SKIPS_ONE_IN >= sent + skipped) {
            return TierController.Window.TROUBLED;
        }
        return skipped == 0 ? TierController.Window.QUIET : TierController.Window.UNEASY;
    }

    /** Why its rate is not the one that it was told last. */
    private TierReason reason() {
        if (stride < announcedStride) {
            return TierReason.RESTORED;
        }
        return stride > own() ? TierReason.OVERLOAD : TierReason.SLOW_CLIENT;
    }

    /** It has another stride from now on, of the same feed. */
    void rate(int wanted) {
        count(wanted);
        change(wanted);
    }

    private void count(int wanted) {
        if (wanted < stride) {
            counters.increment(Counter.TIERS_RAISED);
        } else if (wanted > stride) {
            counters.increment(Counter.TIERS_LOWERED);
        }
    }

    private void change(int wanted) {
        if (position >= 0 && wanted != stride) {
            // The clock may look between the two: then a tick is encoded for nobody, or one is not encoded.
            feed.subscriberAdded(wanted);
            feed.subscriberRemoved(stride);
        }
        stride = wanted;
    }

    /**
     * Another feed is what it shows. Not while placed.
     *
     * @param requestedStride what it asks for from now on
     * @param floor the least stride that there is of that feed for anybody now
     * @param stride what it gets, as it is told beside the frames
     */
    void show(Feed feed, int requestedStride, int floor, int stride) {
        showFeed(feed);
        this.requestedStride = requestedStride;
        this.floor = floor;
        this.stride = stride;
        this.announcedStride = stride;
    }

    /** Likewise one of the same agents at the rate that it should have, which was not its wish. */
    void rate(DeltaFeed feed) {
        count(feed.stride());
        showFeed(feed);
        change(feed.stride());
    }

    private void showFeed(Feed feed) {
        this.feed = feed;
        preambleSent = null;
        run = NO_RUN;
    }

    /** It begins, while nobody gets more than every {@code floor}-th tick; nothing has been announced to it yet. */
    void begin(Feed feed, int stride, int floor) {
        this.feed = feed;
        this.floor = floor;
        this.stride = stride;
        announcedStride = stride;
    }

    long replayNumber() {
        return replayNumber;
    }

    void replayNumber(long number) {
        replayNumber = number;
    }

    int requestedStride() {
        return requestedStride;
    }

    int position() {
        return position;
    }

    void position(int position) {
        this.position = position;
    }
}
