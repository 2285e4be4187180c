package io.essaim.server.transport;

import io.essaim.protocol.CloseCode;
import io.essaim.protocol.ErrorCode;
import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.Message;
import io.essaim.protocol.Subprotocol;
import io.essaim.protocol.swarm.StreamDescription;
import io.essaim.server.config.Settings;
import io.essaim.server.observe.Counter;
import io.essaim.server.stream.Subscriber;
import io.essaim.server.stream.WebSocketFraming;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** One client: greets it, answers it, and knows its subscription. Its event loop only. */
final class ClientSession {
    /** Malformed messages that a client may send before it is closed. */
    static final int INVALID_MESSAGES_MAX = 10;

    /** How long a close may take, handshake and all. */
    static final long CLOSE_NANOS_MAX = TimeUnit.SECONDS.toNanos(10);

    private final ServerContext server;
    private final Endpoint endpoint;
    private final Subprotocol subprotocol;
    private final MessageCodec codec;
    private final ClientSocket socket;
    private final Subscriber subscriber;
    private final String clientId;

    // event loop
    private int invalidMessages;
    private long stuckSinceNanos;
    private boolean stuck;

    ClientSession(
            ServerContext server,
            Endpoint endpoint,
            Subprotocol subprotocol,
            MessageCodec codec,
            ClientSocket socket,
            boolean deflated,
            int stride) {
        this.server = server;
        this.endpoint = endpoint;
        this.subprotocol = subprotocol;
        this.codec = codec;
        this.socket = socket;
        this.clientId = "c-" + server.clientNumbers().incrementAndGet();
        this.subscriber = new Subscriber(server.feed(endpoint, subprotocol, deflated), socket, stride);
    }

    Subscriber subscriber() {
        return subscriber;
    }

    ClientSocket socket() {
        return socket;
    }

    Subprotocol subprotocol() {
        return subprotocol;
    }

    /** Whether this client gets heartbeats: frequency updates are their own sign of life. */
    boolean wantsHeartbeats() {
        return endpoint == Endpoint.SWARM;
    }

    /** Says what is streamed; before the first frame. */
    void greet() {
        if (endpoint != Endpoint.SWARM) {
            return;
        }
        send(new Message.Connected(
                server.streamer().stream(),
                server.streamer().agentCount(),
                form(),
                subscriber.stride(),
                (int) server.configuration().get(Settings.HEARTBEAT).toMillis(),
                server.time().epochMicros(),
                clientId,
                "essaim/" + server.version()));
    }

    void onText(String text) {
        onMessage(WebSocketFraming.TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    void onBinary(byte[] payload) {
        onMessage(WebSocketFraming.BINARY, payload);
    }

    private void onMessage(int opcode, byte[] payload) {
        server.counters().increment(Counter.MESSAGES_RECEIVED);
        if (socket.isClosing()) {
            return;
        }
        if (!socket.hasRoomForReply()) {
            server.counters().increment(Counter.QUEUE_OVERFLOWS);
            socket.closeUnheard(CloseCode.TRY_AGAIN_LATER, "Send queue full: read before you ask");
            return;
        }
        try {
            if (opcode != codec.opcode()) {
                throw new MalformedMessageException(subprotocol.token() + " takes "
                        + (codec.opcode() == WebSocketFraming.TEXT ? "text" : "binary") + " messages only");
            }
            answer(codec.decode(payload));
        } catch (MalformedMessageException e) {
            refuse(String.valueOf(e.getMessage()));
        }
    }

    private void answer(Message.FromClient message) {
        if (message instanceof Message.Ping ping) {
            send(new Message.Pong(ping.echo(), server.time().epochMicros()));
        } else if (message instanceof Message.Subscribe subscribe) {
            subscribe(subscribe);
        }
    }

    private void subscribe(Message.Subscribe request) {
        if (endpoint != Endpoint.SWARM) {
            send(new Message.ErrorReply(
                    ErrorCode.INVALID_MESSAGE, "There is nothing to subscribe to here", request.requestId()));
            return;
        }
        StreamDescription stream = server.streamer().stream();
        subscriber.stride(stream.strideFor(request.fps()));
        send(new Message.Subscribed(
                request.requestId(), stream.fpsFor(subscriber.stride()), subscriber.stride(), form()));
    }

    private void refuse(String reason) {
        server.counters().increment(Counter.MESSAGES_INVALID);
        send(new Message.ErrorReply(ErrorCode.INVALID_MESSAGE, reason, null));
        if (++invalidMessages >= INVALID_MESSAGES_MAX) {
            socket.close(CloseCode.POLICY_VIOLATION, "Too many invalid messages");
        }
    }

    private void send(Message.FromServer message) {
        send(codec.encode(message));
    }

    /** Sends a message that is encoded already. */
    void send(byte[] payload) {
        server.counters().increment(Counter.MESSAGES_SENT);
        socket.send(codec.opcode(), payload);
    }

    /** Aborts the connection when its peer has read nothing for too long; called about once a second. */
    void checkStall(long nowNanos, long stallNanos) {
        if (!socket.isStuck()) {
            stuck = false;
        } else if (!stuck) {
            stuck = true;
            stuckSinceNanos = nowNanos;
        } else if (nowNanos - stuckSinceNanos >= (socket.isClosing() ? CLOSE_NANOS_MAX : stallNanos)) {
            server.counters().increment(Counter.STALLS_CLOSED);
            socket.abort();
        }
    }

    /** Closes with a hint when to come back. */
    void drain(long retryAfterMillis) {
        socket.close(CloseCode.SERVICE_RESTART, "Server draining; retry_after_ms=" + retryAfterMillis);
    }

    private Message.Form form() {
        return subprotocol == Subprotocol.JSON ? Message.Form.JSON : Message.Form.PLAIN;
    }
}
