package io.essaim.server.transport;

import io.essaim.server.observe.Metrics;
import io.essaim.server.security.Permission;
import io.essaim.server.session.Lifecycle.Phase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.FileSystemAccess;
import io.vertx.ext.web.handler.StaticHandler;

/** What the server answers over plain HTTP: health, metrics, the page. One per event loop. */
final class HttpRoutes {
    private static final String THREE = "META-INF/resources/webjars/three/0.181.1";

    private final Vertx vertx;
    private final ServerContext server;
    private final Access access;
    private final SwarmApi swarm;
    private final EventsApi events;
    private final StatsApi stats;

    HttpRoutes(
            Vertx vertx, ServerContext server, Access access, LatestFrames frames, EventsApi events, StatsApi stats) {
        this.vertx = vertx;
        this.server = server;
        this.access = access;
        this.swarm = new SwarmApi(server, frames);
        this.events = events;
        this.stats = stats;
    }

    Router router() {
        Router router = Router.router(vertx);
        router.get("/health").handler(this::health);
        router.get("/livez").handler(context -> context.response().end("ok\n"));
        router.get("/readyz").handler(this::ready);
        router.options("/api/*").handler(access::preflight);
        router.options("/admin/*").handler(access::preflight);
        router.post("/api/events").handler(access.requires(Permission.PUBLISH));
        router.get("/api/*").handler(access.requires(Permission.WATCH));
        router.head("/api/*").handler(access.requires(Permission.WATCH));
        router.route("/admin/*").handler(access.requires(Permission.ADMIN));
        router.route("/api/swarm")
                .method(HttpMethod.GET)
                .method(HttpMethod.HEAD)
                .produces(SwarmApi.JSON)
                .produces(SwarmApi.SBE)
                .handler(swarm::get);
        router.get("/api/swarm").handler(swarm::refuseForm);
        events.mount(router);
        stats.mount(router);
        new BansApi(server.limits()).mount(router);
        // All that is left, what does not exist as well. What says whether the server lives is for everybody.
        router.route().handler(access::withinLimits);
        router.get("/metrics").handler(this::metrics);
        router.get("/vendor/three/*").handler(StaticHandler.create(FileSystemAccess.RELATIVE, THREE));
        router.get("/*").handler(StaticHandler.create(FileSystemAccess.RELATIVE, "web"));
        router.route().failureHandler(this::failed);
        return router;
    }

    private void health(RoutingContext context) {
        json(
                context,
                new JsonObject()
                        .put("status", "healthy")
                        .put("frequency", server.streamer().stream().targetFrequency())
                        .put("essaim_size", server.streamer().agentCount())
                        .put("connections", server.openConnections())
                        .put("max_connections", server.places().max())
                        .put("source", server.source().get()));
    }

    private void ready(RoutingContext context) {
        Phase phase = server.lifecycle().phase();
        if (phase == Phase.SERVING) {
            // Ready all the same: what can be watched goes on, and a 503 would take it from every viewer.
            context.response()
                    .end(server.events().isPublishing() ? "ready\n" : "ready, but events cannot be published now\n");
        } else {
            context.response()
                    .setStatusCode(503)
                    .putHeader("Retry-After", HandshakeRules.RETRY_AFTER_SECONDS)
                    .end(phase == Phase.STARTING ? "starting\n" : "draining\n");
        }
    }

    private void metrics(RoutingContext context) {
        context.response()
                .putHeader("Content-Type", Metrics.CONTENT_TYPE)
                .end(server.metrics().scrape());
    }

    private static void json(RoutingContext context, JsonObject body) {
        context.response().putHeader("Content-Type", "application/json").end(body.encode());
    }

    private void failed(RoutingContext context) {
        Throwable cause = context.failure();
        int status = context.statusCode() > 0 ? context.statusCode() : 500;
        if (cause != null && status >= 500) {
            server.errors().record("a request failed", cause);
        }
        if (!context.response().ended() && !context.response().headWritten()) {
            context.response()
                    .setStatusCode(status)
                    .putHeader("Content-Type", "application/json")
                    .end(new JsonObject()
                            .put("error", context.response().getStatusMessage())
                            .encode());
        }
    }
}
