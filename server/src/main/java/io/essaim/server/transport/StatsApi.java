package io.essaim.server.transport;

import io.essaim.server.observe.Counter;
import io.essaim.server.observe.Counters;
import io.vertx.core.Context;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** {@code GET /admin/websocket/stats}: who is connected. Behind a check of the permission. One per event loop. */
final class StatsApi {
    /** Clients that are listed, of all that there are. */
    static final int LISTED_MAX = 1_000;

    private final Context loop;
    private final Counters counters;
    private final OpenSockets sockets;

    StatsApi(Context loop, Counters counters, OpenSockets sockets) {
        this.loop = loop;
        this.counters = counters;
        this.sockets = sockets;
    }

    void mount(Router router) {
        router.get("/admin/websocket/stats").handler(this::get);
    }

    private void get(RoutingContext context) {
        sockets.report(LISTED_MAX)
                .onSuccess(report -> loop.runOnContext(on ->
                        HttpAnswers.json(context.response(), 200, json(report).toBuffer())))
                .onFailure(context::fail);
    }

    private JsonObject json(OpenSockets.Report report) {
        JsonArray clients = new JsonArray();
        for (OpenSockets.Socket socket : report.first()) {
            clients.add(new JsonObject()
                    .put("client_id", socket.clientId())
                    .put("connected_at", time(socket.connectedMicros()))
                    .put("messages_sent", socket.messagesSent()));
        }
        return new JsonObject()
                .put("active_connections", report.count())
                .put("total_connections", counters.value(Counter.CONNECTIONS))
                .put("total_messages_sent", counters.value(Counter.MESSAGES_SENT) + counters.value(Counter.FRAMES_SENT))
                .put(
                        "total_broadcasts",
                        counters.value(Counter.EVENTS_PUBLISHED) - counters.value(Counter.EVENTS_WITHHELD))
                .put("clients", clients);
    }

    private static String time(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS).toString();
    }
}
