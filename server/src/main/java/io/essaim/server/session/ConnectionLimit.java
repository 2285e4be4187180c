package io.essaim.server.session;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** How many sockets of one kind, viewers or producers, are open, and how many may be. Any thread. */
public final class ConnectionLimit {
    private final int max;
    private final AtomicInteger open = new AtomicInteger();

    public ConnectionLimit(int max) {
        this.max = max;
    }

    /** Takes a place; empty when all are taken. */
    public Optional<Place> enter() {
        if (open.incrementAndGet() > max) {
            open.decrementAndGet();
            return Optional.empty();
        }
        return Optional.of(new Place());
    }

    /** One taken place, given back once however often it is asked to. */
    public final class Place {
        private final AtomicBoolean left = new AtomicBoolean();

        private Place() {}

        public void leave() {
            if (left.compareAndSet(false, true)) {
                open.decrementAndGet();
            }
        }
    }

    public int open() {
        return open.get();
    }

    public int max() {
        return max;
    }
}
