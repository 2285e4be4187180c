package io.essaim.protocol;

import org.jspecify.annotations.Nullable;

/**
 * Bytes that are no message of the protocol: garbage, truncated, of a foreign schema, or with a length that
 * their size belies. The one exception that every decoder of Essaim throws on bad input. Its message names the field
 * and, where there is one, the limit, and can be shown to the peer.
 */
public final class MalformedMessageException extends Exception {
    private static final long serialVersionUID = 1L;

    private final @Nullable String requestId;

    public MalformedMessageException(String message) {
        super(message);
        this.requestId = null;
    }

    public MalformedMessageException(String message, Throwable cause) {
        super(message, cause);
        this.requestId = null;
    }

    /** @param requestId of the request that cannot be granted, so that the refusal can answer it */
    public MalformedMessageException(String message, String requestId) {
        super(message);
        this.requestId = requestId;
    }

    /** Likewise. */
    public MalformedMessageException(String message, String requestId, Throwable cause) {
        super(message, cause);
        this.requestId = requestId;
    }

    /** Of the request that the message is, as far as that could be read; null when it is none. */
    public @Nullable String requestId() {
        return requestId;
    }
}
