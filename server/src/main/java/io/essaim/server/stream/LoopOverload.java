package io.essaim.server.stream;

import io.essaim.server.observe.Counter;
import io.essaim.server.observe.Counters;

/**
 * Whether an event loop keeps up. One that drops a tenth of its frames for two seconds gives all its clients fewer, evenly
 * spaced, rather than what is left by chance. Its event loop only.
 */
final class LoopOverload {
    /** Trouble: one frame in so many came too late to be sent. */
    static final int STALE_ONE_IN = 10;

    /** Quiet: so few that they are a moment's and not the load's. */
    static final int QUIET_ONE_IN = 100;

    static final int TROUBLED_WINDOWS = 2 * TierController.WINDOWS_PER_SECOND;
    static final int QUIET_WINDOWS = 5 * TierController.WINDOWS_PER_SECOND;

    private final RateTiers tiers;
    private final Counters counters;
    private final TierController controller = new TierController(TROUBLED_WINDOWS, QUIET_WINDOWS);
    private long inTime;
    private long stale;

    LoopOverload(RateTiers tiers, Counters counters) {
        this.tiers = tiers;
        this.counters = counters;
    }

    /** Counts frames that clients were due. */
    void delivered(int inTime, int stale) {
        this.inTime += inTime;
        this.stale += stale;
    }

    /** The least stride that this loop gives to anybody now. */
    int floor() {
        return tiers.below(1, controller.level());
    }

    /** Ends a window. */
    void review() {
        int before = controller.level();
        controller.window(window(), tiers.levelsBelow(1));
        if (controller.level() > before) {
            counters.increment(Counter.LOOP_OVERLOADS);
        }
        inTime = 0;
        stale = 0;
    }

    private TierController.Window window() {
        long due = inTime + stale;
        if (stale * QUIET_ONE_IN <= due) {
            return TierController.Window.QUIET;
        }
        return stale * STALE_ONE_IN >= due ? TierController.Window.TROUBLED : TierController.Window.UNEASY;
    }
}
