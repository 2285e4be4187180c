package io.essaim.server.stream;

import io.essaim.protocol.Message.TierReason;
import io.essaim.server.observe.Counter;
import io.essaim.server.observe.Counters;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One client's place at one feed. Newest wins: a frame that the socket cannot take now is skipped, never queued. Who skips
 * again and again gets fewer frames, until it keeps up. All methods belong to the client's event loop.
 */
public final class Subscriber {
    /** Trouble: so many skips in a window, and one frame in so many. */
    static final int SKIPS = 2;

    static final int SKIPS_ONE_IN = 10;

    /** Quiet that raises the rate by a tier, at first: a second. */
    private static final int QUIET_WINDOWS = TierController.WINDOWS_PER_SECOND;

    private static final long NONE = -1;

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
        this.state = new DeliveryState(counters, 0);
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

    /**
     * Asks for a rate, which is never exceeded from then on. Returns what it gets now: a client that is too slow for what it
     * had does not become quicker by asking.
     */
    public int request(int stride) {
        requestedStride = stride;
        change(Math.max(own(), floor));
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

    /** Whether its socket takes a frame that is due; else it is skipped. */
    boolean accepts(long sequence) {
        if (state.onFrame(sink.isWritable(), sequence) == DeliveryState.Action.SKIP) {
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
        if (of != null && of.number() != epoch.number()) {
            epoch = of;
            listener.onEpoch(of, stride);
            announcedStride = stride;
            preambleSent = null;
        }
        this.sequence = sequence;
        // The memory may be the same and yet hold another roster.
        if (preamble != null && (preamble != preambleSent || preamble.content() != preambleContent)) {
            sink.stage(preamble);
            preambleSent = preamble;
            preambleContent = preamble.content();
            bytesSent += preamble.length();
        }
        if (stride != announcedStride) {
            listener.onTier(sequence, stride, reason());
            announcedStride = stride;
        }
        sink.send(frame);
        framesSent++;
        bytesSent += frame.length();
    }

    /**
     * Looks back on the time since the last review, and sets the rate by it. Called {@link TierController#WINDOWS_PER_SECOND}
     * times a second.
     *
     * @param floor the least stride that there is for anybody now
     */
    void review(long nowNanos, int floor, long stallNanos) {
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
        rate(Math.max(own(), floor));
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

    private void rate(int wanted) {
        if (wanted < stride) {
            counters.increment(Counter.TIERS_RAISED);
        } else if (wanted > stride) {
            counters.increment(Counter.TIERS_LOWERED);
        }
        change(wanted);
    }

    private void change(int wanted) {
        if (position >= 0 && wanted != stride) {
            // The clock may look between the two: then a tick is encoded for nobody, or one is not encoded.
            feed.subscriberAdded(wanted);
            feed.subscriberRemoved(stride);
        }
        stride = wanted;
    }

    /** Another feed is what it shows; nobody gets more of that than every {@code floor}-th tick. Not while placed. */
    void show(Feed feed, int floor) {
        this.feed = feed;
        this.floor = floor;
        preambleSent = null;
        change(Math.max(own(), floor));
    }

    /** It begins, while nobody gets more than every {@code floor}-th tick; nothing has been announced to it yet. */
    void begin(int floor) {
        this.floor = floor;
        stride = Math.max(stride, floor);
        announcedStride = stride;
    }

    int position() {
        return position;
    }

    void position(int position) {
        this.position = position;
    }
}
