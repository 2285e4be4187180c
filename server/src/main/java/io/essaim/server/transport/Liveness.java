package io.essaim.server.transport;

import io.essaim.protocol.CloseCode;
import io.essaim.server.config.Configuration;
import io.essaim.server.config.Settings;
import io.essaim.server.observe.Counter;
import io.essaim.server.observe.Counters;
import io.essaim.server.swarm.TimeSource;
import java.util.concurrent.TimeUnit;

/**
 * Whether a WebSocket's peer is still there. One that says nothing for a while is pinged, behind what it was sent before; one
 * that does not answer that either is closed. TCP alone would keep the connection to a machine that is gone for hours. Its
 * event loop only.
 */
final class Liveness {
    /** How long the peer has for an answer to the close, which it most likely will not read. */
    static final long ABORT_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ClientSocket socket;
    private final TimeSource time;
    private final Counters counters;
    private final long pingNanos;
    private final long timeoutNanos;

    // event loop
    private long heardNanos;
    private long pingedNanos;

    /** Whether a ping is out, and nothing came since. */
    private boolean pinged;

    private long queuedBytes;

    /** When what waits here was last seen to have changed, or nothing waited. */
    private long movedNanos;

    private boolean timedOut;
    private long timedOutNanos;

    Liveness(ClientSocket socket, Configuration configuration, TimeSource time, Counters counters) {
        this.socket = socket;
        this.time = time;
        this.counters = counters;
        this.pingNanos = configuration.get(Settings.PING_INTERVAL).toNanos();
        this.timeoutNanos = configuration.get(Settings.PING_TIMEOUT).toNanos();
        this.heardNanos = time.nanoTime();
        this.movedNanos = heardNanos;
    }

    /** Something came, whatever it was. */
    void heard() {
        heardNanos = time.nanoTime();
        pinged = false;
    }

    /** When something last came. */
    long heardNanos() {
        return heardNanos;
    }

    /** Pings, closes, or ends a close that nobody answers; called about twice a second. */
    void review(long nowNanos) {
        if (timedOut) {
            if (nowNanos - timedOutNanos >= ABORT_NANOS) {
                socket.abort();
            }
            return;
        }
        if (socket.isClosing()) {
            return;
        }
        long queued = socket.queuedBytes();
        if (queued == 0 || queued != queuedBytes) {
            queuedBytes = queued;
            movedNanos = nowNanos;
        }
        long silence = nowNanos - heardNanos;
        if (silence >= timeoutNanos && (pinged ? isUnanswered(nowNanos) : isStuck(nowNanos))) {
            counters.increment(Counter.PING_TIMEOUTS);
            timedOut = true;
            timedOutNanos = nowNanos;
            socket.close(
                    CloseCode.TRY_AGAIN_LATER,
                    "Ping timeout: nothing came for " + TimeUnit.NANOSECONDS.toMillis(silence)
                            + " ms, not even a pong");
        } else if (silence >= pingNanos && !pinged && queued == 0) {
            pinged = true;
            pingedNanos = nowNanos;
            counters.increment(Counter.PINGS_SENT);
            socket.ping();
        }
    }

    /** A ping that had to wait for its turn has the same time as any other. */
    private boolean isUnanswered(long nowNanos) {
        return nowNanos - pingedNanos >= timeoutNanos - pingNanos;
    }

    /** Who reads slowly is there, and is not pinged while bytes wait; who does not read at all may be gone. */
    private boolean isStuck(long nowNanos) {
        return nowNanos - movedNanos >= timeoutNanos;
    }
}
