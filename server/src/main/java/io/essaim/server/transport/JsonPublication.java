package io.essaim.server.transport;

import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.events.EventDraft;
import io.essaim.protocol.json.JsonBuffer;
import io.essaim.protocol.json.JsonEventReader;
import io.essaim.server.config.EventSettings;
import io.essaim.server.events.EventBus;
import io.essaim.server.events.Receipt;
import io.essaim.server.events.RefusalCause;
import io.essaim.server.observe.Counter;
import io.essaim.server.security.PublishScope;
import io.essaim.server.transport.HandshakeRules.Refusal;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One body of JSON with events, which are taken all or not at all. Its event loop only. */
final class JsonPublication {
    /** Bytes of a body. */
    static final int BODY_BYTES_MAX = 4 << 20;

    /** A larger body is read by a thread that delays no frame. */
    private static final int QUICK_BYTES_MAX = 32 << 10;

    private final ServerContext server;
    private final Context loop;
    private final HttpServerRequest request;
    private final PublishScope scope;
    private final PublishRate rate;
    private final @Nullable String key;
    private final ByteBudget bodies;

    // event loop
    private Buffer body = Buffer.buffer();
    private int heldBytes;
    private boolean over;

    /**
     * @param scope of who publishes
     * @param key that makes a repeated request harmless
     * @param bodies bounds what its event loop holds of them
     */
    JsonPublication(
            ServerContext server,
            Context loop,
            HttpServerRequest request,
            PublishScope scope,
            PublishRate rate,
            @Nullable String key,
            ByteBudget bodies) {
        this.server = server;
        this.loop = loop;
        this.request = request;
        this.scope = scope;
        this.rate = rate;
        this.key = key;
        this.bodies = bodies;
    }

    void start() {
        request.response().closeHandler(closed -> end(Future.succeededFuture()));
        request.handler(this::append);
        request.endHandler(ended -> read());
    }

    /** Whether a body of the length that was announced is too long. */
    static boolean isTooLong(@Nullable String contentLength) {
        return contentLength != null
                && (!contentLength.matches("[0-9]{1,9}") || Integer.parseInt(contentLength) > BODY_BYTES_MAX);
    }

    private void append(Buffer piece) {
        if (over) {
            return;
        }
        if (heldBytes + piece.length() > BODY_BYTES_MAX) {
            refuse(tooLong());
        } else if (!bodies.take(piece.length())) {
            refuse(Refusal.later("Too many bodies are being read; try again later"));
        } else {
            heldBytes += piece.length();
            body.appendBuffer(piece);
        }
    }

    static Refusal tooLong() {
        return new Refusal(
                413,
                "The body is longer than " + BODY_BYTES_MAX
                        + " bytes; send fewer events, or application/x-ndjson, which may be of any length");
    }

    private void read() {
        if (over) {
            return;
        }
        byte[] bytes = body.getBytes();
        body = Buffer.buffer();
        JsonEventReader reader = new JsonEventReader();
        if (bytes.length == 0) {
            refuse(new Refusal(400, "The body is empty"));
        } else if (bytes.length <= QUICK_BYTES_MAX) {
            try {
                publish(reader.readAll(bytes));
            } catch (MalformedMessageException e) {
                malformed(e);
            }
        } else {
            loop.<List<EventDraft>>executeBlocking(() -> reader.readAll(bytes), false)
                    .onSuccess(this::publish)
                    .onFailure(this::malformed);
        }
    }

    private void malformed(Throwable e) {
        if (e instanceof MalformedMessageException) {
            server.counters().increment(Counter.MESSAGES_INVALID);
            refuse(new Refusal(400, String.valueOf(e.getMessage())));
        } else {
            server.errors().record("events could not be read", e);
            refuse(new Refusal(500, "Server error"));
        }
    }

    private void publish(List<EventDraft> events) {
        if (over) {
            return;
        }
        int eventsMax = server.configuration().get(EventSettings.EVENT_QUEUE);
        Optional<String> forbidden = scope.refusal(events);
        if (forbidden.isPresent()) {
            server.counters().increment(Counter.PUBLISH_FORBIDDEN);
            refuse(new Refusal(403, forbidden.get()));
        } else if (events.isEmpty()) {
            answer(List.of());
        } else if (events.size() > eventsMax) {
            refuse(new Refusal(
                    413, "The body has " + events.size() + " events, at most " + eventsMax + " (event-queue)"));
        } else {
            Optional<EventBus.Refusal> refusal = server.events()
                    .bus()
                    .publish(events, key, PublishAnswers.onLoop(loop, new Receipt() {
                        @Override
                        public void published(List<Placed> placed) {
                            answer(placed);
                        }

                        @Override
                        public void refused(RefusalCause cause, String reason) {
                            refuse(PublishAnswers.refusal(cause, reason));
                        }
                    }));
            refusal.ifPresentOrElse(
                    why -> refuse(PublishAnswers.refusal(why.cause(), why.reason())), () -> rate.took(events.size()));
        }
    }

    private void answer(List<Receipt.Placed> placed) {
        JsonBuffer json = new JsonBuffer(128);
        json.raw("{\"published\":");
        PublishAnswers.append(json, placed);
        json.raw('}');
        if (!over) {
            end(HttpAnswers.json(request.response(), 200, PublishAnswers.buffer(json)));
        }
    }

    private void refuse(Refusal refusal) {
        if (!over) {
            end(HttpAnswers.refuse(request.response(), refusal));
        }
    }

    private void end(Future<Void> out) {
        if (!over) {
            over = true;
            body = Buffer.buffer();
            out.onComplete(written -> bodies.give(heldBytes));
        }
    }
}
