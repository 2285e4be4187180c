package io.essaim.server.transport;

import io.essaim.protocol.Subprotocol;
import io.essaim.server.config.Configuration;
import io.essaim.server.config.EventSettings;
import io.essaim.server.config.SecuritySettings;
import io.essaim.server.config.Settings;
import io.essaim.server.events.EventFanOut;
import io.essaim.server.observe.Counter;
import io.essaim.server.stream.FanOut;
import io.essaim.server.tls.TlsIdentity;
import io.essaim.server.transport.HandshakeRules.Refusal;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.net.ServerSSLOptions;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** One event loop: its HTTP server, its clients, its fan-out and its timers. Everything here runs on that loop. */
final class EventLoop {
    private static final long REVIEW_MILLIS = 1_000 / FanOut.REVIEWS_PER_SECOND;

    private final ServerContext server;
    private final ContextInternal context;
    private final Vertx vertx;
    private final TrustedProxies proxies;
    private final Identification identification;
    private final Sessions sessions;
    private final OpenSockets sockets;
    private final FanOut fanOut;
    private final EventFanOut eventFanOut;
    private final LatestFrames latestFrames;
    private final HttpServer http;

    /** Of which every path is {@link Endpoint#SIMULATION}; null when there is none. */
    private final @Nullable HttpServer simulation;

    /** Made when the loop begins to accept. */
    private @Nullable EventsApi eventsApi;

    /** Within which those close who are told to. */
    private long drainMillis;

    /**
     * On the loop itself.
     *
     * @param directSend whether frames may go past the channel, where there is such a way
     * @param sockets of all loops, to which it adds its own
     * @param receivers of the messages of viewers
     */
    EventLoop(
            ServerContext server,
            ContextInternal context,
            boolean directSend,
            OpenSockets sockets,
            Receivers receivers) {
        this.server = server;
        this.context = context;
        this.vertx = context.owner();
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
        proxies = new TrustedProxies(server.configuration());
        // Before the deadline of the handshake, so that there is time to say so.
        identification = new Identification(
                server,
                context,
                server.configuration().get(Settings.HANDSHAKE_TIMEOUT).toMillis() / 2);
        sessions = new Sessions(
                server, identification, context.nettyEventLoop(), fanOut, eventFanOut, directSend, receivers);
        this.sockets = sockets;
        int messageBytesMax = receivers.messageBytesMax(server.configuration());
        http = server(messageBytesMax);
        simulation = server.configuration().get(EventSettings.SIMULATION_PORT) > 0 ? server(messageBytesMax) : null;
    }

    private HttpServer server(int messageBytesMax) {
        return vertx.createHttpServer(options(server, messageBytesMax))
                .exceptionHandler(new HandshakeFailures(
                        server.counters(), server.certificates().isPresent()));
    }

    @SuppressWarnings("FutureReturnValueIgnored") // what a task throws Netty logs
    private void after(long nanos, Runnable task) {
        context.nettyEventLoop().schedule(task, nanos, TimeUnit.NANOSECONDS);
    }

    private static HttpServerOptions options(ServerContext server, int messageBytesMax) {
        Configuration configuration = server.configuration();
        HttpServerOptions options = new HttpServerOptions()
                .setHost(configuration.get(Settings.HOST))
                .setSendBufferSize(configuration.get(Settings.SEND_BUFFER).bytesAsInt())
                .setTcpNoDelay(true)
                .setTcpUserTimeout(unacknowledgedMillisMax(configuration))
                .setCompressionSupported(false)
                // Would hold back the connection handler, and with it the deadline, until the first bytes come.
                .setHttp2ClearTextEnabled(false)
                .setMaxWebSocketFrameSize(messageBytesMax)
                .setMaxWebSocketMessageSize(messageBytesMax)
                .setPerMessageWebSocketCompressionSupported(false)
                .setPerFrameWebSocketCompressionSupported(false);
        UnreadableRequests.bound(options);
        if (configuration.get(SecuritySettings.PROXY_PROTOCOL)) {
            options.setUseProxyProtocol(true)
                    .setProxyProtocolTimeoutUnit(TimeUnit.MILLISECONDS)
                    .setProxyProtocolTimeout(
                            configuration.get(Settings.HANDSHAKE_TIMEOUT).toMillis());
        }
        Arrays.stream(Subprotocol.values()).map(Subprotocol::token).forEach(options::addWebSocketSubProtocol);
        server.certificates().ifPresent(source -> TlsOptions.addTo(options, configuration, source.first()));
        return options;
    }

    /**
     * Where the kernel can be told (epoll, io_uring), it gives a connection up whose peer acknowledges nothing for so long: a
     * stream of events has no other way to notice. Longer than what closes with a word.
     */
    private static int unacknowledgedMillisMax(Configuration configuration) {
        long millis = Math.max(
                        configuration.get(Settings.PING_TIMEOUT).toMillis(),
                        Math.max(
                                configuration.get(Settings.STALL_TIMEOUT).toMillis(),
                                configuration.get(EventSettings.BEHIND_TIMEOUT).toMillis()))
                + TimeUnit.NANOSECONDS.toMillis(Closing.NANOS_MAX);
        return (int) Math.min(millis, Integer.MAX_VALUE);
    }

    /** Begins to accept; on the loop itself. */
    Future<HttpServer> listen(int port) {
        Configuration configuration = server.configuration();
        vertx.setPeriodic(configuration.get(Settings.HEARTBEAT).toMillis(), timer -> sessions.sendHeartbeats());
        long stallNanos = configuration.get(Settings.STALL_TIMEOUT).toNanos();
        vertx.setPeriodic(REVIEW_MILLIS, timer -> review(stallNanos));
        RequestDeadline deadline = new RequestDeadline(
                vertx,
                configuration.get(Settings.HANDSHAKE_TIMEOUT),
                configuration.get(Settings.BODY_TIMEOUT),
                configuration.get(Settings.IDLE_TIMEOUT),
                server.counters());
        Handler<HttpConnection> arrivals = arrivals(deadline);
        http.connectionHandler(arrivals);
        EventsApi events = new EventsApi(vertx, context, server, deadline, eventFanOut);
        events.start();
        eventsApi = events;
        Access access = new Access(server, proxies, identification);
        Router routes = new HttpRoutes(
                        vertx, server, access, latestFrames, events, new StatsApi(context, server.counters(), sockets))
                .router();
        sockets.add(context, sessions);
        Upgrades upgrades = new Upgrades(server, proxies, deadline, identification, sessions);
        SecureHeaders secure = SecureHeaders.of(server.certificates().isPresent());
        http.invalidRequestHandler(new UnreadableRequests(secure, server.counters()));
        // Vert.x hands on what it has read behind a request that was refused for good.
        Set<HttpConnection> ending = Collections.newSetFromMap(new WeakHashMap<>());
        http.requestHandler(request -> {
            if (ending.contains(request.connection())) {
                return;
            }
            Optional<Endpoint> endpoint = Endpoint.at(request.path());
            if (endpoint.isPresent()) {
                secure.addToRefusal(request.response());
                // Not through the router, whose wrapped request yields a wrapped WebSocket.
                upgrades.upgrade(request, endpoint.get());
            } else {
                secure.addTo(request.response());
                deadline.requested(request);
                Optional<Refusal> refusal = RequestRules.refusal(request);
                if (refusal.isPresent()) {
                    ending.add(request.connection());
                    HttpAnswers.refuseForGood(request, refusal.get());
                } else {
                    routes.handle(request);
                }
            }
        });
        server.streamer().addLoop(fanOut);
        String host = configuration.get(Settings.HOST);
        if (simulation == null) {
            return http.listen(port, host);
        }
        simulation.connectionHandler(arrivals);
        simulation.invalidRequestHandler(new UnreadableRequests(secure, server.counters()));
        simulation.requestHandler(request -> {
            secure.addToRefusal(request.response());
            upgrades.upgrade(request, Endpoint.SIMULATION);
        });
        return simulation
                .listen(configuration.get(EventSettings.SIMULATION_PORT), host)
                .compose(listening -> http.listen(port, host));
    }

    /** With the PROXY protocol everybody who connects says who is behind it, so only trusted proxies may. */
    private Handler<HttpConnection> arrivals(RequestDeadline deadline) {
        boolean proxied = server.configuration().get(SecuritySettings.PROXY_PROTOCOL);
        return connection -> {
            if (!proxied || proxies.isOfOne(connection)) {
                ClientCertificates.note(connection);
                deadline.handle(connection);
            } else {
                server.counters().increment(Counter.CONNECTIONS_REFUSED);
                connection.close();
            }
        };
    }

    /** Shows a certificate to those who connect from now on. Any thread. */
    Future<Boolean> show(TlsIdentity identity) {
        ServerSSLOptions options = TlsOptions.with(server.configuration(), identity);
        Future<Boolean> shown = http.updateSSLOptions(options);
        return simulation == null ? shown : shown.compose(changed -> simulation.updateSSLOptions(options));
    }

    int port() {
        return http.actualPort();
    }

    private void review(long stallNanos) {
        long now = server.time().nanoTime();
        fanOut.review(now, stallNanos);
        eventFanOut.review(now);
        latestFrames.review(now);
        sessions.review(now);
    }

    /** Closes every client at a moment of its own within the window, and tells it when to come back. Any thread. */
    void drain(Duration window) {
        context.runOnContext(on -> {
            drainMillis = Math.max(1, window.toMillis());
            sessions.drain(this::drain);
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
