package io.essaim.server.stream;

import io.essaim.server.observe.Counter;
import io.essaim.server.observe.Counters;

/**
 * Whether the swarm clock can afford a feed at its rate: an encode must take no more than half of the time between two
 * frames, and the clock must not miss ticks. Else the feed's clients get fewer frames. The feeds of differences of the same
 * agents share one, whatever their strides: so what was learnt outlives a feed whose clients were all lowered. The swarm
 * clock's thread only; the floor may be read by any.
 */
final class FeedOverload {
    /** Trouble: one tick in so many was missed. */
    static final int MISSED_ONE_IN = 10;

    /** The share of the time between two frames that an encode may take. */
    static final double ENCODE_SHARE_MAX = 0.5;

    /** With how much to spare it has to fit into a rate before it is raised to that. */
    private static final double MARGIN = 0.8;

    static final int TROUBLED_WINDOWS = 2 * TierController.WINDOWS_PER_SECOND;
    static final int QUIET_WINDOWS = 5 * TierController.WINDOWS_PER_SECOND;

    private final boolean isView;
    private final RateTiers tiers;
    private final double encodeNanosPerStride;
    private final Counters counters;
    private final TierController controller = new TierController(TROUBLED_WINDOWS, QUIET_WINDOWS);

    private volatile int floor = 1;
    private volatile long nanosPerTick;

    private long encodes;
    private long encodeNanos;
    private int leastStride = Integer.MAX_VALUE;
    private long windowEncodes;
    private long windowNanos;
    private int windowStride = 1;
    private boolean judged;

    /**
     * @param isView whether the feed shows a part of the swarm: such feeds share a budget, and give way first
     * @param expectedNanos an encode, until that is known
     */
    FeedOverload(RateTiers tiers, int ticksPerSecond, boolean isView, long expectedNanos, Counters counters) {
        this.isView = isView;
        this.nanosPerTick = expectedNanos;
        this.tiers = tiers;
        this.encodeNanosPerStride = ENCODE_SHARE_MAX * 1e9 / ticksPerSecond;
        this.counters = counters;
    }

    boolean isView() {
        return isView;
    }

    /** The least stride that there is for anybody now. Any thread. */
    int floor() {
        return floor;
    }

    /** What it took of the clock in the last window, a tick that was due; before the first, what is expected. Any thread. */
    long nanosPerTick() {
        return nanosPerTick;
    }

    /** @param stride of the feed: the time that there is for an encode */
    void encoded(long nanos, int stride) {
        encodes++;
        encodeNanos += nanos;
        leastStride = Math.min(leastStride, stride);
    }

    /** Ends a window of so many ticks that were due. */
    void endWindow(long ticks) {
        windowEncodes = encodes;
        windowNanos = encodeNanos;
        windowStride = encodes == 0 ? 1 : leastStride;
        encodes = 0;
        encodeNanos = 0;
        leastStride = Integer.MAX_VALUE;
        if (windowEncodes > 0) {
            nanosPerTick = windowNanos / Math.max(1, ticks);
        } else if (judged) {
            nanosPerTick = 0;
        }
        judged = true;
    }

    /**
     * Judges the window that ended.
     *
     * @param ticks that were due in it, {@code missed} included
     * @param viewLoad what all views took of the clock in it, of what they may take: above 1 it is theirs to give way
     */
    void review(long ticks, long missed, double viewLoad) {
        int before = controller.level();
        controller.window(window(ticks, missed, viewLoad), tiers.levelsBelow(1));
        if (controller.level() > before) {
            counters.increment(Counter.FEED_OVERLOADS);
        }
        floor = tiers.below(1, controller.level());
    }

    private TierController.Window window(long ticks, long missed, double viewLoad) {
        if (windowEncodes == 0) {
            return TierController.Window.QUIET;
        }
        double nanos = (double) windowNanos / windowEncodes;
        boolean late = missed * MISSED_ONE_IN >= ticks && (isView || viewLoad <= 1);
        if (late || nanos > encodeNanosPerStride * Math.max(floor, windowStride) || (isView && viewLoad > 1)) {
            return TierController.Window.TROUBLED;
        }
        int raised = tiers.below(1, Math.max(0, controller.level() - 1));
        // Views are lowered together, and raised so.
        boolean fits =
                nanos <= MARGIN * encodeNanosPerStride * raised && (!isView || viewLoad * floor / raised <= MARGIN);
        return missed == 0 && fits ? TierController.Window.QUIET : TierController.Window.UNEASY;
    }
}
