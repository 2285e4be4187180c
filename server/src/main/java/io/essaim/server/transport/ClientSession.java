package io.essaim.server.transport;

import io.essaim.protocol.CloseCode;
import io.essaim.protocol.ErrorCode;
import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.Message;
import io.essaim.protocol.Message.TierReason;
import io.essaim.protocol.Subprotocol;
import io.essaim.server.config.Settings;
import io.essaim.server.observe.Counter;
import io.essaim.server.observe.Distribution;
import io.essaim.server.observe.Distributions;
import io.essaim.server.stream.Epoch;
import io.essaim.server.stream.FanOut;
import io.essaim.server.stream.Feed;
import io.essaim.server.stream.FeedKey;
import io.essaim.server.stream.Subscriber;
import io.essaim.server.stream.SubscriberListener;
import io.essaim.server.stream.ViewRefusedException;
import io.essaim.server.stream.WebSocketFraming;
import io.essaim.server.transport.Upgrades.Admission;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One client: greets it, answers it, and knows its subscription. Its event loop only. */
final class ClientSession implements SubscriberListener {
    /** Malformed messages that a client may send before it is closed. */
    static final int INVALID_MESSAGES_MAX = 10;

    /** How long a close may take, handshake and all. */
    static final long CLOSE_NANOS_MAX = TimeUnit.SECONDS.toNanos(10);

    /** A client gets another feed no more often: each may be one to make, and a roster, or a replay, to send. */
    static final long VIEW_NANOS_MIN = TimeUnit.SECONDS.toNanos(1);

    private static final long NEVER = Long.MIN_VALUE;
    private static final Logger LOG = LoggerFactory.getLogger(ClientSession.class);

    private final ServerContext server;
    private final FanOut fanOut;
    private final Endpoint endpoint;
    private final Message.Form ownForm;
    private final Subprotocol subprotocol;
    private final MessageCodec codec;
    private final ClientSocket socket;
    private final Subscriber subscriber;
    private final String clientId;

    // event loop
    private View view;
    private long feedChangedNanos = NEVER;
    private int invalidMessages;
    private long closingSinceNanos = NEVER;
    private Message.@Nullable Stats reported;

    /** @param admission whose feed is this session's to give back */
    ClientSession(
            ServerContext server,
            FanOut fanOut,
            Admission admission,
            Subprotocol subprotocol,
            MessageCodec codec,
            ClientSocket socket) {
        this.server = server;
        this.fanOut = fanOut;
        this.endpoint = admission.endpoint();
        this.view = admission.view();
        this.ownForm = view.form();
        this.subprotocol = subprotocol;
        this.codec = codec;
        this.socket = socket;
        this.clientId = "c-" + server.clientNumbers().incrementAndGet();
        Epoch epoch = server.streamer().epoch();
        this.subscriber = new Subscriber(
                admission.feed(),
                epoch,
                socket,
                admission.stride(),
                this,
                server.counters(),
                server.time().nanoTime());
        allowTail();
    }

    private void allowTail() {
        boolean tails = endpoint == Endpoint.SWARM && view.form() == Message.Form.DELTA;
        socket.allowTail(tails ? Subscriber.TAIL_BYTES_MAX : 0);
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
                subscriber.epoch().stream(),
                server.streamer().agentCount(),
                view.form(),
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
        try {
            if (opcode != codec.opcode()) {
                throw new MalformedMessageException(subprotocol.token() + " takes "
                        + (codec.opcode() == WebSocketFraming.TEXT ? "text" : "binary") + " messages only");
            }
            answer(codec.decode(payload));
        } catch (MalformedMessageException e) {
            refuse(e);
        }
    }

    private void answer(Message.FromClient message) {
        if (message instanceof Message.Ping ping) {
            reply(new Message.Pong(ping.echo(), server.time().epochMicros()));
        } else if (message instanceof Message.Subscribe subscribe) {
            subscribe(subscribe);
        } else if (message instanceof Message.Stats stats) {
            report(stats);
        }
    }

    private void report(Message.Stats stats) {
        reported = stats;
        Distributions distributions = server.distributions();
        distributions.record(Distribution.REPORTED_SKIPPED, (double) stats.skipped());
        distributions.record(Distribution.REPORTED_FPS, stats.fpsHundredths() / 1e2);
        Message.Ages ages = stats.ages();
        if (ages != null) {
            distributions.record(Distribution.REPORTED_AGE_P50, ages.p50Micros() / 1e6);
            distributions.record(Distribution.REPORTED_AGE_P99, ages.p99Micros() / 1e6);
        }
    }

    private void subscribe(Message.Subscribe request) {
        if (endpoint != Endpoint.SWARM) {
            reply(new Message.ErrorReply(
                    ErrorCode.INVALID_MESSAGE, "There is nothing to subscribe to here", request.requestId()));
            return;
        }
        Message.Form form = request.form();
        try {
            if (form != null) {
                ViewQuery.checkForm(form, form.token(), subprotocol);
            }
        } catch (IllegalArgumentException e) {
            reply(new Message.ErrorReply(
                    ErrorCode.INVALID_MESSAGE, String.valueOf(e.getMessage()), request.requestId()));
            return;
        }
        View wanted = new View(request.selection(), form == null ? ownForm : form, view.deflated(), view.batch());
        Optional<String> refusal = show(wanted, server.strideFor(wanted, request.fps()));
        if (refusal.isPresent()) {
            reply(new Message.ErrorReply(ErrorCode.RATE_LIMITED, refusal.get(), request.requestId()));
            return;
        }
        int stride = subscriber.stride();
        reply(new Message.Subscribed(
                request.requestId(),
                subscriber.epoch().stream().fpsFor(stride),
                stride,
                view.form(),
                view.selection()));
    }

    /** Shows another part of the swarm, or the same at another rate; returns why not. */
    private Optional<String> show(View wanted, int stride) {
        FeedKey key = wanted.key(subscriber.granted(stride));
        if (key.equals(view.key(subscriber.stride()))) {
            subscriber.request(stride);
            return Optional.empty();
        }
        long now = server.time().nanoTime();
        long since = now - feedChangedNanos;
        if (feedChangedNanos != NEVER && since < VIEW_NANOS_MIN) {
            server.counters().increment(Counter.VIEW_CHANGES_REFUSED);
            String what = wanted.equals(view) ? "The rate of the form delta" : "A view";
            return Optional.of(what + " changes once a second at most; ask again in "
                    + (1 + TimeUnit.NANOSECONDS.toMillis(VIEW_NANOS_MIN - since)) + " ms");
        }
        try {
            Feed feed = wanted.equals(view) ? server.acquireAtStride(key) : server.acquire(endpoint, key);
            Feed before = subscriber.feed();
            fanOut.move(subscriber, feed, stride);
            server.release(endpoint, before);
        } catch (ViewRefusedException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
        feedChangedNanos = now;
        view = wanted;
        allowTail();
        return Optional.empty();
    }

    /** Whether it asks and asks without reading the answers; then it is closed. */
    boolean overflows() {
        if (socket.hasRoomForReply()) {
            return false;
        }
        server.counters().increment(Counter.QUEUE_OVERFLOWS);
        socket.closeUnheard(CloseCode.TRY_AGAIN_LATER, "Send queue full: read before you ask");
        return true;
    }

    private void refuse(MalformedMessageException e) {
        server.counters().increment(Counter.MESSAGES_INVALID);
        reply(new Message.ErrorReply(ErrorCode.INVALID_MESSAGE, String.valueOf(e.getMessage()), e.requestId()));
        if (++invalidMessages >= INVALID_MESSAGES_MAX) {
            socket.close(CloseCode.POLICY_VIOLATION, "Too many invalid messages");
        }
    }

    private void reply(Message.FromServer message) {
        if (!overflows()) {
            send(message);
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

    @Override
    public void onTier(long sequence, int stride, TierReason reason) {
        int fps = server.streamer().stream().fpsFor(stride);
        server.counters().increment(Counter.MESSAGES_SENT);
        socket.stage(codec.opcode(), codec.encode(new Message.Tier(sequence, fps, stride, reason)));
    }

    @Override
    public void onEpoch(Epoch epoch, int stride) {
        if (endpoint == Endpoint.SWARM) {
            server.counters().increment(Counter.MESSAGES_SENT);
            socket.stage(
                    codec.opcode(),
                    codec.encode(new Message.StreamChanged(
                            epoch.stream(), epoch.agentCount(), stride, epoch.timeMicros(), epoch.reason())));
        }
    }

    @Override
    public void onReplay(long sequence) {
        server.counters().increment(Counter.MESSAGES_SENT);
        socket.stage(codec.opcode(), codec.encode(new Message.Replay(sequence)));
    }

    @Override
    public void onStall() {
        server.counters().increment(Counter.STALLS_CLOSED);
        socket.close(CloseCode.TRY_AGAIN_LATER, "Stalled: nothing was read for too long");
    }

    /** Ends a close that its peer does not answer; called about twice a second. */
    void review(long nowNanos) {
        server.distributions().record(Distribution.QUEUED_BYTES, (double) socket.queuedBytes());
        if (!socket.isClosing()) {
            return;
        }
        if (closingSinceNanos == NEVER) {
            closingSinceNanos = nowNanos;
        } else if (nowNanos - closingSinceNanos >= CLOSE_NANOS_MAX) {
            socket.abort();
        }
    }

    /** The connection is gone. */
    void closed() {
        server.release(endpoint, subscriber.feed());
        LOG.debug("{} left: {}, it reported {}", clientId, subscriber.delivery(), reported);
    }

    /** Closes with a hint when to come back. */
    void drain(long retryAfterMillis) {
        socket.close(CloseCode.SERVICE_RESTART, "Server draining; retry_after_ms=" + retryAfterMillis);
    }
}
