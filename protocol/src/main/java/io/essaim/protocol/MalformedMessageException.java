package io.essaim.protocol;

/**
 * Bytes that are no message of the protocol: garbage, truncated, of a foreign schema, or with a length that
 * their size belies. The one exception that every decoder of Essaim throws on bad input. Its message names the field
 * and, where there is one, the limit, and can be shown to the peer.
 */
public final class MalformedMessageException extends Exception {
    private static final long serialVersionUID = 1L;

    public MalformedMessageException(String message) {
        super(message);
    }

    public MalformedMessageException(String message, Throwable cause) {
        super(message, cause);
    }
}
