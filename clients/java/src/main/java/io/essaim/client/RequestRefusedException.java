package io.essaim.client;

import io.essaim.protocol.ErrorCode;
import java.io.IOException;

/** The server answered a request with an error; the connection, and the view it had, go on. */
public final class RequestRefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    /** @param message the server's words */
    RequestRefusedException(ErrorCode code, String message) {
        super(message + " (error " + code.code() + ")");
        this.code = code;
    }

    public ErrorCode code() {
        return code;
    }
}
