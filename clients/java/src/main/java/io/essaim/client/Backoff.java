package io.essaim.client;

import io.essaim.protocol.CloseCode;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongUnaryOperator;

/**
 * How long to wait before connecting again, as the protocol asks: up to half a second at first, up to twice as long after
 * each further failure, at most 20 s; each wait a random part of that, so that clients that were cut off together do not come
 * back together. Not thread-safe.
 */
public final class Backoff {
    private static final long FIRST_MILLIS_MAX = 500;
    private static final long MILLIS_MAX = 20_000;
    private static final int INVITING_FROM = 4000;
    private static final int INVITING_TO = 4499;

    private final LongUnaryOperator random;
    private long millisMax = FIRST_MILLIS_MAX;

    public Backoff() {
        this(bound -> ThreadLocalRandom.current().nextLong(bound));
    }

    /** @param random a number from 0 to below its argument */
    Backoff(LongUnaryOperator random) {
        this.random = random;
    }

    /** The next wait. */
    public Duration next() {
        long millis = random.applyAsLong(millisMax) + 1;
        millisMax = Math.min(MILLIS_MAX, 2 * millisMax);
        return Duration.ofMillis(millis);
    }

    /** Begins with short waits again; to be called once something came over a connection. */
    public void reset() {
        millisMax = FIRST_MILLIS_MAX;
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
}
