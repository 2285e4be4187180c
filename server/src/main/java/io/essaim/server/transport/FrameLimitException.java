package io.essaim.server.transport;

import io.netty.handler.codec.DecoderException;

/** A message that comes in more frames than may be. Nothing of RFC 6455 is violated by it. */
final class TooManyFragmentsException extends DecoderException {
    private static final long serialVersionUID = 1L;

    /** @param fragmentsMax that {@code max-fragments} allows */
    TooManyFragmentsException(int fragmentsMax) {
        super("A message of more than " + fragmentsMax + " frames (max-fragments): send larger ones");
    }

    /** Its place in the code is known, and anybody can cause it. */
    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
