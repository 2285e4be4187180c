package io.essaim.client;

import io.essaim.protocol.swarm.StreamDescription;
import java.time.Duration;

/**
 * How to connect.
 *
 * @param fps frames a second wanted at most; 0: as many as there are
 * @param connectTimeout until the WebSocket must be open
 * @param pingInterval between the pings that frame ages rest upon
 * @param messageBytesMax a larger message ends the connection
 */
public record ClientOptions(int fps, Duration connectTimeout, Duration pingInterval, int messageBytesMax) {
    /** All frames. */
    public static final ClientOptions DEFAULT =
            new ClientOptions(0, Duration.ofSeconds(20), Duration.ofSeconds(5), 32 << 20);

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
        if (messageBytesMax < 1) {
            throw new IllegalArgumentException("messageBytesMax=" + messageBytesMax + ", at least 1");
        }
    }

    public ClientOptions withFps(int fps) {
        return new ClientOptions(fps, connectTimeout, pingInterval, messageBytesMax);
    }

    public ClientOptions withConnectTimeout(Duration connectTimeout) {
        return new ClientOptions(fps, connectTimeout, pingInterval, messageBytesMax);
    }

    public ClientOptions withPingInterval(Duration pingInterval) {
        return new ClientOptions(fps, connectTimeout, pingInterval, messageBytesMax);
    }

    public ClientOptions withMessageBytesMax(int messageBytesMax) {
        return new ClientOptions(fps, connectTimeout, pingInterval, messageBytesMax);
    }
}
