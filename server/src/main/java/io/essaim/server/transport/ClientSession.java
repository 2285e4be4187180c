package io.essaim.server.transport;

import io.essaim.protocol.CloseCode;
import io.essaim.protocol.ErrorCode;
import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.Message;
import io.essaim.protocol.Subprotocol;
import io.essaim.server.config.Settings;
import io.essaim.server.events.EventFanOut;
import io.essaim.server.events.EventSubscriber;
import io.essaim.server.observe.Counter;
import io.essaim.server.observe.Distribution;
import io.essaim.server.observe.Distributions;
import io.essaim.server.security.PublishScope;
import io.essaim.server.stream.FanOut;
import io.essaim.server.stream.WebSocketFraming;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One client: greets it, answers it, and closes it. Its event loop only. */
final class ClientSession implements ViewerSession {
    /** Malformed messages that a client may send before it is closed. */
    static final int INVALID_MESSAGES_MAX = 10;

    private static final long NEVER = Long.MIN_VALUE;
    private static final Logger LOG = LoggerFactory.getLogger(ClientSession.class);

    private final ServerContext server;
    private final Admission admission;
    private final Subprotocol subprotocol;
    private final Profile profile;
    private final ClientSocket socket;
    private final ClientMessages messages;
    private final Login login;
    private final MessageRate rate;
    private final Closing closing;
    private final Subscriptions subscriptions;
    private final Publications publications;
    private final String clientId;
    private final long connectedMicros;

    // event loop
    private int invalidMessages;
    private long queuedBytes;
    private boolean guessed;
    private long queueChangedNanos = NEVER;
    private Message.@Nullable Stats reported;

    /**
     * @param admission whose feed is this session's to give back
     * @param loop runs tasks on its event loop
     */
    ClientSession(
            ServerContext server,
            FanOut fanOut,
            EventFanOut eventFanOut,
            Admission admission,
            Profile profile,
            ClientSocket socket,
            ClientMessages messages,
            Login login,
            Closing closing,
            Executor loop) {
        this.server = server;
        this.admission = admission;
        this.subprotocol = admission.request().subprotocol();
        this.profile = profile;
        this.socket = socket;
        this.messages = messages;
        this.login = login;
        this.rate = new MessageRate(
                server.limits()
                        .messages(
                                admission.identity(),
                                admission.request().address(),
                                admission.role(),
                                admission.events().profile() == EventProfile.SIMULATION),
                server.time(),
                messages::reply,
                socket);
        this.closing = closing;
        this.connectedMicros = server.time().epochMicros();
        String number = String.valueOf(server.clientNumbers().incrementAndGet());
        EventQuery query = admission.events();
        this.clientId = query.clientId().orElse("c-" + number);
        // Two may give themselves the same name.
        String uniqueId = query.clientId().map(name -> name + "#" + number).orElse(clientId);
        EventSubscriber subscriber = new EventSubscriber(
                uniqueId,
                new EventSocket(socket, profile.codec().opcode(), server.counters()),
                profile.events(),
                query.batches(),
                admission.identity().grant().events());
        this.subscriptions = new Subscriptions(
                new SwarmSubscription(server, fanOut, subprotocol, admission.view(), socket, messages, this::stalled),
                new FrequencySubscription(server, fanOut, subprotocol, socket, this::stalled),
                new EventSubscription(eventFanOut, subscriber, server.counters(), loop),
                messages,
                this::onRefused);
        this.publications = new Publications(
                server.events().bus(),
                admission.publishRefusal(),
                new PublishScope(admission.identity().grant().events()),
                messages,
                server.counters(),
                loop,
                () -> closeSimulation(CloseCode.SERVER_ERROR, "Server error"));
    }

    ClientSocket socket() {
        return socket;
    }

    ClientMessages messages() {
        return messages;
    }

    /** Whether this client gets heartbeats: frequency updates are their own sign of life. */
    boolean wantsHeartbeats() {
        return admission.endpoint() != Endpoint.FREQUENCY;
    }

    @Override
    public Optional<OpenSockets.Socket> report() {
        return Optional.of(new OpenSockets.Socket(clientId, connectedMicros, socket.messagesSent()));
    }

    /** Begins to send what was asked for with the upgrade, and says so first. */
    @Override
    public void begin() {
        switch (admission.endpoint()) {
            case SWARM -> subscriptions.swarm().start(admission.feedHeld(), admission.stride());
            case FREQUENCY -> subscriptions.frequency().start(admission.feedHeld(), admission.stride());
            default -> {}
        }
        if (admission.endpoint() == Endpoint.FREQUENCY) {
            return;
        }
        Message.Connected connected = connected();
        profile.greeting(connected).forEach(messages::send);
        if (profile.isGreetedWhenGranted()) {
            messages.awaitGreeting();
        }
        admission
                .events()
                .requestOf(admission.identity())
                .ifPresent(
                        request -> subscriptions.events().subscribe(request, outcome -> onEvents(connected, outcome)));
    }

    private Message.Connected connected() {
        SwarmSubscription swarm = subscriptions.swarm();
        return new Message.Connected(
                swarm.epoch().stream(),
                server.streamer().agentCount(),
                swarm.form(),
                swarm.stride(admission.stride()),
                (int) server.configuration().get(Settings.HEARTBEAT).toMillis(),
                server.time().epochMicros(),
                clientId,
                "essaim/" + server.version());
    }

    private void onEvents(Message.Connected connected, EventFanOut.Outcome outcome) {
        if (outcome instanceof EventFanOut.Granted granted) {
            Message.SubscribedEvents events = granted.subscribed();
            messages.greet(profile.granted(connected, events, admission.events().hasFewerRooms(events.interest())));
        } else if (outcome instanceof EventFanOut.Refused refused) {
            messages.greet(List.of());
            // It would wait for ever for what it asked for.
            messages.refuse(EventRefusals.errorCode(refused), refused.reason(), null);
            socket.close(EventRefusals.closeCode(refused), refused.reason());
        }
    }

    @Override
    public void onMessage(int opcode, byte[] payload) {
        server.counters().increment(Counter.MESSAGES_RECEIVED);
        if (socket.isClosing()) {
            return;
        }
        MessageCodec codec = profile.codec();
        if (!rate.admits(() -> RequestIds.of(codec, opcode, payload))) {
            return;
        }
        try {
            if (opcode != codec.opcode()) {
                throw new MalformedMessageException(subprotocol.token() + " takes "
                        + (codec.opcode() == WebSocketFraming.TEXT ? "text" : "binary") + " messages only");
            }
            answer(codec.decode(payload));
        } catch (MalformedMessageException e) {
            refuse(String.valueOf(e.getMessage()), e.requestId());
        }
    }

    private void answer(Message.FromClient message) {
        if (message instanceof Message.Ping ping) {
            messages.reply(new Message.Pong(ping.echo(), server.time().epochMicros()));
        } else if (message instanceof Message.Stats stats) {
            report(stats);
        } else if (message instanceof Message.Auth auth) {
            login.renew(auth);
        } else if (message instanceof Message.Publish publish) {
            publish(publish);
        } else if (admission.endpoint() == Endpoint.FREQUENCY) {
            messages.refuse(ErrorCode.INVALID_MESSAGE, "There is nothing to subscribe to here", RequestIds.of(message));
        } else {
            subscriptions.answer(message);
        }
    }

    private void onRefused(EventFanOut.Refused refused, @Nullable String requestId) {
        if (refused.fault() == EventFanOut.Fault.MALFORMED) {
            refuse(refused.reason(), requestId);
            return;
        }
        messages.refuse(EventRefusals.errorCode(refused), refused.reason(), requestId);
        if (refused.fault() == EventFanOut.Fault.NOT_PERMITTED) {
            closeSimulation(CloseCode.POLICY_VIOLATION, refused.reason());
        }
    }

    private void publish(Message.Publish request) {
        if (!guessed && admission.publishRefusal().isPresent()) {
            guessed = true;
            login.countGuess(admission.publishRefusal().get());
        }
        publications.publish(request).ifPresent(why -> closeSimulation(CloseCode.POLICY_VIOLATION, why));
    }

    /** Of these, clients expect a close where others go on watching. */
    private void closeSimulation(CloseCode code, String reason) {
        if (admission.events().profile() == EventProfile.SIMULATION) {
            socket.close(code, reason);
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

    private void refuse(String reason, @Nullable String requestId) {
        server.counters().increment(Counter.MESSAGES_INVALID);
        messages.refuse(ErrorCode.INVALID_MESSAGE, reason, requestId);
        if (++invalidMessages >= INVALID_MESSAGES_MAX) {
            socket.close(CloseCode.POLICY_VIOLATION, "Too many invalid messages");
        }
    }

    private void stalled() {
        if (socket.isClosing()) {
            return;
        }
        server.counters().increment(Counter.STALLS_CLOSED);
        socket.close(CloseCode.TRY_AGAIN_LATER, "Stalled: nothing was read for too long");
    }

    /** Ends a close that its peer does not answer, a login, and a connection that takes nothing. */
    @Override
    public void review(long nowNanos) {
        long queued = socket.queuedBytes();
        server.distributions().record(Distribution.QUEUED_BYTES, (double) queued);
        if (closing.review(nowNanos)) {
            return;
        }
        login.review();
        if (admission.endpoint().isForEvents()) {
            reviewQueue(queued, nowNanos);
        }
    }

    /** Who gets frames is closed by what becomes of them; without there is only this to tell by. */
    private void reviewQueue(long queued, long nowNanos) {
        if (queued == 0 || queued != queuedBytes || queueChangedNanos == NEVER) {
            queuedBytes = queued;
            queueChangedNanos = nowNanos;
        } else if (nowNanos - queueChangedNanos
                >= server.configuration().get(Settings.STALL_TIMEOUT).toNanos()) {
            stalled();
        }
    }

    /** Nothing more can be sent. Harmless when repeated. */
    void silenced() {
        subscriptions.pause();
    }

    @Override
    public void closed() {
        LOG.debug(
                "{} left: swarm {}, frequency {}, it reported {}",
                clientId,
                subscriptions.swarm().delivery(),
                subscriptions.frequency().delivery(),
                reported);
        subscriptions.stop();
        admission.place().leave();
    }

    @Override
    public void drain(long retryAfterMillis) {
        socket.close(CloseCode.SERVICE_RESTART, "Server draining; retry_after_ms=" + retryAfterMillis);
    }
}
