package io.essaim.server.events;

import java.util.concurrent.TimeUnit;

/** Whether publications come so fast that waiting for each is not worth it. Event sequencer only. */
final class PublishPace {
    /** How long it looks at; one that has ended decides. */
    static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    /** Publications within it: twenty thousand a second. */
    static final int FAST = 20;

    // event sequencer
    private long periodEnd;
    private int publications;
    private boolean fast;

    PublishPace(long nanoTime) {
        periodEnd = nanoTime + PERIOD_NANOS;
    }

    /** Takes note of how many came since the last time. */
    void note(int count, long nanoTime) {
        publications += count;
        if (nanoTime - periodEnd >= 0) {
            fast = publications >= FAST;
            publications = 0;
            periodEnd = nanoTime + PERIOD_NANOS;
        }
    }

    boolean isFast() {
        return fast;
    }
}
