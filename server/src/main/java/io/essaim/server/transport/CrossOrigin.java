package io.essaim.server.transport;

import io.essaim.server.observe.Counter;
import io.essaim.server.transport.HandshakeRules.Refusal;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/**
 * What pages of other places may do over HTTP (CORS): those that are allowed may read answers; those that are not may send
 * nothing, and a browser keeps from them what they ask for. Not by vertx-web's handler, which refuses a foreign page's GET
 * as well, and whose origins are fixed. One per event loop.
 */
final class CrossOrigin {
    private static final String METHODS = "GET, HEAD, POST, DELETE";
    private static final String HEADERS = "Authorization, Content-Type, Idempotency-Key, If-None-Match, Last-Event-ID";
    private static final String EXPOSED = "ETag, Retry-After";
    private static final String PREFLIGHT_SECONDS = "600";
    private static final Refusal MISNAMED = new Refusal(
            403,
            "Host is no name of this machine, which alone the server is for: ask for localhost,"
                    + " name the page in allowed-origins, or the proxy in trusted-proxies");

    private final ServerContext server;
    private final TrustedProxies proxies;

    CrossOrigin(ServerContext server, TrustedProxies proxies) {
        this.server = server;
        this.proxies = proxies;
    }

    /** Answers a preflight. */
    void preflight(RoutingContext context) {
        if (!permits(context.request())) {
            refuse(context);
            return;
        }
        HttpServerResponse response = context.response();
        allow(context);
        response.setStatusCode(204)
                .putHeader("Allow", METHODS + ", OPTIONS")
                .putHeader("Access-Control-Allow-Methods", METHODS)
                .putHeader("Access-Control-Allow-Headers", HEADERS)
                .putHeader("Access-Control-Max-Age", PREFLIGHT_SECONDS)
                .end();
    }

    /** Whether the request goes on; otherwise it is answered. */
    boolean passes(RoutingContext context) {
        HttpServerRequest request = context.request();
        boolean reads =
                request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD);
        boolean named = request.headers().contains("Origin");
        if (reads && isMisnamed(request) && !(named && permits(request))) {
            // No browser would keep the answer from the page, which counts as this server's own, and it need not say
            // Origin.
            server.counters().increment(Counter.ORIGINS_REFUSED);
            HttpAnswers.refuse(context.response(), MISNAMED);
            return false;
        } else if (permits(request)) {
            allow(context);
            return true;
        } else if (reads) {
            vary(context);
            return true;
        }
        refuse(context);
        return false;
    }

    private boolean isMisnamed(HttpServerRequest request) {
        return server.origins().http().isMisnamed(RequestCredentials.target(request, proxies));
    }

    /**
     * Whether a page of another place makes its visitor's browser ask, by a picture, a link or a frame: then a token in the
     * URL is that page's, and one that does not hold would be held against the visitor. No page sends Authorization before
     * it was permitted to.
     */
    boolean isLedHere(HttpServerRequest request) {
        if (request.headers().contains("Authorization")) {
            return false;
        } else if (request.headers().contains("Origin")) {
            return !permits(request);
        }
        String site = request.getHeader("Sec-Fetch-Site");
        return site != null && !site.equals("same-origin") && !site.equals("none");
    }

    private boolean permits(HttpServerRequest request) {
        return server.origins()
                .http()
                .permits(request.headers().getAll("Origin"), RequestCredentials.target(request, proxies));
    }

    /** For the page that asks. */
    void refuse(RoutingContext context) {
        server.counters().increment(Counter.ORIGINS_REFUSED);
        vary(context);
        HttpAnswers.refuse(context.response(), HandshakeRules.foreignOrigin());
    }

    private static void allow(RoutingContext context) {
        List<String> origins = context.request().headers().getAll("Origin");
        if (!origins.isEmpty()) {
            context.response()
                    .putHeader("Access-Control-Allow-Origin", origins.get(0))
                    .putHeader("Access-Control-Expose-Headers", EXPOSED);
        }
        vary(context);
    }

    /** At the end: routes say what else their answers depend on. */
    private static void vary(RoutingContext context) {
        context.addHeadersEndHandler(end -> context.response().headers().add("Vary", "Origin"));
    }
}
