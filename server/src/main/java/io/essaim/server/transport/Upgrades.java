package io.essaim.server.transport;

import io.essaim.protocol.CloseCode;
import io.essaim.protocol.Subprotocol;
import io.essaim.server.ingest.Ingest;
import io.essaim.server.observe.Counter;
import io.essaim.server.security.Identity;
import io.essaim.server.security.Permission;
import io.essaim.server.session.ConnectionLimit.Place;
import io.essaim.server.session.Lifecycle.Phase;
import io.essaim.server.stream.Feed;
import io.essaim.server.stream.ViewRefusedException;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonObject;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The checks in front of every WebSocket, and what is said to those who fail them. One per event loop. */
final class Upgrades {
    /** Takes over an upgraded connection, with the feed and the place it holds, to be given back when it closes. */
    interface Acceptor {
        void accept(ServerWebSocket webSocket, Admission admission);

        /** Takes over a producer's upgraded connection, with the place it holds, to be given back when it closes. */
        void acceptProducer(Ingest ingest, ServerWebSocket webSocket, Place place);
    }

    /**
     * What a connection was let in with.
     *
     * @param view that its URL asked for
     * @param stride likewise: it takes the ticks whose sequence this divides
     * @param feed that has it; null where frames are to be asked for
     * @param events that its URL asked for
     * @param publishRefusal why it may not publish events; empty when it may
     */
    record Admission(
            Endpoint endpoint,
            View view,
            int stride,
            @Nullable Feed feed,
            EventQuery events,
            Optional<HandshakeRules.Refusal> publishRefusal,
            Place place) {
        /** The feed, where there is one from the start. */
        Feed feedHeld() {
            return Objects.requireNonNull(feed, endpoint.name());
        }
    }

    private final ServerContext server;
    private final RequestDeadline deadline;
    private final Acceptor acceptor;
    private final PublisherLogin publishers;

    Upgrades(ServerContext server, RequestDeadline deadline, Acceptor acceptor) {
        this.server = server;
        this.deadline = deadline;
        this.acceptor = acceptor;
        this.publishers = new PublisherLogin(server);
    }

    /**
     * Refuses or accepts. The order of the checks is a promise: limit of its kind, draining, whether producers are
     * taken, form of the handshake, permission, view. The request's deadline holds until the upgrade is complete.
     */
    void upgrade(HttpServerRequest request, Endpoint endpoint) {
        boolean publishes = endpoint == Endpoint.INGEST;
        Optional<Place> entered = (publishes ? server.producerConnections() : server.connections()).enter();
        if (entered.isEmpty()) {
            server.counters().increment(publishes ? Counter.PRODUCERS_OVER_LIMIT : Counter.CONNECTIONS_OVER_LIMIT);
            refuse(
                    request,
                    HandshakeRules.Refusal.later("Maximum " + (publishes ? "producers" : "connections") + " reached"));
            return;
        }
        Place place = entered.get();
        try {
            Optional<HandshakeRules.Refusal> refusal = refusal(request, endpoint);
            if (refusal.isPresent()) {
                place.leave();
                refuse(request, refusal.get());
            } else if (publishes) {
                completeProducer(request, server.ingest().orElseThrow(), place);
            } else {
                complete(request, endpoint, place);
            }
        } catch (IllegalArgumentException e) {
            place.leave();
            refuse(request, new HandshakeRules.Refusal(400, String.valueOf(e.getMessage())));
        } catch (ViewRefusedException e) {
            place.leave();
            refuse(request, HandshakeRules.Refusal.later(String.valueOf(e.getMessage())));
        }
    }

    private void complete(HttpServerRequest request, Endpoint endpoint, Place place) throws ViewRefusedException {
        Subprotocol subprotocol = HandshakeRules.subprotocol(request);
        ViewQuery query = ViewQuery.parse(query(request), subprotocol);
        EventQuery events = EventQuery.parse(endpoint, query(request), subprotocol);
        Optional<String> extension = extension(request, endpoint);
        View view = new View(query.selection(), query.form(), extension.isPresent(), query.batch());
        int stride = server.strideFor(view, query.fps());
        Optional<HandshakeRules.Refusal> publishRefusal = publishers.refusal(request);
        Feed feed = endpoint.isForEvents() ? null : server.acquire(endpoint, view.key(stride));
        Admission admission = new Admission(endpoint, view, stride, feed, events, publishRefusal, place);
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
                    hand(webSocket, () -> giveBack(admission), () -> acceptor.accept(webSocket, admission));
                });
    }

    private void completeProducer(HttpServerRequest request, Ingest ingest, Place place) {
        request.toWebSocket()
                .onFailure(e -> {
                    place.leave();
                    server.counters().increment(Counter.CONNECTIONS_REFUSED);
                    request.connection().close();
                })
                .onSuccess(webSocket -> {
                    deadline.disarm(request.connection());
                    hand(webSocket, place::leave, () -> acceptor.acceptProducer(ingest, webSocket, place));
                });
    }

    private void giveBack(Admission admission) {
        if (admission.feed != null) {
            server.release(admission.endpoint, admission.feed);
        }
        admission.place.leave();
    }

    private void hand(ServerWebSocket webSocket, Runnable giveBack, Runnable accept) {
        try {
            accept.run();
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
        return Optional.empty();
    }

    private Optional<HandshakeRules.Refusal> producerRefusal(HttpServerRequest request) {
        Optional<HandshakeRules.Refusal> refusal = server.access()
                .refusal(Identity.ANONYMOUS, RequestCredentials.of(request, query(request)), Permission.INGEST)
                .map(HandshakeRules::refusal);
        if (refusal.isPresent()) {
            server.counters().increment(Counter.INGEST_REFUSED);
        }
        return refusal;
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
                request.response().setStatusCode(refusal.status()).setStatusMessage(phrase(refusal.reason()));
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
