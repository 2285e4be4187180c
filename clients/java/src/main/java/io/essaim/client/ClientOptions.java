package io.essaim.client;

import io.essaim.protocol.Message;
import io.essaim.protocol.swarm.Selection;
import io.essaim.protocol.swarm.StreamDescription;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How to connect, and what to be shown.
 *
 * @param fps frames a second wanted at most; 0: as many as there are
 * @param selection the agents wanted
 * @param form of the frames, plain or delta; null: what the server gives
 * @param batch ticks whose messages come as one, 1 to {@value #BATCH_MAX}; more than one in the form delta only
 * @param tokens what the client is admitted by, sent as {@code Authorization: Bearer}
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
        Message.@Nullable Form form,
        int batch,
        TokenSource tokens,
        Duration connectTimeout,
        Duration pingInterval,
        Duration statsInterval,
        Duration requestTimeout,
        Duration silenceTimeout,
        int messageBytesMax) {
    /** Ticks that may come as one. */
    public static final int BATCH_MAX = 60;

    /** All frames of all agents. */
    public static final ClientOptions DEFAULT = new ClientOptions(
            0,
            Selection.ALL,
            null,
            1,
            TokenSource.NONE,
            Duration.ofSeconds(20),
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            Duration.ofSeconds(30),
            Duration.ofSeconds(60),
            32 << 20);

    public ClientOptions {
        checkFps(fps);
        checkForm(form);
        if (batch < 1 || batch > BATCH_MAX) {
            throw new IllegalArgumentException("batch=" + batch + ", from 1 to " + BATCH_MAX);
        }
        if (batch > 1 && form == Message.Form.PLAIN) {
            throw new IllegalArgumentException("batch=" + batch + ", in the form delta only");
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

    static void checkForm(Message.@Nullable Form form) {
        if (form == Message.Form.JSON) {
            throw new IllegalArgumentException("form=json, plain or delta");
        }
    }

    public ClientOptions withFps(int fps) {
        return new ClientOptions(
                fps,
                selection,
                form,
                batch,
                tokens,
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
                form,
                batch,
                tokens,
                connectTimeout,
                pingInterval,
                statsInterval,
                requestTimeout,
                silenceTimeout,
                messageBytesMax);
    }

    public ClientOptions withForm(Message.@Nullable Form form) {
        return new ClientOptions(
                fps,
                selection,
                form,
                batch,
                tokens,
                connectTimeout,
                pingInterval,
                statsInterval,
                requestTimeout,
                silenceTimeout,
                messageBytesMax);
    }

    public ClientOptions withBatch(int batch) {
        return new ClientOptions(
                fps,
                selection,
                form,
                batch,
                tokens,
                connectTimeout,
                pingInterval,
                statsInterval,
                requestTimeout,
                silenceTimeout,
                messageBytesMax);
    }

    /** @param token null: none */
    public ClientOptions withToken(@Nullable String token) {
        return withTokens(token == null ? TokenSource.NONE : TokenSource.of(token));
    }

    /**
     * @param tokens one that is asked is asked at each connection, and before the login ends: the login is then renewed on
     *     the open connection
     */
    public ClientOptions withTokens(TokenSource tokens) {
        return new ClientOptions(
                fps,
                selection,
                form,
                batch,
                tokens,
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
                form,
                batch,
                tokens,
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
                form,
                batch,
                tokens,
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
                form,
                batch,
                tokens,
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
                form,
                batch,
                tokens,
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
                form,
                batch,
                tokens,
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
                form,
                batch,
                tokens,
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
        return "ClientOptions[fps=" + fps + ", selection=" + selection + ", form=" + form + ", batch=" + batch
                + ", token=" + tokens
                + ", connectTimeout=" + connectTimeout + ", pingInterval=" + pingInterval + ", statsInterval="
                + statsInterval + ", requestTimeout=" + requestTimeout + ", silenceTimeout=" + silenceTimeout
                + ", messageBytesMax=" + messageBytesMax + "]";
    }
}
