package io.essaim.client;

import io.essaim.protocol.swarm.Selection;
import io.essaim.protocol.swarm.StreamDescription;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How to connect, and what to be shown.
 *
 * @param fps frames a second wanted at most; 0: as many as there are
 * @param selection the agents wanted
 * @param token what the client is admitted by, sent as {@code Authorization: Bearer}; null: none
 * @param connectTimeout until the WebSocket must be open, and again until the server has described the stream
 * @param pingInterval between the pings that frame ages rest upon
 * @param statsInterval between reports to the server of what came, the first of which needs a pong; zero: none are made
 * @param requestTimeout until a request must be answered
 * @param silenceTimeout a connection over which nothing comes for so long is given up; to be well above the server's heartbeat,
 *     which is 30 s. The time that a listener takes does not count
 * @param messageBytesMax a larger message ends the connection
 */
public record ClientOptions(
        int fps,
        Selection selection,
        @Nullable String token,
        Duration connectTimeout,
        Duration pingInterval,
        Duration statsInterval,
        Duration requestTimeout,
        Duration silenceTimeout,
        int messageBytesMax) {
    /** All frames of all agents. */
    public static final ClientOptions DEFAULT = new ClientOptions(
            0,
            Selection.ALL,
            null,
            Duration.ofSeconds(20),
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            Duration.ofSeconds(30),
            Duration.ofSeconds(60),
            32 << 20);

    public ClientOptions {
        checkFps(fps);
        if (connectTimeout.isNegative() || connectTimeout.isZero()) {
            throw new IllegalArgumentException("connectTimeout=" + connectTimeout + ", above 0");
        }
        if (pingInterval.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("pingInterval=" + pingInterval + ", at least 1 s");
        }
        if (!statsInterval.isZero() && statsInterval.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("statsInterval=" + statsInterval + ", 0 or at least 1 s");
        }
        if (requestTimeout.isNegative() || requestTimeout.isZero()) {
            throw new IllegalArgumentException("requestTimeout=" + requestTimeout + ", above 0");
        }
        if (silenceTimeout.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("silenceTimeout=" + silenceTimeout + ", at least 1 s");
        }
        if (messageBytesMax < 1) {
            throw new IllegalArgumentException("messageBytesMax=" + messageBytesMax + ", at least 1");
        }
    }

    static void checkFps(int fps) {
        if (fps < 0 || fps > StreamDescription.TICKS_PER_SECOND_MAX) {
            throw new IllegalArgumentException("fps=" + fps + ", from 0 to " + StreamDescription.TICKS_PER_SECOND_MAX);
        }
    }

    public ClientOptions withFps(int fps) {
        return new ClientOptions(
                fps,
                selection,
                token,
                connectTimeout,
                pingInterval,
                statsInterval,
                requestTimeout,
                silenceTimeout,
                messageBytesMax);
    }

    public ClientOptions withSelection(Selection selection) {
        return new ClientOptions(
                fps,
                selection,
                token,
                connectTimeout,
                pingInterval,
                statsInterval,
                requestTimeout,
                silenceTimeout,
                messageBytesMax);
    }

    public ClientOptions withToken(@Nullable String token) {
        return new ClientOptions(
                fps,
                selection,
                token,
                connectTimeout,
                pingInterval,
                statsInterval,
                requestTimeout,
                silenceTimeout,
                messageBytesMax);
    }

    public ClientOptions withConnectTimeout(Duration connectTimeout) {
        return new ClientOptions(
                fps,
                selection,
                token,
                connectTimeout,
                pingInterval,
                statsInterval,
                requestTimeout,
                silenceTimeout,
                messageBytesMax);
    }

    public ClientOptions withPingInterval(Duration pingInterval) {
        return new ClientOptions(
                fps,
                selection,
                token,
                connectTimeout,
                pingInterval,
                statsInterval,
                requestTimeout,
                silenceTimeout,
                messageBytesMax);
    }

    public ClientOptions withStatsInterval(Duration statsInterval) {
        return new ClientOptions(
                fps,
                selection,
                token,
                connectTimeout,
                pingInterval,
                statsInterval,
                requestTimeout,
                silenceTimeout,
                messageBytesMax);
    }

    public ClientOptions withRequestTimeout(Duration requestTimeout) {
        return new ClientOptions(
                fps,
                selection,
                token,
                connectTimeout,
                pingInterval,
                statsInterval,
                requestTimeout,
                silenceTimeout,
                messageBytesMax);
    }

    public ClientOptions withSilenceTimeout(Duration silenceTimeout) {
        return new ClientOptions(
                fps,
                selection,
                token,
                connectTimeout,
                pingInterval,
                statsInterval,
                requestTimeout,
                silenceTimeout,
                messageBytesMax);
    }

    public ClientOptions withMessageBytesMax(int messageBytesMax) {
        return new ClientOptions(
                fps,
                selection,
                token,
                connectTimeout,
                pingInterval,
                statsInterval,
                requestTimeout,
                silenceTimeout,
                messageBytesMax);
    }

    /** Without the token, which has no place in a log. */
    @Override
    public String toString() {
        return "ClientOptions[fps=" + fps + ", selection=" + selection + ", token=" + (token == null ? "none" : "...")
                + ", connectTimeout=" + connectTimeout + ", pingInterval=" + pingInterval + ", statsInterval="
                + statsInterval + ", requestTimeout=" + requestTimeout + ", silenceTimeout=" + silenceTimeout
                + ", messageBytesMax=" + messageBytesMax + "]";
    }
}
