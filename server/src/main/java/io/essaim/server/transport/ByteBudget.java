package io.essaim.server.transport;

/** How many bytes of one kind may be held at once. One event loop. */
final class ByteBudget {
    private final long max;
    private long held;

    ByteBudget(long max) {
        this.max = max;
    }

    /** Holds so many more; false, and nothing is held, when that would be too many. */
    boolean take(long bytes) {
        if (held + bytes > max) {
            return false;
        }
        held += bytes;
        return true;
    }

    void give(long bytes) {
        if (bytes > held) {
            throw new IllegalArgumentException("bytes=" + bytes + ", 0 to " + held);
        }
        held -= bytes;
    }

    long held() {
        return held;
    }
}
