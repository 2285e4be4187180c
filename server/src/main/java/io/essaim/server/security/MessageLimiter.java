package io.essaim.server.security;

import java.time.Duration;

/** How many messages one connection may send. Its event loop only; it never blocks. */
public final class MessageLimiter {
    /** What becomes of a message. */
    public sealed interface Verdict permits Allowed, Refused, Closed {}

    public record Allowed() implements Verdict {}

    /**
     * @param reason why it is not looked at; the connection stays
     * @param counts whether too many of these lead to a ban
     */
    public record Refused(String reason, boolean counts) implements Verdict {}

    /** @param reason to close with: it was one too many */
    public record Closed(String reason) implements Verdict {}

    private static final Verdict ALLOWED = new Allowed();
    private static final String EXCEEDED = "Rate limit exceeded";
    private static final Verdict SIMULATION_REFUSED = new Refused(EXCEEDED, false);

    private final AccessLimits limits;
    private final Identity identity;
    private final ClientAddress address;
    private final Role role;
    private final boolean simulation;

    // event loop
    private AccessRules rules;
    private Pace pace;
    private final Strikes strikes = new Strikes();

    MessageLimiter(
            AccessLimits limits,
            Identity identity,
            ClientAddress address,
            Role role,
            boolean simulation,
            long nowNanos) {
        this.limits = limits;
        this.identity = identity;
        this.address = address;
        this.role = role;
        this.simulation = simulation && role == Role.VIEWER;
        this.rules = limits.rules();
        this.pace = pace(nowNanos);
    }

    private Pace pace(long nowNanos) {
        return simulation ? new SlidingWindow(rules.simulation()) : new TokenBucket(rules.messages(role), nowNanos);
    }

    /** Of one more message, before anything is made of it. */
    @SuppressWarnings("ReferenceEquality") // rules are exchanged as a whole
    public Verdict ask(long nowNanos) {
        if (rules != limits.rules()) {
            rules = limits.rules();
            pace = pace(nowNanos);
        }
        long waitNanos = pace.take(nowNanos);
        if (waitNanos == 0) {
            return ALLOWED;
        }
        limits.overRate();
        if (simulation) {
            return SIMULATION_REFUSED;
        } else if (strikes.add(nowNanos) < rules.banAfter()) {
            // Clients read this time, as they do where a view changes too often.
            return new Refused(
                    EXCEEDED + "; ask again in "
                            + Duration.ofNanos(waitNanos).plusNanos(999_999).toMillis() + " ms",
                    true);
        }
        return new Closed(limits.ban(identity, address, "too many messages"));
    }
}
