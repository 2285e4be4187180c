package io.essaim.server.transport;

import io.essaim.protocol.Message;
import io.essaim.protocol.Subprotocol;
import io.essaim.server.config.Configuration;
import io.essaim.server.config.SecuritySettings;
import io.essaim.server.config.Settings;
import io.essaim.server.events.EventFanOut;
import io.essaim.server.ingest.Ingest;
import io.essaim.server.observe.Counter;
import io.essaim.server.security.Identity;
import io.essaim.server.security.MessageLimiter;
import io.essaim.server.session.ConnectionLimits.Place;
import io.essaim.server.stream.FanOut;
import io.essaim.server.stream.ViewRefusedException;
import io.essaim.server.stream.WebSocketFraming;
import io.netty.channel.EventLoop;
import io.vertx.core.http.ServerWebSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** The WebSockets of one event loop, from the upgrade to the close. That loop only. */
final class Sessions implements Upgrades.Acceptor {
    private final ServerContext server;
    private final Identification identification;
    private final EventLoop loop;
    private final FanOut fanOut;
    private final EventFanOut eventFanOut;
    private final boolean directSend;
    private final Receivers receivers;
    private final Profiles profiles;
    private final FrameViews views;
    private final MessageFramer framer = MessageFramer.plain();
    private final Map<Subprotocol, MessageCodec> producerCodecs = new EnumMap<>(Subprotocol.class);
    private final Set<Session> open = new LinkedHashSet<>();
    private final Set<ClientSession> clients = new LinkedHashSet<>();

    /** Made for the first client that negotiates it. */
    private @Nullable Deflation deflation;

    /** Once the server drains, when each is to leave: those that slipped in leave as well. */
    private @Nullable Consumer<LongConsumer> drain;

    /** @param directSend whether frames may go past the channel, where there is such a way */
    Sessions(
            ServerContext server,
            Identification identification,
            EventLoop loop,
            FanOut fanOut,
            EventFanOut eventFanOut,
            boolean directSend,
            Receivers receivers) {
        this.server = server;
        this.identification = identification;
        this.loop = loop;
        this.fanOut = fanOut;
        this.eventFanOut = eventFanOut;
        this.directSend = directSend;
        this.receivers = receivers;
        profiles = new Profiles(server);
        views = new FrameViews(loop);
        for (Subprotocol subprotocol : Subprotocol.values()) {
            producerCodecs.put(subprotocol, MessageCodec.of(subprotocol, server.passesUnknownFields()));
        }
    }

    @Override
    public void accept(ServerWebSocket webSocket, Admission admission) {
        new Viewer(webSocket, admission.request()).begin(admission);
    }

    @Override
    public void awaitLogin(ServerWebSocket webSocket, UpgradeRequest request) {
        new Viewer(webSocket, request).awaitLogin();
    }

    @Override
    public void turnAway(ServerWebSocket webSocket, UpgradeRequest request, Farewell farewell) {
        Viewer viewer = new Viewer(webSocket, request);
        viewer.become(new TurnedAway(viewer.closing, request.place()));
        farewell.say(viewer.messages, viewer.socket);
    }

    @Override
    public void acceptProducer(
            Ingest ingest, ServerWebSocket webSocket, Identity identity, MessageLimiter limiter, Place place) {
        Configuration configuration = server.configuration();
        int messageBytesMax = configuration.get(Settings.INGEST_MAX_MESSAGE).bytesAsInt();
        Subprotocol subprotocol = subprotocol(webSocket);
        MessageCollector.open(webSocket, messageBytesMax, server.time());
        ClientSocket socket = socket(webSocket, framer, false);
        ProducerSession session = new ProducerSession(
                server, ingest, subprotocol, codec(subprotocol), socket, identity, limiter, place, loop);
        MessageCollector.install(webSocket, session, messageBytesMax);
        ProtocolGuard.install(webSocket, session, configuration.get(Settings.MAX_FRAGMENTS), server.counters());
        webSocket.exceptionHandler(e -> socket.abort());
        webSocket.closeHandler(closed -> {
            open.remove(session);
            session.closed();
        });
        server.counters().increment(Counter.CONNECTIONS);
        // Not only once the connection is gone: who closes and returns finds its seat free.
        socket.whenClosing(session::left);
        session.greet();
        add(session);
    }

    private void add(Session session) {
        open.add(session);
        if (drain != null) {
            drain.accept(session::drain);
        }
    }

    private ClientSocket socket(ServerWebSocket webSocket, MessageFramer framer, boolean directSend) {
        return new ClientSocket(
                webSocket,
                views,
                framer,
                directSend,
                server.configuration().get(Settings.UNSENT_BUFFER).bytesAsInt(),
                server.configuration().get(Settings.CLIENT_QUEUE).bytesAsInt());
    }

    private Deflation deflation() {
        if (deflation == null) {
            deflation = new Deflation(
                    server.configuration(), receivers.messageBytesMax(server.configuration()), server.counters());
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

    void sendHeartbeats() {
        Message.Heartbeat heartbeat = new Message.Heartbeat(
                server.streamer().stream().targetFrequency(),
                server.openConnections(),
                server.time().epochMicros());
        IdentityHashMap<MessageCodec, byte[]> encoded = new IdentityHashMap<>();
        for (ClientSession session : clients) {
            if (session.wantsHeartbeats() && session.socket().isWritable()) {
                ClientMessages messages = session.messages();
                messages.send(encoded.computeIfAbsent(messages.codec(), codec -> codec.encode(heartbeat)));
            }
        }
    }

    /** @param socketsMax that are told one by one: the oldest */
    OpenSockets.Report report(int socketsMax) {
        int count = 0;
        List<OpenSockets.Socket> sockets = new ArrayList<>();
        for (Session session : open) {
            Optional<OpenSockets.Socket> socket = session.report();
            if (socket.isPresent()) {
                count++;
                if (sockets.size() < socketsMax) {
                    sockets.add(socket.get());
                }
            }
        }
        return new OpenSockets.Report(count, sockets);
    }

    void review(long nowNanos) {
        for (Session session : new ArrayList<>(open)) {
            session.review(nowNanos);
        }
    }

    /** @param later lets each close at a moment that is given to it */
    void drain(Consumer<LongConsumer> later) {
        drain = later;
        open.forEach(session -> later.accept(session::drain));
    }

    /** A viewer's connection; first of who has to log in, it may be, then of who is in. */
    private final class Viewer {
        private final ServerWebSocket webSocket;
        private final UpgradeRequest request;
        private final ClientSocket socket;
        private final Profile profile;
        private final ClientMessages messages;
        private final Closing closing;
        private @Nullable ViewerSession session;

        Viewer(ServerWebSocket webSocket, UpgradeRequest request) {
            this.webSocket = webSocket;
            this.request = request;
            Deflation deflation = request.view().deflated() ? deflation() : null;
            if (deflation != null) {
                deflation.open(webSocket);
            }
            socket = socket(webSocket, deflation == null ? framer : deflation.framer(), directSend);
            profile = profiles.of(request.events().profile(), request.subprotocol());
            messages = new ClientMessages(server.counters(), profile.codec(), socket);
            Liveness liveness = new Liveness(socket, server.configuration(), server.time(), server.counters());
            closing = new Closing(socket, liveness);
            ProtocolGuard.install(
                    webSocket,
                    socket,
                    liveness,
                    messages::overflows,
                    receivers.messageBytesMax(server.configuration()),
                    server.configuration().get(Settings.MAX_FRAGMENTS),
                    deflation,
                    server.counters());
            webSocket.exceptionHandler(e -> socket.abort());
            webSocket.textMessageHandler(
                    text -> onMessage(WebSocketFraming.TEXT, text.getBytes(StandardCharsets.UTF_8)));
            webSocket.binaryMessageHandler(buffer -> onMessage(WebSocketFraming.BINARY, buffer.getBytes()));
        }

        /** From here on it is the close that gives back what the connection holds. */
        void become(ViewerSession next) {
            if (session == null) {
                webSocket.closeHandler(closed -> closed());
            } else {
                open.remove(session);
            }
            session = next;
            add(next);
        }

        void awaitLogin() {
            become(new AwaitedLogin(
                    server,
                    identification,
                    request,
                    messages,
                    socket,
                    closing,
                    webSocket,
                    server.configuration().get(SecuritySettings.LOGIN_TIMEOUT),
                    this::loggedIn));
        }

        private void loggedIn(Identity identity, Message.Authenticated answer) {
            Admission admission;
            try {
                admission = request.admit(server, identity);
            } catch (ViewRefusedException e) {
                Farewell.later(String.valueOf(e.getMessage())).say(messages, socket);
                return;
            }
            try {
                messages.send(answer);
                begin(admission);
            } catch (RuntimeException e) {
                admission.giveBack(server);
                throw e;
            }
        }

        void begin(Admission admission) {
            ClientSession client = new ClientSession(
                    server,
                    fanOut,
                    eventFanOut,
                    admission,
                    profile,
                    socket,
                    messages,
                    new Login(server, identification, admission, messages, socket),
                    closing,
                    loop);
            socket.whenClosing(client::silenced);
            server.counters().increment(Counter.CONNECTIONS);
            clients.add(client);
            ViewerSession receiver = receivers.of(client);
            become(receiver);
            try {
                receiver.begin();
            } catch (RuntimeException e) {
                server.errors().record("a client could not be greeted", e);
                socket.abort();
            }
        }

        private void onMessage(int opcode, byte[] payload) {
            if (session != null) {
                session.onMessage(opcode, payload);
            }
        }

        private void closed() {
            if (session != null) {
                open.remove(session);
                clients.remove(session);
                session.closed();
            }
        }
    }
}
