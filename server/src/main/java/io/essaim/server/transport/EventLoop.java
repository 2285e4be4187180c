package io.essaim.server.transport;

import io.essaim.protocol.Message;
import io.essaim.protocol.Subprotocol;
import io.essaim.server.config.Configuration;
import io.essaim.server.config.EventSettings;
import io.essaim.server.config.Settings;
import io.essaim.server.events.EventFanOut;
import io.essaim.server.ingest.Ingest;
import io.essaim.server.observe.Counter;
import io.essaim.server.session.ConnectionLimit.Place;
import io.essaim.server.stream.FanOut;
import io.essaim.server.tls.TlsIdentity;
import io.essaim.server.transport.Upgrades.Admission;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.internal.ContextInternal;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** One event loop: its HTTP server, its clients, its fan-out and its timers. Everything here runs on that loop. */
final class EventLoop implements Upgrades.Acceptor {
    private static final long REVIEW_MILLIS = 1_000 / FanOut.REVIEWS_PER_SECOND;

    private final ServerContext server;
    private final ContextInternal context;
    private final Vertx vertx;
    private final boolean directSend;
    private final Receivers receivers;
    private final int messageBytesMax;
    private final Map<Subprotocol, MessageCodec> producerCodecs = new EnumMap<>(Subprotocol.class);
    private final Profiles profiles;
    private final Set<ClientSession> sessions = new LinkedHashSet<>();
    private final Set<ProducerSession> producers = new LinkedHashSet<>();
    private final FrameViews views;
    private final MessageFramer framer = MessageFramer.plain();
    private final FanOut fanOut;
    private final EventFanOut eventFanOut;
    private final LatestFrames latestFrames;
    private final HttpServer http;

    /** Of which every path is {@link Endpoint#SIMULATION}; null when there is none. */
    private final @Nullable HttpServer simulation;

    /** Made for the first client that negotiates it. */
    private @Nullable Deflation deflation;

    /** Made when the loop begins to accept. */
    private @Nullable EventsApi eventsApi;

    /** More than 0 once the server drains: clients that slipped in leave as well. */
    private long drainMillis;

    /**
     * On the loop itself.
     *
     * @param directSend whether frames may go past the channel, where there is such a way
     * @param receivers of the messages of viewers
     */
    EventLoop(ServerContext server, ContextInternal context, boolean directSend, Receivers receivers) {
        this.server = server;
        this.context = context;
        this.directSend = directSend;
        this.receivers = receivers;
        this.messageBytesMax = receivers.messageBytesMax(server.configuration());
        this.vertx = context.owner();
        for (Subprotocol subprotocol : Subprotocol.values()) {
            producerCodecs.put(subprotocol, MessageCodec.of(subprotocol));
        }
        views = new FrameViews(context.nettyEventLoop());
        fanOut = new FanOut(
                server.streamer().feeds(),
                server.streamer().tiers(),
                context.nettyEventLoop(),
                server.time(),
                server.counters(),
                server.distributions());
        latestFrames = new LatestFrames(server, fanOut);
        eventFanOut = new EventFanOut(
                server.events().log(),
                context.nettyEventLoop(),
                this::after,
                server.eventWindows(),
                server.outboxLimits(),
                server.time(),
                server.counters(),
                server.distributions(),
                server.errors());
        profiles = new Profiles(server);
        http = server();
        simulation = server.configuration().get(EventSettings.SIMULATION_PORT) > 0 ? server() : null;
    }

    private HttpServer server() {
        return vertx.createHttpServer(options(server, messageBytesMax)).exceptionHandler(new HandshakeFailures(server.counters()));
    }

    @SuppressWarnings("FutureReturnValueIgnored") // what a task throws Netty logs
    private void after(long nanos, Runnable task) {
        context.nettyEventLoop().schedule(task, nanos, TimeUnit.NANOSECONDS);
    }

    private static HttpServerOptions options(ServerContext server, int messageBytes) {
        Configuration configuration = server.configuration();
        HttpServerOptions options = new HttpServerOptions()
                .setHost(configuration.get(Settings.HOST))
                .setSendBufferSize(configuration.get(Settings.SEND_BUFFER).bytesAsInt())
                .setTcpNoDelay(true)
                .setCompressionSupported(false)
                // Would hold back the connection handler, and with it the deadline, until the first bytes come.
                .setHttp2ClearTextEnabled(false)
                .setMaxWebSocketFrameSize(messageBytes)
                .setMaxWebSocketMessageSize(messageBytes)
                .setPerMessageWebSocketCompressionSupported(false)
                .setPerFrameWebSocketCompressionSupported(false);
        Arrays.stream(Subprotocol.values()).map(Subprotocol::token).forEach(options::addWebSocketSubProtocol);
        server.certificates().ifPresent(source -> TlsOptions.addTo(options, configuration, source.first()));
        return options;
    }

    /** Begins to accept; on the loop itself. */
    Future<HttpServer> listen(int port) {
        Configuration configuration = server.configuration();
        vertx.setPeriodic(configuration.get(Settings.HEARTBEAT).toMillis(), timer -> sendHeartbeats());
        long stallNanos = configuration.get(Settings.STALL_TIMEOUT).toNanos();
        vertx.setPeriodic(REVIEW_MILLIS, timer -> review(stallNanos));
        RequestDeadline deadline =
                new RequestDeadline(vertx, configuration.get(Settings.HANDSHAKE_TIMEOUT), server.counters());
        http.connectionHandler(deadline);
        EventsApi events = new EventsApi(vertx, context, server, deadline, eventFanOut);
        events.start();
        eventsApi = events;
        Router routes = new HttpRoutes(vertx, server, latestFrames, events).router();
        Upgrades upgrades = new Upgrades(server, deadline, this);
        http.requestHandler(request -> {
            Optional<Endpoint> endpoint = Endpoint.at(request.path());
            if (endpoint.isPresent()) {
                // Not through the router, whose wrapped request yields a wrapped WebSocket.
                upgrades.upgrade(request, endpoint.get());
            } else {
                deadline.requested(request);
                routes.handle(request);
            }
        });
        server.streamer().addLoop(fanOut);
        String host = configuration.get(Settings.HOST);
        if (simulation == null) {
            return http.listen(port, host);
        }
        simulation.connectionHandler(deadline);
        simulation.requestHandler(request -> upgrades.upgrade(request, Endpoint.SIMULATION));
        return simulation
                .listen(configuration.get(EventSettings.SIMULATION_PORT), host)
                .compose(listening -> http.listen(port, host));
    }

    /** Shows a certificate to those who connect from now on. Any thread. */
    Future<Boolean> show(TlsIdentity identity) {
        Future<Boolean> shown = http.updateSSLOptions(TlsOptions.with(identity));
        return simulation == null
                ? shown
                : shown.compose(changed -> simulation.updateSSLOptions(TlsOptions.with(identity)));
    }

    int port() {
        return http.actualPort();
    }

    /** Takes over a connection that was upgraded, and its place. */
    @Override
    public void accept(ServerWebSocket webSocket, Admission admission) {
        Subprotocol subprotocol = subprotocol(webSocket);
        Deflation deflation = admission.view().deflated() ? deflation() : null;
        if (deflation != null) {
            deflation.open(webSocket);
        }
        ClientSocket socket = new ClientSocket(
                webSocket,
                views,
                deflation == null ? framer : deflation.framer(),
                directSend,
                server.configuration().get(Settings.UNSENT_BUFFER).bytesAsInt(),
                server.configuration().get(Settings.CLIENT_QUEUE).bytesAsInt());
        ClientSession session = new ClientSession(
                server,
                fanOut,
                eventFanOut,
                admission,
                subprotocol,
                profiles.of(admission.events().profile(), subprotocol),
                socket,
                context.nettyEventLoop());
        Receiver receiver = receivers.of(session);
        ProtocolGuard.install(webSocket, session, messageBytesMax, deflation, server.counters());
        webSocket.exceptionHandler(e -> socket.abort());
        webSocket.textMessageHandler(receiver::onText);
        webSocket.binaryMessageHandler(buffer -> receiver.onBinary(buffer.getBytes()));
        socket.whenClosing(session::silenced);
        webSocket.closeHandler(closed -> {
            sessions.remove(session);
            session.closed();
            admission.place().leave();
        });
        // From here on it is the close that gives back what the connection holds.
        try {
            begin(session, receiver);
        } catch (RuntimeException e) {
            server.errors().record("a client could not be greeted", e);
            socket.abort();
        }
    }

    private void begin(ClientSession session, Receiver receiver) {
        server.counters().increment(Counter.CONNECTIONS);
        sessions.add(session);
        receiver.begin();
        if (drainMillis > 0) {
            drain(session::drain);
        }
    }

    @Override
    public void acceptProducer(Ingest ingest, ServerWebSocket webSocket, Place place) {
        Configuration configuration = server.configuration();
        int messageBytesMax = configuration.get(Settings.INGEST_MAX_MESSAGE).bytesAsInt();
        Subprotocol subprotocol = subprotocol(webSocket);
        MessageCollector.open(webSocket, messageBytesMax);
        ClientSocket socket = new ClientSocket(
                webSocket,
                views,
                framer,
                false,
                configuration.get(Settings.UNSENT_BUFFER).bytesAsInt(),
                configuration.get(Settings.CLIENT_QUEUE).bytesAsInt());
        ProducerSession session =
                new ProducerSession(server, ingest, subprotocol, codec(subprotocol), socket, context.nettyEventLoop());
        MessageCollector.install(webSocket, session, messageBytesMax);
        ProtocolGuard.install(webSocket, session, server.counters());
        webSocket.closeHandler(closed -> {
            producers.remove(session);
            session.left();
            place.leave();
        });
        webSocket.exceptionHandler(e -> socket.abort());
        server.counters().increment(Counter.CONNECTIONS);
        // Not only once the connection is gone: who closes and returns finds its seat free.
        socket.whenClosing(session::left);
        producers.add(session);
        session.greet();
        if (drainMillis > 0) {
            drain(session::drain);
        }
    }

    private Deflation deflation() {
        if (deflation == null) {
            deflation = new Deflation(server.configuration(), messageBytesMax, server.counters());
        }
        return deflation;
    }

    private static Subprotocol subprotocol(ServerWebSocket webSocket) {
        String token = webSocket.subProtocol();
        return token == null ? Subprotocol.JSON : Subprotocol.of(token).orElseThrow();
    }

    private MessageCodec codec(Subprotocol subprotocol) {
        MessageCodec codec = producerCodecs.get(subprotocol);
        if (codec == null) {
            throw new AssertionError(subprotocol);
        }
        return codec;
    }

    private void sendHeartbeats() {
        Message.Heartbeat heartbeat = new Message.Heartbeat(
                server.streamer().stream().targetFrequency(),
                server.openConnections(),
                server.time().epochMicros());
        IdentityHashMap<MessageCodec, byte[]> encoded = new IdentityHashMap<>();
        for (ClientSession session : sessions) {
            if (session.wantsHeartbeats() && session.socket().isWritable()) {
                ClientMessages messages = session.messages();
                messages.send(encoded.computeIfAbsent(messages.codec(), codec -> codec.encode(heartbeat)));
            }
        }
    }

    private void review(long stallNanos) {
        long now = server.time().nanoTime();
        fanOut.review(now, stallNanos);
        eventFanOut.review(now);
        latestFrames.review(now);
        for (ClientSession session : new ArrayList<>(sessions)) {
            session.review(now);
        }
        for (ProducerSession session : new ArrayList<>(producers)) {
            session.review(now);
        }
    }

    /** Closes every client at a moment of its own within the window, and tells it when to come back. Any thread. */
    void drain(Duration window) {
        context.runOnContext(on -> {
            drainMillis = Math.max(1, window.toMillis());
            sessions.forEach(session -> drain(session::drain));
            producers.forEach(session -> drain(session::drain));
            if (eventsApi != null) {
                eventsApi.drain(this::drain);
            }
        });
    }

    private void drain(LongConsumer close) {
        long delay = 1 + ThreadLocalRandom.current().nextLong(drainMillis);
        vertx.setTimer(delay, timer -> close.accept(delay));
    }
}
