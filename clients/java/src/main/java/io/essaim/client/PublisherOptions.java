package io.essaim.client;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a producer connects.
 *
 * @param token what it is admitted by, sent as {@code Authorization: Bearer}; null: none, which will do on the server's machine
 * @param connectTimeout until the WebSocket must be open, and again until the server has described the stream
 * @param pingInterval between the pings that keep the stream ours while nothing is published; the server gives it up after
 *     10 s without a word unless told otherwise
 */
public record PublisherOptions(@Nullable String token, Duration connectTimeout, Duration pingInterval) {
    /** Without a token. */
    public static final PublisherOptions DEFAULT =
            new PublisherOptions(null, Duration.ofSeconds(20), Duration.ofSeconds(3));

    public PublisherOptions {
        if (connectTimeout.isNegative() || connectTimeout.isZero()) {
            throw new IllegalArgumentException("connectTimeout=" + connectTimeout + ", above 0");
        }
        if (pingInterval.compareTo(Duration.ofMillis(100)) < 0) {
            throw new IllegalArgumentException("pingInterval=" + pingInterval + ", at least 100 ms");
        }
    }

    public PublisherOptions withToken(@Nullable String token) {
        return new PublisherOptions(token, connectTimeout, pingInterval);
    }

    public PublisherOptions withConnectTimeout(Duration connectTimeout) {
        return new PublisherOptions(token, connectTimeout, pingInterval);
    }

    public PublisherOptions withPingInterval(Duration pingInterval) {
        return new PublisherOptions(token, connectTimeout, pingInterval);
    }

    /** Without the token, which has no place in a log. */
    @Override
    public String toString() {
        return "PublisherOptions[token=" + (token == null ? "none" : "...") + ", connectTimeout=" + connectTimeout
                + ", pingInterval=" + pingInterval + "]";
    }
}
