package io.essaim.server.transport;

import java.util.concurrent.TimeUnit;

/** Ends a connection whose peer is gone, or does not answer a close. Its event loop only. */
final class Closing {
    /** How long a close may take, handshake and all. */
    static final long NANOS_MAX = TimeUnit.SECONDS.toNanos(10);

    private static final long NEVER = Long.MIN_VALUE;

    private final ClientSocket socket;
    private final Liveness liveness;

    // event loop
    private long sinceNanos = NEVER;

    Closing(ClientSocket socket, Liveness liveness) {
        this.socket = socket;
        this.liveness = liveness;
    }

    /** @return false when the socket is not closing */
    boolean review(long nowNanos) {
        liveness.review(nowNanos);
        if (!socket.isClosing()) {
            return false;
        }
        if (sinceNanos == NEVER) {
            sinceNanos = nowNanos;
        } else if (nowNanos - sinceNanos >= NANOS_MAX) {
            socket.abort();
        }
        return true;
    }
}
