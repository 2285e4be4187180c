package io.essaim.client;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a producer connects.
 *
 * @param tokens what it is admitted by, sent as {@code Authorization: Bearer}; none will do on the server's machine
 * @param connectTimeout until the WebSocket must be open, and again until the server has described the stream
 * @param pingInterval between the pings that keep the stream ours while nothing is published; the server gives it up after
 *     10 s without a word unless told otherwise
 */
public record PublisherOptions(TokenSource tokens, Duration connectTimeout, Duration pingInterval) {
    /** Without a token. */
    public static final PublisherOptions DEFAULT =
            new PublisherOptions(TokenSource.NONE, Duration.ofSeconds(20), Duration.ofSeconds(3));

    public PublisherOptions {
        if (connectTimeout.isNegative() || connectTimeout.isZero()) {
            throw new IllegalArgumentException("connectTimeout=" + connectTimeout + ", above 0");
        }
        if (pingInterval.compareTo(Duration.ofMillis(100)) < 0) {
            throw new IllegalArgumentException("pingInterval=" + pingInterval + ", at least 100 ms");
        }
    }

    /** @param token null: none */
    public PublisherOptions withToken(@Nullable String token) {
        return withTokens(token == null ? TokenSource.NONE : TokenSource.of(token));
    }

    public PublisherOptions withTokens(TokenSource tokens) {
        return new PublisherOptions(tokens, connectTimeout, pingInterval);
    }

    public PublisherOptions withConnectTimeout(Duration connectTimeout) {
        return new PublisherOptions(tokens, connectTimeout, pingInterval);
    }

    public PublisherOptions withPingInterval(Duration pingInterval) {
        return new PublisherOptions(tokens, connectTimeout, pingInterval);
    }

    /** Without the token, which has no place in a log. */
    @Override
    public String toString() {
        return "PublisherOptions[token=" + tokens + ", connectTimeout=" + connectTimeout + ", pingInterval="
                + pingInterval + "]";
    }
}
