package io.essaim.client;

import java.io.IOException;

/** The connection was closed by a close frame; {@link io.essaim.protocol.CloseCode} explains the code. */
public final class ConnectionClosedException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int code;
    private final String reason;

    ConnectionClosedException(int code, String reason) {
        super("the connection was closed with code " + code + (reason.isEmpty() ? "" : ": " + reason));
        this.code = code;
        this.reason = reason;
    }

    public int code() {
        return code;
    }

    /** The server's words; may be empty. */
    public String reason() {
        return reason;
    }
}
