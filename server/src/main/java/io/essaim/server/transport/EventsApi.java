package io.essaim.server.transport;

import io.essaim.server.events.EventFanOut;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/** Events over plain HTTP: to publish, to wait for, to stream, and what they came to. One per event loop. */
final class EventsApi {
    private final PublishApi publish;
    private final ListenApi listen;
    private final StateApi state;

    /**
     * @param loop what runs on the event loop
     * @param fanOut of the event loop
     */
    EventsApi(Vertx vertx, Context loop, ServerContext server, RequestDeadline deadline, EventFanOut fanOut) {
        publish = new PublishApi(loop, server, deadline);
        listen = new ListenApi(vertx, loop, server, deadline, fanOut);
        state = new StateApi(server, fanOut);
    }

    void mount(Router router) {
        router.post("/api/events").handler(publish::post);
        router.get("/api/events").handler(listen::poll);
        router.get("/api/events/stream").handler(listen::stream);
        router.get("/api/state").handler(state::get);
    }

    /** Sees to it that silent streams stay; once, on the loop. */
    void start() {
        listen.start();
    }

    /** Ends those who wait, each at a moment that is given to it, and tells them when to come back. */
    void drain(Consumer<LongConsumer> later) {
        publish.drain();
        listen.drain(later);
    }
}
