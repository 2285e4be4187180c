package io.essaim.server.session;

import io.essaim.server.observe.Counter;
import io.essaim.server.observe.Counters;
import io.essaim.server.security.ClientAddress;
import io.essaim.server.security.Identity;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * How many connections there are, in all, of a path, of an address and of an identity, and how many may be. Those who are
 * not let in have a maximum of their own, so that they take no place of those who are. Counts what it refuses. Any thread.
 */
public final class ConnectionLimits {
    /** What came of the wish for a place. */
    public sealed interface Entry permits Place, Full {}

    /** @param reason to tell the client, which may come back */
    public record Full(String reason) implements Entry {}

    private static final String REACHED = " reached";

    private final Counters counters;
    private final AtomicInteger viewers = new AtomicInteger();
    private final AtomicInteger producers = new AtomicInteger();
    private final AtomicInteger outside = new AtomicInteger();
    private final Tally paths = new Tally();
    private final Tally addresses = new Tally();
    private final Tally identities = new Tally();
    private volatile ConnectionRules rules;

    public ConnectionLimits(ConnectionRules rules, Counters counters) {
        this.rules = rules;
        this.counters = counters;
    }

    /** Of one who watches, or waits for events. */
    public Entry enter(String path, ClientAddress address) {
        return enter(path, address, viewers, takeAsViewer(path));
    }

    private Optional<Full> takeAsViewer(String path) {
        return take(path, viewers, rules.total(), Counter.CONNECTIONS_OVER_LIMIT, "Maximum connections");
    }

    /** Of one who publishes the swarm. */
    public Entry enterProducer(String path, ClientAddress address) {
        Optional<Full> full =
                take(path, producers, rules.producers(), Counter.PRODUCERS_OVER_LIMIT, "Maximum producers");
        return enter(path, address, producers, full);
    }

    /** One more in all and of the path, unless that were too many. */
    private Optional<Full> take(String path, AtomicInteger open, int max, Counter counter, String what) {
        if (open.incrementAndGet() > max) {
            open.decrementAndGet();
            return Optional.of(full(counter, what + REACHED));
        }
        if (!paths.take(path, rules.path(path))) {
            open.decrementAndGet();
            return Optional.of(full(counter, "Maximum connections of " + path + REACHED));
        }
        return Optional.empty();
    }

    private Entry enter(String path, ClientAddress address, AtomicInteger open, Optional<Full> full) {
        if (full.isPresent()) {
            return full.get();
        }
        String key = address.isLocal() ? null : address.key();
        if (key != null && !addresses.take(key, rules.address())) {
            paths.give(path);
            open.decrementAndGet();
            return full(Counter.ADDRESSES_OVER_LIMIT, "Maximum connections of this address" + REACHED);
        }
        return new Place(open, path, key);
    }

    private Full full(Counter counter, String reason) {
        counters.increment(counter);
        return new Full(reason);
    }

    /** One taken place, given back once however often it is asked to. Any thread. */
    public final class Place implements Entry {
        private final AtomicInteger open;
        private final String path;
        private final @Nullable String address;

        // any thread, by this object's lock
        private @Nullable String identity;
        private boolean isOutside;
        private boolean left;

        private Place(AtomicInteger open, String path, @Nullable String address) {
            this.open = open;
            this.path = path;
            this.address = address;
        }

        /**
         * Counts it as somebody's, once it is known whose it is.
         *
         * @return why that one may have no further one; empty when it may
         */
        public synchronized Optional<String> claim(Identity whose) {
            if (left || identity != null || whose.isShared()) {
                return Optional.empty();
            }
            if (!identities.take(whose.name(), rules.identity())) {
                counters.increment(Counter.IDENTITIES_OVER_LIMIT);
                return Optional.of("Maximum connections of \"" + whose.name() + "\"" + REACHED);
            }
            identity = whose.name();
            return Optional.empty();
        }

        /**
         * Counts a viewer's among those of who is not let in, yet or at all, until it leaves or is let in. It is none of
         * the path any more, but still one of the address.
         *
         * @return why there may be no further one; empty when there may
         */
        public synchronized Optional<String> keepOut() {
            if (left || isOutside) {
                return Optional.empty();
            }
            if (outside.incrementAndGet() > rules.outside()) {
                outside.decrementAndGet();
                counters.increment(Counter.LOGINS_OVER_LIMIT);
                return Optional.of("Maximum connections that are not logged in" + REACHED);
            }
            giveInside();
            isOutside = true;
            return Optional.empty();
        }

        /** Makes it a viewer's again; returns why there may be no further one, empty when there may. */
        public synchronized Optional<String> letIn() {
            if (left || !isOutside) {
                return Optional.empty();
            }
            Optional<Full> full = takeAsViewer(path);
            if (full.isEmpty()) {
                outside.decrementAndGet();
                isOutside = false;
            }
            return full.map(Full::reason);
        }

        private void giveInside() {
            open.decrementAndGet();
            paths.give(path);
        }

        public synchronized void leave() {
            if (left) {
                return;
            }
            left = true;
            if (isOutside) {
                outside.decrementAndGet();
            } else {
                giveInside();
            }
            if (address != null) {
                addresses.give(address);
            }
            if (identity != null) {
                identities.give(identity);
            }
        }
    }

    /** Of viewers and producers, and of who is not let in. */
    public int open() {
        return viewers.get() + producers.get() + outside.get();
    }

    /** Of viewers. */
    public int max() {
        return rules.total();
    }

    /** Addresses that have any. */
    public int addresses() {
        return addresses.keys();
    }

    /** From now on these hold; who is connected stays. */
    public void apply(ConnectionRules changed) {
        rules = changed;
    }
}
