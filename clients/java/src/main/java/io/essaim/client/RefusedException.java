package io.essaim.client;

import java.io.IOException;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The server answered the request for a WebSocket with something else; its words are in the message. */
public final class RefusedException extends IOException {
    private static final long serialVersionUID = 1L;
    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,9}");

    private final int status;
    private final String body;
    private final @Nullable Duration retryAfter;

    /** @param retryAfter the header's value; empty: there was none */
    RefusedException(int status, String body, String retryAfter, Throwable cause) {
        super(
                "the server refused the connection with HTTP " + status + (body.isBlank() ? "" : ": " + body.strip()),
                cause);
        this.status = status;
        this.body = body;
        this.retryAfter = SECONDS.matcher(retryAfter).matches() ? Duration.ofSeconds(Long.parseLong(retryAfter)) : null;
    }

    /** HTTP's code: 503 invites to come back, 400 to 404 do not. */
    public int status() {
        return status;
    }

    /** When to come back, by the header {@code Retry-After}; null where it does not say so in seconds. */
    public @Nullable Duration retryAfter() {
        return retryAfter;
    }

    /** What came with it, from Essaim {@code {"error":"…"}}; may be empty. */
    public String body() {
        return body;
    }
}
