package io.essaim.server.transport;

import io.essaim.server.observe.Counter;
import io.essaim.server.security.Identity;
import io.essaim.server.security.PublishScope;
import io.essaim.server.transport.HandshakeRules.Refusal;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code POST /api/events}: hands in events, as JSON at once or as lines one after the other. One per event loop. */
final class PublishApi {
    /** Bytes of all bodies that are being read or published, a loop. */
    static final int BODIES_BYTES_MAX = 64 << 20;

    static final String IDEMPOTENCY_KEY = "Idempotency-Key";

    private static final Pattern KEY = Pattern.compile("[!-~]{1,128}");
    private static final String JSON_LINES = "application/x-ndjson";

    private final ServerContext server;
    private final RequestDeadline deadline;
    private final Context loop;

    // event loop
    private final ByteBudget bodies;
    private final Set<LinesPublication> streams = new LinkedHashSet<>();

    PublishApi(Context loop, ServerContext server, RequestDeadline deadline) {
        this.loop = loop;
        this.server = server;
        this.deadline = deadline;
        this.bodies = new ByteBudget(BODIES_BYTES_MAX, server.counters(), Counter.PUBLICATIONS_REFUSED);
    }

    void post(RoutingContext context) {
        HttpServerRequest request = context.request();
        PublishRate rate = new PublishRate(server.limits(), Access.identity(context), Access.address(context));
        Optional<Refusal> refusal = rate.refusal().or(() -> malformed(request.headers()));
        if (refusal.isPresent()) {
            // What is still to come of the body is dropped, until the connection's deadline.
            HttpAnswers.refuse(context.response(), refusal.get());
            return;
        }
        if ("100-continue".equalsIgnoreCase(request.getHeader("Expect"))) {
            context.response().writeContinue();
        }
        Identity identity = Access.identity(context);
        PublishScope scope = new PublishScope(identity.grant().events());
        String key = key(request, identity);
        if (JSON_LINES.equals(mediaType(request.getHeader("Content-Type")))) {
            stream(request, scope, rate, key);
        } else {
            new JsonPublication(server, loop, request, scope, rate, key, bodies).start();
        }
    }

    /** Two who are logged in may choose the same: that of one says nothing of what the other published. */
    private static @Nullable String key(HttpServerRequest request, Identity identity) {
        String chosen = request.getHeader(IDEMPOTENCY_KEY);
        // No key that is chosen has a line break in it.
        return chosen == null || identity.isShared() ? chosen : identity.name() + '\n' + chosen;
    }

    private void stream(HttpServerRequest request, PublishScope scope, PublishRate rate, @Nullable String key) {
        if (!bodies.take(LinesPublication.HELD_BYTES)) {
            HttpAnswers.refuse(request.response(), Refusal.later("Too many bodies are being read; try again later"));
            return;
        }
        new Stream(request, scope, rate, key).publication.start();
    }

    /** No more is taken; who is amid a stream is told how much was. */
    void drain() {
        new ArrayList<>(streams).forEach(LinesPublication::drain);
    }

    private static Optional<Refusal> malformed(MultiMap headers) {
        List<String> keys = headers.getAll(IDEMPOTENCY_KEY);
        if (keys.size() > 1 || !keys.stream().allMatch(key -> KEY.matcher(key).matches())) {
            return Optional.of(
                    new Refusal(400, IDEMPOTENCY_KEY + " is 1 to 128 visible ASCII characters, and stands there once"));
        }
        String type = mediaType(headers.get("Content-Type"));
        if (!HttpAnswers.JSON.equals(type) && !JSON_LINES.equals(type)) {
            return Optional.of(new Refusal(
                    415,
                    "Events are taken as Content-Type " + HttpAnswers.JSON + " or " + JSON_LINES,
                    Map.of("Accept-Post", HttpAnswers.JSON + ", " + JSON_LINES)));
        }
        if (headers.contains("Content-Encoding")) {
            return Optional.of(new Refusal(415, "Events are taken without Content-Encoding"));
        }
        if (HttpAnswers.JSON.equals(type) && JsonPublication.isTooLong(headers.get("Content-Length"))) {
            return Optional.of(JsonPublication.tooLong());
        }
        return Optional.empty();
    }

    /** Without its parameters: JSON is UTF-8 whatever they say. */
    private static String mediaType(@Nullable String contentType) {
        if (contentType == null) {
            return "";
        }
        int end = contentType.indexOf(';');
        return (end < 0 ? contentType : contentType.substring(0, end)).strip().toLowerCase(Locale.ROOT);
    }

    /** A body of lines, and what it holds until it is over. */
    private final class Stream {
        private final LinesPublication publication;

        Stream(HttpServerRequest request, PublishScope scope, PublishRate rate, @Nullable String key) {
            publication = new LinesPublication(
                    server, loop, request, scope, rate, key, () -> deadline.progressed(request), this::ended);
            streams.add(publication);
        }

        private void ended(Future<Void> out) {
            streams.remove(publication);
            out.onComplete(written -> bodies.give(LinesPublication.HELD_BYTES));
        }
    }
}
