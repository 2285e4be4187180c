package io.essaim.server.transport;

import io.essaim.protocol.CloseCode;
import io.essaim.protocol.ErrorCode;
import io.essaim.protocol.Limits;
import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.Message;
import io.essaim.protocol.Subprotocol;
import io.essaim.protocol.json.JsonSwarmStateDecoder;
import io.essaim.protocol.sbe.SbeDecoder;
import io.essaim.server.config.Settings;
import io.essaim.server.ingest.Ingest;
import io.essaim.server.ingest.MessageKind;
import io.essaim.server.ingest.Producer;
import io.essaim.server.ingest.ProducerListener;
import io.essaim.server.ingest.StateRate;
import io.essaim.server.ingest.Utf8Check;
import io.essaim.server.observe.Counter;
import io.essaim.server.security.Identity;
import io.essaim.server.security.MessageLimiter;
import io.essaim.server.session.ConnectionLimits.Place;
import io.essaim.server.stream.WebSocketFraming;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One producer's connection: greets it, hands its states to the decoding thread, answers the rest. Its event loop only, but
 * for what it hears as {@link ProducerListener}.
 */
final class ProducerSession implements ProducerListener, Session {
    private static final long RATE_TOLD_EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long NEVER = Long.MIN_VALUE;

    private final ServerContext server;
    private final Subprotocol subprotocol;
    private final MessageCodec codec;
    private final ClientSocket socket;
    private final Liveness liveness;
    private final Place place;
    private final LoginEnd login;
    private final MessageRate others;
    private final Closing closing;
    private final Executor loop;
    private final Producer producer;
    private final String clientId;
    private final long connectedMicros;
    private final SbeDecoder kinds = new SbeDecoder();
    private final Utf8Check utf8 = new Utf8Check();
    private final StateRate states;
    private final StateRate rosters;
    private final int statesPerSecond;
    private final Duration timeout;
    private final Duration messageTimeout;

    // event loop
    private int invalidInARow;
    private long rateToldNanos = NEVER;
    private long heardNanos;
    private @Nullable MessageCollector collector;

    /**
     * @param limiter of its messages that are no states, which have a rate of their own
     * @param loop runs tasks on its event loop
     */
    ProducerSession(
            ServerContext server,
            Ingest ingest,
            Subprotocol subprotocol,
            MessageCodec codec,
            ClientSocket socket,
            Identity identity,
            MessageLimiter limiter,
            Place place,
            Executor loop) {
        this.server = server;
        this.subprotocol = subprotocol;
        this.codec = codec;
        this.socket = socket;
        this.place = place;
        this.login = new LoginEnd(server, identity);
        this.others = new MessageRate(limiter, server.time(), this::reply, socket);
        this.liveness = new Liveness(socket, server.configuration(), server.time(), server.counters());
        this.closing = new Closing(socket, liveness);
        this.loop = loop;
        this.clientId = "c-" + server.clientNumbers().incrementAndGet();
        this.connectedMicros = server.time().epochMicros();
        this.producer = ingest.connect(clientId, subprotocol, this);
        this.statesPerSecond = server.configuration().get(Settings.INGEST_RATE);
        this.timeout = server.configuration().get(Settings.INGEST_TIMEOUT);
        this.messageTimeout = server.configuration().get(Settings.PING_TIMEOUT);
        this.heardNanos = server.time().nanoTime();
        this.rosters = new StateRate(statesPerSecond, server.time().nanoTime());
        this.states = new StateRate(statesPerSecond, server.time().nanoTime());
    }

    ClientSocket socket() {
        return socket;
    }

    Liveness liveness() {
        return liveness;
    }

    @Override
    public Optional<OpenSockets.Socket> report() {
        return Optional.of(new OpenSockets.Socket(clientId, connectedMicros, socket.messagesSent()));
    }

    /** Says which grid to use. */
    void greet() {
        send(new Message.Connected(
                server.streamer().stream(),
                server.streamer().agentCount(),
                subprotocol == Subprotocol.JSON ? Message.Form.JSON : Message.Form.PLAIN,
                1,
                (int) server.configuration().get(Settings.HEARTBEAT).toMillis(),
                server.time().epochMicros(),
                clientId,
                "essaim/" + server.version()));
    }

    /** Something came, be it only a ping or a part of a message. */
    void heard() {
        heardNanos = server.time().nanoTime();
        producer.heard(heardNanos);
        liveness.heard();
    }

    /** What puts its messages together. */
    void collectedBy(MessageCollector collector) {
        this.collector = collector;
    }

    void onMessage(int opcode, byte[] payload) {
        server.counters().increment(Counter.MESSAGES_RECEIVED);
        if (socket.isClosing()) {
            return;
        }
        try {
            if (opcode != codec.opcode()) {
                throw new MalformedMessageException(subprotocol.token() + " takes "
                        + (codec.opcode() == WebSocketFraming.TEXT ? "text" : "binary") + " messages only");
            }
            switch (kind(payload)) {
                case STATE -> {
                    if (isWithin(states)) {
                        producer.state(payload);
                    }
                }
                // Never dropped: frames that are within the rate may need it.
                case ROSTER ->
                    producer.roster(payload, rosters.allows(server.time().nanoTime()));
                case OTHER -> {
                    if (others.admits(() -> RequestIds.of(codec, opcode, payload))) {
                        answer(payload);
                    }
                }
            }
        } catch (MalformedMessageException e) {
            refuse(String.valueOf(e.getMessage()), e.requestId());
        }
    }

    private MessageKind kind(byte[] payload) throws MalformedMessageException {
        return subprotocol == Subprotocol.JSON ? MessageKind.ofText(payload) : MessageKind.ofBinary(payload, kinds);
    }

    private boolean isWithin(StateRate rate) {
        long now = server.time().nanoTime();
        if (rate.allows(now)) {
            return true;
        }
        server.counters().increment(Counter.INGEST_OVER_RATE);
        if (rateToldNanos == NEVER || now - rateToldNanos >= RATE_TOLD_EVERY_NANOS) {
            rateToldNanos = now;
            reply(new Message.ErrorReply(
                    ErrorCode.RATE_LIMITED,
                    "More than " + statesPerSecond + " states a second: what is above is dropped; send fewer",
                    null));
        }
        return false;
    }

    private void answer(byte[] payload) throws MalformedMessageException {
        if (payload.length > Limits.VIEWER_MESSAGE_BYTES_MAX) {
            throw new MalformedMessageException("a message of " + payload.length
                    + " bytes that is no state; any other has at most " + Limits.VIEWER_MESSAGE_BYTES_MAX);
        }
        if (subprotocol == Subprotocol.JSON) {
            if (!utf8.isValid(payload)) {
                closeAsNotUtf8();
                return;
            }
            String type = JsonSwarmStateDecoder.typeOf(payload);
            if (type != null && !type.equals("ping") && !type.equals("subscribe")) {
                throw new MalformedMessageException("type is \"" + abridged(type) + "\"; " + takes());
            }
        }
        Message.FromClient message = codec.decode(payload);
        if (message instanceof Message.Ping ping) {
            invalidInARow = 0;
            reply(new Message.Pong(ping.echo(), server.time().epochMicros()));
        } else {
            refuse(
                    "That is for viewers; " + takes(),
                    message instanceof Message.Subscribe subscribe ? subscribe.requestId() : null);
        }
    }

    private String takes() {
        return "a producer sends "
                + (subprotocol == Subprotocol.JSON
                        ? JsonSwarmStateDecoder.TYPE + " and ping"
                        : "Roster, SwarmFrame16, SwarmFrame32 and Ping");
    }

    private static String abridged(String text) {
        return text.length() <= 40 ? text : text.substring(0, 37) + "...";
    }

    private void refuse(String reason, @Nullable String requestId) {
        server.counters().increment(Counter.MESSAGES_INVALID);
        reply(new Message.ErrorReply(ErrorCode.INVALID_MESSAGE, reason, requestId));
        if (++invalidInARow >= ClientSession.INVALID_MESSAGES_MAX) {
            socket.close(CloseCode.POLICY_VIOLATION, "Too many invalid messages");
        }
    }

    private void reply(Message.FromServer message) {
        if (!overflows()) {
            send(message);
        }
    }

    private void send(Message.FromServer message) {
        server.counters().increment(Counter.MESSAGES_SENT);
        socket.send(codec.opcode(), codec.encode(message));
    }

    /** Whether it goes on without reading the answers; then it is closed. */
    boolean overflows() {
        if (socket.hasRoomForReply()) {
            return false;
        }
        server.counters().increment(Counter.QUEUE_OVERFLOWS);
        socket.closeUnheard(CloseCode.TRY_AGAIN_LATER, "Send queue full: read before you ask");
        return true;
    }

    @Override
    public void onTaken() {
        loop.execute(() -> invalidInARow = 0);
    }

    @Override
    public void onMalformed(String reason) {
        loop.execute(() -> {
            if (!socket.isClosing()) {
                refuse(reason, null);
            }
        });
    }

    @Override
    public void onNotUtf8() {
        loop.execute(() -> {
            if (!socket.isClosing()) {
                closeAsNotUtf8();
            }
        });
    }

    private void closeAsNotUtf8() {
        server.counters().increment(Counter.PROTOCOL_ERRORS);
        socket.close(CloseCode.INVALID_PAYLOAD, "bytes are not UTF-8");
    }

    @Override
    public void onOccupied(String streaming) {
        loop.execute(() -> {
            if (!socket.isClosing()) {
                server.counters().increment(Counter.INGEST_OCCUPIED);
                socket.close(CloseCode.TRY_AGAIN_LATER, "Another producer is streaming: " + streaming);
            }
        });
    }

    /** Ends a close that its peer does not answer, a login in its time, and a message whose rest does not come. */
    @Override
    public void review(long nowNanos) {
        if (closing.review(nowNanos)) {
            return;
        }
        login.review(socket);
        if (!socket.isClosing() && collector != null && collector.isAmidMessage()) {
            reviewUnfinished(collector.begunNanos(), nowNanos);
        }
    }

    /** A message whose rest comes byte by byte would hold its place as one does whose rest does not come. */
    private void reviewUnfinished(long begunNanos, long nowNanos) {
        if (nowNanos - heardNanos >= timeout.toNanos()) {
            server.counters().increment(Counter.INGEST_UNFINISHED);
            socket.close(
                    CloseCode.TRY_AGAIN_LATER, "Message unfinished: nothing came for " + timeout.toMillis() + " ms");
        } else if (nowNanos - begunNanos >= messageTimeout.toNanos()) {
            server.counters().increment(Counter.INGEST_UNFINISHED);
            socket.close(
                    CloseCode.POLICY_VIOLATION,
                    "Message unfinished: begun more than " + messageTimeout.toMillis() + " ms ago (ping-timeout)");
        }
    }

    /** Nothing more is taken from it: one of the two closes, or the connection is gone. Harmless when repeated. */
    void left() {
        producer.left();
    }

    @Override
    public void closed() {
        left();
        place.leave();
    }

    @Override
    public void drain(long retryAfterMillis) {
        socket.close(CloseCode.SERVICE_RESTART, "Server draining; retry_after_ms=" + retryAfterMillis);
    }
}
