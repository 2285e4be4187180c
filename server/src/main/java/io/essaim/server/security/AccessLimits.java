package io.essaim.server.security;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.essaim.server.observe.Counter;
import io.essaim.server.observe.Counters;
import io.essaim.server.security.Ban.Kind;
import io.essaim.server.swarm.TimeSource;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.EstimationProbe;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How much somebody may ask of the server, and who is banned for having asked too much. What is of an address holds for
 * none of this machine itself. Counts what it refuses. Any thread, except that a {@link MessageLimiter} is of one loop.
 */
public final class AccessLimits {
    /** Addresses that are remembered, of those that came last. */
    static final int ADDRESSES_MAX = 100_000;

    private static final Duration STRIKES_KEPT = Duration.ofMinutes(1);
    private static final Duration UNUSED_KEPT = Duration.ofHours(1);

    private final TimeSource time;
    private final Counters counters;
    private final Bans bans;
    private final TimeMeter meter;
    private final Cache<String, Bucket> handshakes;
    private final Cache<String, Strikes> rejections;
    private final Cache<Bans.Key, Bucket> publishers;
    private volatile AccessRules rules;

    public AccessLimits(AccessRules rules, TimeSource time, Counters counters) {
        this.rules = rules;
        this.time = time;
        this.counters = counters;
        this.bans = new Bans(time);
        long startNanos = time.nanoTime();
        this.meter = new TimeMeter() {
            @Override
            public long currentTimeNanos() {
                return time.nanoTime() - startNanos;
            }

            @Override
            public boolean isWallClockBased() {
                return false;
            }
        };
        this.handshakes = remembered(UNUSED_KEPT);
        this.rejections = remembered(STRIKES_KEPT);
        this.publishers = remembered(UNUSED_KEPT);
    }

    private <K, V> Cache<K, V> remembered(Duration unused) {
        return Caffeine.newBuilder()
                .maximumSize(ADDRESSES_MAX)
                .expireAfterAccess(unused)
                .ticker(time::nanoTime)
                .executor(Runnable::run)
                .build();
    }

    /** How much longer an address is banned; empty when it is not. */
    public Optional<Duration> bannedFor(ClientAddress address) {
        return refused(address.isLocal() ? Optional.empty() : bans.left(Kind.ADDRESS, address.key()));
    }

    /** Likewise of somebody by name. */
    public Optional<Duration> bannedFor(Identity identity) {
        return refused(identity.isShared() ? Optional.empty() : bans.left(Kind.IDENTITY, identity.name()));
    }

    private Optional<Duration> refused(Optional<Duration> left) {
        if (left.isPresent()) {
            counters.increment(Counter.BANNED_REFUSED);
        }
        return left;
    }

    /** Whether an address may make one more handshake or request now. */
    public boolean admits(ClientAddress address) {
        if (address.isLocal()
                || handshakes
                        .get(address.key(), key -> bucket(rules.handshakes()))
                        .tryConsume(1)) {
            return true;
        }
        counters.increment(Counter.HANDSHAKES_OVER_RATE);
        return false;
    }

    /**
     * How long until somebody may hand in further events over HTTP; empty when it may now. All its requests count together;
     * those that run at the same time may go beyond the burst, and the next ones wait for that.
     */
    public Optional<Duration> publishingIn(Identity identity, ClientAddress address) {
        if (identity.isShared() && address.isLocal()) {
            return Optional.empty();
        }
        EstimationProbe probe = publisher(identity, address).estimateAbilityToConsume(1);
        if (probe.canBeConsumed()) {
            return Optional.empty();
        }
        overRate();
        return Optional.of(Duration.ofNanos(Math.max(1, probe.getNanosToWaitForRefill())));
    }

    /** So many were handed in, which {@link #publishingIn} allowed the first of: what is above the rate is waited for. */
    public void published(Identity identity, ClientAddress address, int events) {
        if (events > 0 && !(identity.isShared() && address.isLocal())) {
            publisher(identity, address).consumeIgnoringRateLimits(events);
        }
    }

    private Bucket publisher(Identity identity, ClientAddress address) {
        Bans.Key key = identity.isShared()
                ? new Bans.Key(Kind.ADDRESS, address.key())
                : new Bans.Key(Kind.IDENTITY, identity.name());
        return publishers.get(key, same -> bucket(rules.messages(Role.PUBLISHER)));
    }

    private Bucket bucket(Allowance allowance) {
        return Bucket.builder()
                .addLimit(limit -> limit.capacity(allowance.burst())
                        .refillGreedy(allowance.rate().count(), allowance.rate().period()))
                .withCustomTimePrecision(meter)
                .build();
    }

    /**
     * For one connection.
     *
     * @param simulation whether it is one of {@code /ws/simulation}, where viewers have a limit of their own
     */
    public MessageLimiter messages(Identity identity, ClientAddress address, Role role, boolean simulation) {
        return new MessageLimiter(this, identity, address, role, simulation, time.nanoTime());
    }

    /** A token that came from there did not hold: too many of these, and the address is banned. */
    public void rejected(ClientAddress address) {
        if (!address.isLocal()
                && rejections.get(address.key(), key -> new Strikes()).add(time.nanoTime()) >= rules.banAfter()) {
            ban(Identity.ANONYMOUS, address, "too many tokens that do not hold");
        }
    }

    AccessRules rules() {
        return rules;
    }

    void overRate() {
        counters.increment(Counter.MESSAGES_OVER_RATE);
    }

    /** Bans who can be told from others; returns what it is told. */
    String ban(Identity identity, ClientAddress address, String why) {
        Duration banTime = rules.banTime();
        if (banTime.isZero() || (identity.isShared() && address.isLocal())) {
            // Clients know by this beginning that it is for their messages, and not for want of a token.
            return Character.toUpperCase(why.charAt(0)) + why.substring(1);
        }
        counters.increment(Counter.BANS);
        if (identity.isShared()) {
            bans.add(Kind.ADDRESS, address.key(), banTime, why);
        } else {
            bans.add(Kind.IDENTITY, identity.name(), banTime, why);
        }
        return Ban.words(banTime) + ": " + why;
    }

    /** At most so many of those that are in force. */
    public List<Ban> bans(int max) {
        return bans.list(max);
    }

    public int banCount() {
        return bans.count();
    }

    /** Lets in again the address or identity of this key; false when there is none that is banned. */
    public boolean lift(String key) {
        return bans.lift(key);
    }

    /** Addresses that are remembered because of what they asked for of late. */
    public int addresses() {
        handshakes.cleanUp();
        return (int) handshakes.estimatedSize();
    }

    /** From now on these hold, for open connections as well. Bans stay. */
    public void apply(AccessRules changed) {
        rules = changed;
        handshakes.invalidateAll();
        publishers.invalidateAll();
    }
}
