package io.essaim.client;

import io.essaim.protocol.CloseCode;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongUnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How long to wait before connecting again, and whether to, as the protocol asks. A wait is half a second, which spares a
 * server that refuses, and a random time more, so that clients that were cut off together do not come back together: up to
 * half a second at first, up to twice as long after each further failure. No wait is longer than 20 s. Where the server said
 * when to come back, by {@code retry_after_ms} in a close's reason or by {@code Retry-After}, it is that time and up to half a
 * second more, within the same limits; who is banned waits until that is over, an hour at most. A login that ended, or has other
 * permissions now, is worth another at once. Not thread-safe.
 */
public final class Backoff {
    private static final long MILLIS_MIN = 500;
    private static final long MILLIS_MAX = 20_000;
    private static final Pattern HINT = Pattern.compile("\\bretry_after_ms=([0-9]{1,9})\\b");
    private static final Pattern BAN = Pattern.compile("^Banned for ([0-9]{1,9}) s\\b");
    private static final long BAN_MILLIS_MAX = 3_600_000;

    /** Begins the reason of a close that is for what the client did, not for who it is. */
    private static final String FOR_ITS_MESSAGES = "Too many ";

    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int REQUEST_TIMEOUT = 408;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int SERVER_ERRORS_FROM = 500;
    private static final int INVITING_FROM = 4000;
    private static final int INVITING_TO = 4499;

    private final LongUnaryOperator random;
    private long jitterMillisMax = MILLIS_MIN;

    public Backoff() {
        this(bound -> ThreadLocalRandom.current().nextLong(bound));
    }

    /** @param random a number from 0 to below its argument */
    Backoff(LongUnaryOperator random) {
        this.random = random;
    }

    /** The next wait. */
    public Duration next() {
        return next(MILLIS_MIN, jitterMillisMax);
    }

    /** The next wait after a close with this reason. */
    public Duration next(String closeReason) {
        Matcher ban = BAN.matcher(closeReason);
        if (ban.find()) {
            return banned(1_000 * Long.parseLong(ban.group(1)));
        }
        Matcher hint = HINT.matcher(closeReason);
        return hint.find() ? hinted(Long.parseLong(hint.group(1))) : next();
    }

    /** The next wait after this failure, or after what caused it. */
    public Duration next(Throwable failure) {
        Throwable reason = reason(failure);
        if (reason instanceof RefusedException refused && refused.retryAfter() != null) {
            long millis = refused.retryAfter().toMillis();
            return refused.status() == TOO_MANY_REQUESTS ? banned(millis) : hinted(millis);
        }
        if (!(reason instanceof ConnectionClosedException closed)) {
            return next();
        }
        boolean isFirst = jitterMillisMax == MILLIS_MIN;
        Duration wait = next(closed.reason());
        return isFirst && isLoginOver(closed.code()) ? Duration.ZERO : wait;
    }

    /** Begins with short waits again; to be called once something came over a connection. */
    public void reset() {
        jitterMillisMax = MILLIS_MIN;
    }

    /** Whether a client may come back after a close with this code. */
    public static boolean isInvitedAfter(int closeCode) {
        return closeCode == CloseCode.NORMAL.code()
                || closeCode == CloseCode.GOING_AWAY.code()
                || closeCode == CloseCode.SERVER_ERROR.code()
                || closeCode == CloseCode.SERVICE_RESTART.code()
                || closeCode == CloseCode.TRY_AGAIN_LATER.code()
                || (closeCode >= INVITING_FROM && closeCode <= INVITING_TO);
    }

    /** The same, of a close with its reason: who is banned may come back once that is over. */
    public static boolean isInvitedAfter(int closeCode, String reason) {
        return isInvitedAfter(closeCode) || BAN.matcher(reason).find();
    }

    /**
     * Whether trying again may end otherwise than in this failure, or in what caused it: not after a close whose code does not
     * invite to, nor after a refusal, unless it is for the server's sake (HTTP 408, 429 and from 500 on).
     */
    public static boolean isInvitedAfter(Throwable failure) {
        Throwable reason = reason(failure);
        if (reason instanceof RefusedException refused) {
            return refused.status() >= SERVER_ERRORS_FROM
                    || refused.status() == REQUEST_TIMEOUT
                    || refused.status() == TOO_MANY_REQUESTS;
        }
        return !(reason instanceof ConnectionClosedException closed) || isInvitedAfter(closed.code(), closed.reason());
    }

    /** Whether the server did not let the client in: for its token, the want of one, or its permissions. */
    static boolean isTurnedAway(Throwable failure) {
        Throwable reason = reason(failure);
        if (reason instanceof RefusedException refused) {
            return refused.status() == UNAUTHORIZED || refused.status() == FORBIDDEN;
        }
        return reason instanceof ConnectionClosedException closed
                && closed.code() == CloseCode.POLICY_VIOLATION.code()
                && !closed.reason().startsWith(FOR_ITS_MESSAGES)
                && !BAN.matcher(closed.reason()).find();
    }

    private static boolean isLoginOver(int closeCode) {
        return closeCode == CloseCode.LOGIN_EXPIRED.code() || closeCode == CloseCode.PERMISSIONS_CHANGED.code();
    }

    private Duration banned(long millis) {
        return Duration.ofMillis(Math.min(BAN_MILLIS_MAX, millis) + random.applyAsLong(MILLIS_MIN + 1));
    }

    private Duration hinted(long millis) {
        return next(Math.max(MILLIS_MIN, millis), MILLIS_MIN);
    }

    private Duration next(long millis, long jitterMillis) {
        jitterMillisMax = Math.min(MILLIS_MAX, 2 * jitterMillisMax);
        return Duration.ofMillis(Math.min(MILLIS_MAX, millis + random.applyAsLong(jitterMillis + 1)));
    }

    /** Loops and futures wrap what they throw. */
    private static @Nullable Throwable reason(Throwable failure) {
        Throwable reason = failure;
        while (reason != null
                && !(reason instanceof RefusedException)
                && !(reason instanceof ConnectionClosedException)) {
            reason = reason.getCause();
        }
        return reason;
    }
}
