package io.essaim.client;

import io.essaim.protocol.swarm.StreamDescription;
import java.time.Duration;

/**
 * How to connect.
 *
 * @param fps frames a second wanted at most; 0: as many as there are
 * @param connectTimeout until the WebSocket must be open
 * @param pingInterval between the pings that frame ages rest upon
 * @param statsInterval between reports to the server of what came, the first of which needs a pong; zero: none are made
 * @param messageBytesMax a larger message ends the connection
 */
public record ClientOptions(
        int fps, Duration connectTimeout, Duration pingInterval, Duration statsInterval, int messageBytesMax) {
    /** All frames. */
    public static final ClientOptions DEFAULT =
            new ClientOptions(0, Duration.ofSeconds(20), Duration.ofSeconds(5), Duration.ofSeconds(5), 32 << 20);

    public ClientOptions {
        if (fps < 0 || fps > StreamDescription.TICKS_PER_SECOND_MAX) {
            throw new IllegalArgumentException("fps=" + fps + ", from 0 to " + StreamDescription.TICKS_PER_SECOND_MAX);
        }
        if (connectTimeout.isNegative() || connectTimeout.isZero()) {
            throw new IllegalArgumentException("connectTimeout=" + connectTimeout + ", above 0");
        }
        if (pingInterval.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("pingInterval=" + pingInterval + ", at least 1 s");
        }
        if (!statsInterval.isZero() && statsInterval.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("statsInterval=" + statsInterval + ", 0 or at least 1 s");
        }
        if (messageBytesMax < 1) {
            throw new IllegalArgumentException("messageBytesMax=" + messageBytesMax + ", at least 1");
        }
    }

    public ClientOptions withFps(int fps) {
        return new ClientOptions(fps, connectTimeout, pingInterval, statsInterval, messageBytesMax);
    }

    public ClientOptions withConnectTimeout(Duration connectTimeout) {
        return new ClientOptions(fps, connectTimeout, pingInterval, statsInterval, messageBytesMax);
    }

    public ClientOptions withPingInterval(Duration pingInterval) {
        return new ClientOptions(fps, connectTimeout, pingInterval, statsInterval, messageBytesMax);
    }

    public ClientOptions withStatsInterval(Duration statsInterval) {
        return new ClientOptions(fps, connectTimeout, pingInterval, statsInterval, messageBytesMax);
    }

    public ClientOptions withMessageBytesMax(int messageBytesMax) {
        return new ClientOptions(fps, connectTimeout, pingInterval, statsInterval, messageBytesMax);
    }
}
