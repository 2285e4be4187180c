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
 * Closes connections that do not bring a whole request in time, be it the first or, with the patience for idle ones, the next:
 * Vert.x waits for ever, and a thousand that dribble would hold a thousand sockets. No byte lengthens a deadline. One event
 * loop only.
 */
final class RequestDeadline implements Handler<HttpConnection> {
    /** What an answer may take to be made and read. */
    private static final long RESPONSE_MILLIS_MAX = 60_000;

    private final Vertx vertx;
    private final long timeoutMillis;
    private final long bodyMillis;
    private final long idleMillis;
    private final Counters counters;
    private final Map<HttpConnection, Long> timers = new WeakHashMap<>();

    /**
     * @param timeout of the first request, and of what is still to come of one that is answered
     * @param body of a request that has begun; of one whose body is of any length, of what it has to bring next
     * @param idle between an answer and the next request
     */
    RequestDeadline(Vertx vertx, Duration timeout, Duration body, Duration idle, Counters counters) {
        this.vertx = vertx;
        this.timeoutMillis = timeout.toMillis();
        this.bodyMillis = body.toMillis();
        this.idleMillis = idle.toMillis();
        this.counters = counters;
    }

    @Override
    public void handle(HttpConnection connection) {
        arm(connection, timeoutMillis, Counter.HANDSHAKE_TIMEOUTS);
        // Its close says enough; the server's own handler would take it for a TLS handshake that failed.
        connection.exceptionHandler(e -> {});
        connection.closeHandler(closed -> disarm(connection));
    }

    /** A request is here, its body maybe not; the next one has its own deadline, from the end of the response. */
    void requested(HttpServerRequest request) {
        HttpConnection connection = request.connection();
        if (hasBody(request)) {
            arm(connection, bodyMillis, Counter.HANDSHAKE_TIMEOUTS);
            request.end().onSuccess(whole -> {
                if (!request.response().ended()) {
                    arm(connection, RESPONSE_MILLIS_MAX, Counter.HANDSHAKE_TIMEOUTS);
                }
            });
        } else {
            arm(connection, RESPONSE_MILLIS_MAX, Counter.HANDSHAKE_TIMEOUTS);
        }
        request.response().endHandler(ended -> {
            if (hasBody(request) && !request.isEnded()) {
                // Answered before its body had come, which is only dropped.
                arm(connection, timeoutMillis, Counter.HANDSHAKE_TIMEOUTS);
            } else {
                arm(connection, idleMillis, Counter.IDLE_TIMEOUTS);
            }
        });
    }

    /** A body that may be of any length has brought what counts as a part of it, and has as long for the next. */
    void progressed(HttpServerRequest request) {
        arm(request.connection(), request.isEnded() ? RESPONSE_MILLIS_MAX : bodyMillis, Counter.HANDSHAKE_TIMEOUTS);
    }

    /** Without one a request may be answered before it counts as ended. */
    private static boolean hasBody(HttpServerRequest request) {
        return request.headers().contains("Content-Length") || request.headers().contains("Transfer-Encoding");
    }

    private void arm(HttpConnection connection, long millis, Counter counter) {
        disarm(connection);
        timers.put(connection, vertx.setTimer(millis, timer -> {
            timers.remove(connection);
            counters.increment(counter);
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
