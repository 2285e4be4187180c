package io.essaim.server.events;

/** How far one event loop has come in the log. Event loop only. */
final class LoopProgress {
    private static final long UNKNOWN = -1;

    // event loop
    private long epoch;
    private long seen = UNKNOWN;
    private long orders;

    /** The log that offsets are of. */
    long epoch() {
        return epoch;
    }

    /** Offset of the newest event that the loop was offered. */
    long seen() {
        return seen;
    }

    void attached(long epoch, long head) {
        this.epoch = epoch;
        if (seen == UNKNOWN) {
            seen = head;
        }
    }

    /** Returns whether events before were not offered, because the loop was too far behind. */
    boolean hasMissed(long after) {
        return seen != UNKNOWN && after != seen;
    }

    void sees(long offset) {
        seen = offset;
    }

    /** For {@link QueuedEvent#order}. */
    long nextOrder() {
        return orders++;
    }
}
