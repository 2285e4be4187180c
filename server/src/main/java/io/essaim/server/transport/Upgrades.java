package io.essaim.server.transport;

import io.essaim.protocol.CloseCode;
import io.essaim.protocol.Subprotocol;
import io.essaim.server.ingest.Ingest;
import io.essaim.server.observe.Counter;
import io.essaim.server.security.AccessControl.Entered;
import io.essaim.server.security.AccessControl.Entry;
import io.essaim.server.security.AccessControl.LoginAwaited;
import io.essaim.server.security.AccessControl.Rejected;
import io.essaim.server.security.ClientAddress;
import io.essaim.server.security.Credentials;
import io.essaim.server.security.Identity;
import io.essaim.server.security.MessageLimiter;
import io.essaim.server.security.Permission;
import io.essaim.server.security.Role;
import io.essaim.server.session.ConnectionLimits;
import io.essaim.server.session.ConnectionLimits.Full;
import io.essaim.server.session.ConnectionLimits.Place;
import io.essaim.server.session.Lifecycle.Phase;
import io.essaim.server.stream.ViewRefusedException;
import io.essaim.server.transport.HandshakeRules.Refusal;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** The checks in front of every WebSocket, and what is said to those who fail them. One per event loop. */
final class Upgrades {
    /** Takes over upgraded connections, with the places that they hold. */
    interface Acceptor {
        /** Of somebody who may watch. */
        void accept(ServerWebSocket webSocket, Admission admission);

        /** Of somebody who still has to log in. */
        void awaitLogin(ServerWebSocket webSocket, UpgradeRequest request);

        /** Of somebody who is told why it is not let in: browsers show nothing of a handshake that fails. */
        void turnAway(ServerWebSocket webSocket, UpgradeRequest request, Farewell farewell);

        /**
         * Of a producer.
         *
         * @param limiter of what it sends beside states
         */
        void acceptProducer(
                Ingest ingest, ServerWebSocket webSocket, Identity identity, MessageLimiter limiter, Place place);
    }

    private final ServerContext server;
    private final TrustedProxies proxies;
    private final RequestDeadline deadline;
    private final Identification identification;
    private final Acceptor acceptor;

    Upgrades(
            ServerContext server,
            TrustedProxies proxies,
            RequestDeadline deadline,
            Identification identification,
            Acceptor acceptor) {
        this.server = server;
        this.proxies = proxies;
        this.deadline = deadline;
        this.identification = identification;
        this.acceptor = acceptor;
    }

    /**
     * Refuses or accepts. The order of the checks is a promise: bans, connections and handshakes of the address; draining,
     * whether producers are taken; form of the handshake; origin; identity; permission; view. The request's deadline holds
     * until the upgrade is complete.
     */
    void upgrade(HttpServerRequest request, Endpoint endpoint) {
        ClientAddress address = proxies.clientOf(request);
        Optional<Duration> banned = server.limits().bannedFor(address);
        if (banned.isPresent()) {
            refuse(request, Refusal.banned(banned.get()));
            return;
        }
        String path = endpoint.path();
        boolean publishes = endpoint == Endpoint.INGEST;
        ConnectionLimits.Entry entry = publishes
                ? server.places().enterProducer(path, address)
                : server.places().enter(path, address);
        if (entry instanceof Full full) {
            refuse(request, Refusal.later(full.reason()));
            return;
        }
        Place place = (Place) entry;
        // Until it is decided: one that has been read can be upgraded no more.
        request.pause();
        try {
            Optional<Refusal> refusal = refusal(request, endpoint, address);
            if (refusal.isPresent()) {
                refuse(request, place, refusal.get());
            } else if (publishes) {
                identifyProducer(request, address, place);
            } else {
                identify(request, read(request, endpoint, address, place));
            }
        } catch (IllegalArgumentException e) {
            refuse(request, place, new Refusal(400, String.valueOf(e.getMessage())));
        }
    }

    private Optional<Refusal> refusal(HttpServerRequest request, Endpoint endpoint, ClientAddress address) {
        if (!server.limits().admits(address)) {
            return Optional.of(HandshakeRules.tooMany());
        } else if (server.lifecycle().phase() != Phase.SERVING) {
            return Optional.of(Refusal.later("Server is starting or draining"));
        } else if (endpoint == Endpoint.INGEST && server.ingest().isEmpty()) {
            return Optional.of(new Refusal(404, "Ingest is off; start the server with --source=ingest"));
        }
        return HandshakeRules.refusal(request);
    }

    /** Whether the page that asks may; programs that are no browser name none. */
    private boolean permitsOrigin(HttpServerRequest request) {
        boolean permitted = server.origins()
                .sockets()
                .permits(request.headers().getAll("Origin"), RequestCredentials.target(request, proxies));
        if (!permitted) {
            server.counters().increment(Counter.ORIGINS_REFUSED);
        }
        return permitted;
    }

    private UpgradeRequest read(HttpServerRequest request, Endpoint endpoint, ClientAddress address, Place place) {
        Subprotocol subprotocol = HandshakeRules.subprotocol(request);
        ViewQuery query = ViewQuery.parse(query(request), subprotocol);
        EventQuery events = EventQuery.parse(endpoint, query(request), subprotocol);
        View view = new View(
                query.selection(), query.form(), extension(request, endpoint).isPresent(), query.batch());
        return new UpgradeRequest(
                endpoint,
                subprotocol,
                view,
                server.strideFor(view, query.fps()),
                events,
                RequestCredentials.of(request, query(request)),
                address,
                place);
    }

    private void identify(HttpServerRequest request, UpgradeRequest asked) {
        if (!permitsOrigin(request)) {
            turnAway(request, asked, Farewell.FOREIGN_ORIGIN);
            return;
        }
        identification
                .enter(asked.credentials(), asked.address())
                .onSuccess(entry -> decide(request, asked.place(), () -> entered(request, asked, entry)));
    }

    private void entered(HttpServerRequest request, UpgradeRequest asked, Entry entry) {
        if (entry instanceof Entered entered) {
            entered(request, asked, entered.identity());
        } else if (entry instanceof LoginAwaited) {
            keepOut(request, asked, webSocket -> acceptor.awaitLogin(webSocket, asked));
        } else if (entry instanceof Rejected) {
            turnAway(request, asked, Farewell.of(entry));
        } else {
            refuse(request, asked.place(), HandshakeRules.undecided());
        }
    }

    private void entered(HttpServerRequest request, UpgradeRequest asked, Identity identity) {
        Optional<Refusal> excess = excess(identity, asked.place());
        if (excess.isPresent()) {
            refuse(request, asked.place(), excess.get());
            return;
        }
        Optional<Farewell> refusal = asked.watchRefusal(server, identity);
        if (refusal.isPresent()) {
            turnAway(request, asked, refusal.get());
        } else {
            admit(request, asked, identity);
        }
    }

    /** Why somebody has too much already; empty when it has not. */
    private Optional<Refusal> excess(Identity identity, Place place) {
        return server.limits()
                .bannedFor(identity)
                .map(Refusal::banned)
                .or(() -> place.claim(identity).map(Refusal::later));
    }

    private void admit(HttpServerRequest request, UpgradeRequest asked, Identity identity) {
        Admission admission;
        try {
            admission = asked.admit(server, identity);
        } catch (ViewRefusedException e) {
            refuse(request, asked.place(), Refusal.later(String.valueOf(e.getMessage())));
            return;
        }
        complete(request, asked, () -> admission.giveBack(server), webSocket -> acceptor.accept(webSocket, admission));
    }

    private void turnAway(HttpServerRequest request, UpgradeRequest asked, Farewell farewell) {
        keepOut(request, asked, webSocket -> acceptor.turnAway(webSocket, asked, farewell));
    }

    /** Opens it without a place among those who are let in: strangers could take all of these. */
    private void keepOut(HttpServerRequest request, UpgradeRequest asked, Consumer<ServerWebSocket> accept) {
        Optional<String> full = asked.place().keepOut();
        if (full.isPresent()) {
            refuse(request, asked.place(), Refusal.later(full.get()));
        } else {
            complete(request, asked, asked.place()::leave, accept);
        }
    }

    private void complete(
            HttpServerRequest request, UpgradeRequest asked, Runnable giveBack, Consumer<ServerWebSocket> accept) {
        // What the response has by now goes into the answer to the handshake.
        extension(request, asked.endpoint())
                .ifPresent(answer -> request.response().putHeader(DeflateNegotiation.HEADER, answer));
        complete(request, giveBack, accept);
    }

    private void identifyProducer(HttpServerRequest request, ClientAddress address, Place place) {
        if (!permitsOrigin(request)) {
            refuse(request, place, HandshakeRules.foreignOrigin());
            return;
        }
        Credentials credentials = RequestCredentials.of(request, query(request));
        identification
                .enter(credentials, address)
                .onSuccess(entry ->
                        decide(request, place, () -> enteredProducer(request, address, credentials, entry, place)));
    }

    private void enteredProducer(
            HttpServerRequest request, ClientAddress address, Credentials credentials, Entry entry, Place place) {
        Optional<Refusal> refusal =
                entry instanceof Entered entered ? excess(entered.identity(), place) : Optional.empty();
        if (refusal.isPresent()) {
            refuse(request, place, refusal.get());
            return;
        }
        refusal = HandshakeRules.refusal(server.access(), entry, credentials, Permission.INGEST);
        if (refusal.isPresent()) {
            identification.countGuess(credentials, refusal.get(), address);
            server.counters().increment(Counter.INGEST_REFUSED);
            refuse(request, place, refusal.get());
            return;
        }
        Identity identity = ((Entered) entry).identity();
        MessageLimiter limiter = server.limits().messages(identity, address, Role.PUBLISHER, false);
        Ingest ingest = server.ingest().orElseThrow();
        complete(
                request,
                place::leave,
                webSocket -> acceptor.acceptProducer(ingest, webSocket, identity, limiter, place));
    }

    /** A fault in what follows an answer would be lost in the future that brought it, and the place with it. */
    private void decide(HttpServerRequest request, Place place, Runnable decision) {
        try {
            decision.run();
        } catch (RuntimeException e) {
            server.errors().record("a handshake could not be answered", e);
            refuse(request, place, new Refusal(500, "Server error"));
        }
    }

    private void complete(HttpServerRequest request, Runnable giveBack, Consumer<ServerWebSocket> accept) {
        request.toWebSocket()
                .onFailure(e -> {
                    giveBack.run();
                    server.counters().increment(Counter.CONNECTIONS_REFUSED);
                    request.connection().close();
                })
                .onSuccess(webSocket -> {
                    deadline.disarm(request.connection());
                    hand(webSocket, giveBack, accept);
                });
    }

    private void hand(ServerWebSocket webSocket, Runnable giveBack, Consumer<ServerWebSocket> accept) {
        try {
            accept.accept(webSocket);
        } catch (RuntimeException e) {
            giveBack.run();
            server.errors().record("a client could not be accepted", e);
            webSocket.close((short) CloseCode.SERVER_ERROR.code(), "Server error");
        }
    }

    /** What is said to the client's offers; empty when none is accepted. */
    private Optional<String> extension(HttpServerRequest request, Endpoint endpoint) {
        if (!server.deflates(endpoint, HandshakeRules.subprotocol(request))) {
            return Optional.empty();
        }
        return ExtensionOffer.parse(request.headers().getAll(DeflateNegotiation.HEADER))
                .flatMap(DeflateNegotiation::answer);
    }

    private static MultiMap query(HttpServerRequest request) {
        try {
            return request.params();
        } catch (IllegalArgumentException e) {
            // Netty's word for a query that is not percent-encoded.
            throw new IllegalArgumentException("Malformed URL", e);
        }
    }

    private void refuse(HttpServerRequest request, Place place, Refusal refusal) {
        place.leave();
        refuse(request, refusal);
    }

    private void refuse(HttpServerRequest request, Refusal refusal) {
        server.counters().increment(Counter.CONNECTIONS_REFUSED);
        HttpServerResponse response = request.response();
        if (HttpAnswers.isOver(response)) {
            return;
        }
        response.setStatusCode(refusal.status()).setStatusMessage(phrase(refusal.reason()));
        refusal.headers().forEach(response::putHeader);
        // Vert.x asks the request, not this header, whether to keep the connection; so it is closed by hand.
        response.putHeader("Connection", "close")
                .putHeader("Content-Type", "application/json")
                .end(new JsonObject().put("error", refusal.reason()).encode())
                .onComplete(written -> request.connection().close());
    }

    /** A reason as a status line can hold it (RFC 9112, section 4): what a client sent may be quoted in it. */
    private static String phrase(String reason) {
        return reason.replaceAll("[^ -~]", "?");
    }
}
