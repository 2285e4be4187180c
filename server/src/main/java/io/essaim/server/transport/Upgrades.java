package io.essaim.server.transport;

import io.essaim.protocol.CloseCode;
import io.essaim.protocol.swarm.StreamDescription;
import io.essaim.server.ingest.Ingest;
import io.essaim.server.observe.Counter;
import io.essaim.server.security.Authorizer.Permission;
import io.essaim.server.security.Identity;
import io.essaim.server.security.ProducerLogin;
import io.essaim.server.session.ConnectionLimit.Place;
import io.essaim.server.session.Lifecycle.Phase;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.Optional;

/** The checks in front of every WebSocket, and what is said to those who fail them. One per event loop. */
final class Upgrades {
    /**
     * Takes over an upgraded connection, whether it negotiated permessage-deflate, and the place it holds, to be left when
     * it closes.
     */
    interface Acceptor {
        void accept(Endpoint endpoint, ServerWebSocket webSocket, boolean deflated, int stride, Place place);

        /** Likewise, of a producer. */
        void acceptProducer(Ingest ingest, ServerWebSocket webSocket, Place place);
    }

    private final ServerContext server;
    private final RequestDeadline deadline;
    private final Acceptor acceptor;

    Upgrades(ServerContext server, RequestDeadline deadline, Acceptor acceptor) {
        this.server = server;
        this.deadline = deadline;
        this.acceptor = acceptor;
    }

    /**
     * Refuses or accepts. The order of the checks is a promise: connection limit, draining, whether producers are
     * taken, form of the handshake, permission, view. The request's deadline holds until the upgrade is complete.
     */
    void upgrade(HttpServerRequest request, Endpoint endpoint) {
        Optional<Place> entered = server.connections().enter();
        if (entered.isEmpty()) {
            server.counters().increment(Counter.CONNECTIONS_OVER_LIMIT);
            refuse(request, HandshakeRules.Refusal.later("Maximum connections reached"));
            return;
        }
        Place place = entered.get();
        try {
            Optional<HandshakeRules.Refusal> refusal = refusal(request, endpoint);
            if (refusal.isEmpty()) {
                complete(request, endpoint, place);
            } else {
                place.leave();
                refuse(request, refusal.get());
            }
        } catch (IllegalArgumentException e) {
            // Netty's word for a query that is not percent-encoded.
            place.leave();
            refuse(request, new HandshakeRules.Refusal(400, "Malformed URL"));
        }
    }

    private void complete(HttpServerRequest request, Endpoint endpoint, Place place) {
        int stride = stream().strideFor(fps(request).orElse(0));
        Optional<String> extension = extension(request, endpoint);
        // What the response has by now goes into the answer to the handshake.
        extension.ifPresent(answer -> request.response().putHeader(DeflateNegotiation.HEADER, answer));
        request.toWebSocket()
                .onFailure(e -> {
                    place.leave();
                    server.counters().increment(Counter.CONNECTIONS_REFUSED);
                    request.connection().close();
                })
                .onSuccess(webSocket -> {
                    deadline.disarm(request.connection());
                    hand(endpoint, webSocket, extension.isPresent(), stride, place);
                });
    }

    private void hand(Endpoint endpoint, ServerWebSocket webSocket, boolean deflated, int stride, Place place) {
        try {
            if (endpoint == Endpoint.INGEST) {
                acceptor.acceptProducer(server.ingest().orElseThrow(), webSocket, place);
            } else {
                acceptor.accept(endpoint, webSocket, deflated, stride, place);
            }
        } catch (RuntimeException e) {
            place.leave();
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

    private Optional<HandshakeRules.Refusal> refusal(HttpServerRequest request, Endpoint endpoint) {
        if (server.lifecycle().phase() != Phase.SERVING) {
            return Optional.of(HandshakeRules.Refusal.later("Server is starting or draining"));
        }
        if (endpoint == Endpoint.INGEST && server.ingest().isEmpty()) {
            return Optional.of(new HandshakeRules.Refusal(404, "Ingest is off; start the server with --source=ingest"));
        }
        Optional<HandshakeRules.Refusal> malformed = HandshakeRules.refusal(request);
        if (malformed.isPresent()) {
            return malformed;
        }
        if (endpoint == Endpoint.INGEST) {
            return producerRefusal(request);
        }
        Optional<String> forbidden = server.authorizer().refusal(Identity.ANONYMOUS, Permission.WATCH);
        if (forbidden.isPresent()) {
            return Optional.of(new HandshakeRules.Refusal(403, forbidden.get()));
        }
        if (request.getParam("fps") != null && fps(request).isEmpty()) {
            return Optional.of(new HandshakeRules.Refusal(
                    400,
                    "fps must be a whole number from " + StreamDescription.TICKS_PER_SECOND_MIN + " to "
                            + StreamDescription.TICKS_PER_SECOND_MAX));
        }
        return Optional.empty();
    }

    private Optional<HandshakeRules.Refusal> producerRefusal(HttpServerRequest request) {
        ProducerLogin.Result login = server.producers().login(RequestCredentials.of(request));
        Optional<HandshakeRules.Refusal> refusal = login.denial()
                .map(denial -> denial.needsToken()
                        ? new HandshakeRules.Refusal(401, denial.reason(), Map.of("WWW-Authenticate", "Bearer"))
                        : new HandshakeRules.Refusal(403, denial.reason()))
                .or(() -> server.authorizer()
                        .refusal(login.identity(), Permission.INGEST)
                        .map(reason -> new HandshakeRules.Refusal(403, reason)));
        if (refusal.isPresent()) {
            server.counters().increment(Counter.INGEST_REFUSED);
        }
        return refusal;
    }

    private StreamDescription stream() {
        return server.streamer().stream();
    }

    /** What {@code ?fps=} asks for; empty when it asks for nothing or for nonsense. */
    private static Optional<Integer> fps(HttpServerRequest request) {
        String asked = request.getParam("fps");
        if (asked == null || !asked.matches("[0-9]{1,3}")) {
            return Optional.empty();
        }
        return Optional.of(Integer.valueOf(asked))
                .filter(fps ->
                        fps >= StreamDescription.TICKS_PER_SECOND_MIN && fps <= StreamDescription.TICKS_PER_SECOND_MAX);
    }

    private void refuse(HttpServerRequest request, HandshakeRules.Refusal refusal) {
        server.counters().increment(Counter.CONNECTIONS_REFUSED);
        HttpServerResponse response =
                request.response().setStatusCode(refusal.status()).setStatusMessage(refusal.reason());
        refusal.headers().forEach(response::putHeader);
        // Vert.x asks the request, not this header, whether to keep the connection; so it is closed by hand.
        response.putHeader("Connection", "close")
                .putHeader("Content-Type", "application/json")
                .end(new JsonObject().put("error", refusal.reason()).encode())
                .onComplete(written -> request.connection().close());
    }
}
