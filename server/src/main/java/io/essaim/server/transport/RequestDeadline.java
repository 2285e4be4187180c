package io.essaim.server.transport;

import io.essaim.server.observe.Counter;
import io.essaim.server.observe.Counters;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.Map;
import java.util.WeakHashMap;

/**
 * Closes connections that do not bring a whole request in time, be it the first or the next one: Vert.x waits for ever,
 * and a thousand that dribble would hold a thousand sockets. One event loop only.
 */
final class RequestDeadline implements Handler<HttpConnection> {
    /** What a client may take to read an answer. */
    private static final long RESPONSE_MILLIS_MAX = 60_000;

    private final Vertx vertx;
    private final long timeoutMillis;
    private final Counters counters;
    private final Map<HttpConnection, Long> timers = new WeakHashMap<>();

    RequestDeadline(Vertx vertx, Duration timeout, Counters counters) {
        this.vertx = vertx;
        this.timeoutMillis = timeout.toMillis();
        this.counters = counters;
    }

    @Override
    public void handle(HttpConnection connection) {
        arm(connection, timeoutMillis);
        // Its close says enough; the server's own handler would take it for a TLS handshake that failed.
        connection.exceptionHandler(e -> {});
        connection.closeHandler(closed -> disarm(connection));
    }

    /** A whole request is here; the next one has its own deadline, from the end of the response. */
    void requested(HttpServerRequest request) {
        HttpConnection connection = request.connection();
        arm(connection, RESPONSE_MILLIS_MAX);
        request.response().endHandler(ended -> arm(connection, timeoutMillis));
    }

    private void arm(HttpConnection connection, long millis) {
        disarm(connection);
        timers.put(connection, vertx.setTimer(millis, timer -> {
            timers.remove(connection);
            counters.increment(Counter.HANDSHAKE_TIMEOUTS);
            connection.close();
        }));
    }

    /** From now on the connection lives as long as it likes. */
    void disarm(HttpConnection connection) {
        Long timer = timers.remove(connection);
        if (timer != null) {
            vertx.cancelTimer(timer);
        }
    }
}
