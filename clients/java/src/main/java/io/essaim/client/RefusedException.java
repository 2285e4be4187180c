package io.essaim.client;

import java.io.IOException;

/** The server answered the request for a WebSocket with something else; its words are in the message. */
public final class RefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String body;

    RefusedException(int status, String body, Throwable cause) {
        super(
                "the server refused the connection with HTTP " + status + (body.isBlank() ? "" : ": " + body.strip()),
                cause);
        this.status = status;
        this.body = body;
    }

    /** HTTP's code: 503 invites to come back, 400 to 404 do not. */
    public int status() {
        return status;
    }

    /** What came with it, from Essaim {@code {"error":"…"}}; may be empty. */
    public String body() {
        return body;
    }
}
