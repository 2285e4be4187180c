package io.essaim.server.session;

import java.util.concurrent.atomic.AtomicInteger;

/** How many sockets are open, and how many may be. Any thread. */
public final class ConnectionLimit {
    private final int max;
    private final AtomicInteger open = new AtomicInteger();

    public ConnectionLimit(int max) {
        this.max = max;
    }

    /** Takes a place, to be given back by {@link #leave()}; false when all are taken. */
    public boolean enter() {
        if (open.incrementAndGet() > max) {
            open.decrementAndGet();
            return false;
        }
        return true;
    }

    public void leave() {
        open.decrementAndGet();
    }

    public int open() {
        return open.get();
    }

    public int max() {
        return max;
    }
}
