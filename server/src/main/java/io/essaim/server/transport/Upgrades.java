package io.essaim.server.transport;

import io.essaim.protocol.CloseCode;
import io.essaim.protocol.Subprotocol;
import io.essaim.server.observe.Counter;
import io.essaim.server.security.Authorizer.Permission;
import io.essaim.server.security.Identity;
import io.essaim.server.session.ConnectionLimit.Place;
import io.essaim.server.session.Lifecycle.Phase;
import io.essaim.server.stream.Feed;
import io.essaim.server.stream.FrameEncoding;
import io.essaim.server.stream.ViewRefusedException;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonObject;
import java.util.Optional;

/** The checks in front of every WebSocket, and what is said to those who fail them. One per event loop. */
final class Upgrades {
    /** Takes over an upgraded connection, with the feed and the place it holds, to be given back when it closes. */
    interface Acceptor {
        void accept(ServerWebSocket webSocket, Admission admission);
    }

    /**
     * What a connection was let in with.
     *
     * @param encoding tells as well whether it negotiated permessage-deflate
     * @param view that its URL asked for
     */
    record Admission(Endpoint endpoint, FrameEncoding encoding, ViewQuery view, Feed feed, Place place) {}

    private final ServerContext server;
    private final RequestDeadline deadline;
    private final Acceptor acceptor;

    Upgrades(ServerContext server, RequestDeadline deadline, Acceptor acceptor) {
        this.server = server;
        this.deadline = deadline;
        this.acceptor = acceptor;
    }

    /**
     * Refuses or accepts. The order of the checks is a promise: connection limit, draining, form of the handshake,
     * permission, view. The request's deadline holds until the upgrade is complete.
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
            Optional<HandshakeRules.Refusal> refusal = refusal(request);
            if (refusal.isEmpty()) {
                complete(
                        request, endpoint, ViewQuery.parse(query(request), HandshakeRules.subprotocol(request)), place);
            } else {
                place.leave();
                refuse(request, refusal.get());
            }
        } catch (IllegalArgumentException e) {
            place.leave();
            refuse(request, new HandshakeRules.Refusal(400, String.valueOf(e.getMessage())));
        } catch (ViewRefusedException e) {
            place.leave();
            refuse(request, HandshakeRules.Refusal.later(String.valueOf(e.getMessage())));
        }
    }

    private void complete(HttpServerRequest request, Endpoint endpoint, ViewQuery view, Place place)
            throws ViewRefusedException {
        Optional<String> extension = extension(request, endpoint);
        FrameEncoding encoding = encoding(HandshakeRules.subprotocol(request), extension.isPresent());
        Feed feed = server.acquire(endpoint, view.selection(), encoding);
        Admission admission = new Admission(endpoint, encoding, view, feed, place);
        // What the response has by now goes into the answer to the handshake.
        extension.ifPresent(answer -> request.response().putHeader(DeflateNegotiation.HEADER, answer));
        request.toWebSocket()
                .onFailure(e -> {
                    giveBack(admission);
                    server.counters().increment(Counter.CONNECTIONS_REFUSED);
                    request.connection().close();
                })
                .onSuccess(webSocket -> {
                    deadline.disarm(request.connection());
                    hand(webSocket, admission);
                });
    }

    private static FrameEncoding encoding(Subprotocol subprotocol, boolean deflated) {
        return switch (subprotocol) {
            case JSON -> deflated ? FrameEncoding.DEFLATED_JSON : FrameEncoding.JSON;
            case SBE -> FrameEncoding.PLAIN;
        };
    }

    private void giveBack(Admission admission) {
        server.release(admission.endpoint, admission.feed);
        admission.place.leave();
    }

    private void hand(ServerWebSocket webSocket, Admission admission) {
        try {
            acceptor.accept(webSocket, admission);
        } catch (RuntimeException e) {
            giveBack(admission);
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

    private Optional<HandshakeRules.Refusal> refusal(HttpServerRequest request) {
        if (server.lifecycle().phase() != Phase.SERVING) {
            return Optional.of(HandshakeRules.Refusal.later("Server is starting or draining"));
        }
        Optional<HandshakeRules.Refusal> malformed = HandshakeRules.refusal(request);
        if (malformed.isPresent()) {
            return malformed;
        }
        Optional<String> forbidden = server.authorizer().refusal(Identity.ANONYMOUS, Permission.WATCH);
        if (forbidden.isPresent()) {
            return Optional.of(new HandshakeRules.Refusal(403, forbidden.get()));
        }
        return Optional.empty();
    }

    private static MultiMap query(HttpServerRequest request) {
        try {
            return request.params();
        } catch (IllegalArgumentException e) {
            // Netty's word for a query that is not percent-encoded.
            throw new IllegalArgumentException("Malformed URL", e);
        }
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
