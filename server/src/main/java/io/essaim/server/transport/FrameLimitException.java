package io.essaim.server.transport;

import io.essaim.server.observe.Counter;
import io.netty.handler.codec.DecoderException;

/** More frames than a peer may send. Nothing of RFC 6455 is violated by it. */
final class FrameLimitException extends DecoderException {
    private static final long serialVersionUID = 1L;

    private final Counter counter;

    private FrameLimitException(String reason, Counter counter) {
        super(reason);
        this.counter = counter;
    }

    /** @param fragmentsMax that {@code max-fragments} allows */
    static FrameLimitException ofFragments(int fragmentsMax) {
        return new FrameLimitException(
                "A message of more than " + fragmentsMax + " frames (max-fragments): send larger ones",
                Counter.FRAGMENTS_OVER_LIMIT);
    }

    /** @param perSecond how many pings and pongs may come */
    static FrameLimitException ofControlFrames(int perSecond) {
        return new FrameLimitException(
                "Too many pings and pongs: send at most " + perSecond + " a second", Counter.CONTROL_FRAMES_OVER_LIMIT);
    }

    /** Of the connections that it closed. */
    Counter counter() {
        return counter;
    }

    /** Its place in the code is known, and anybody can cause it. */
    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
