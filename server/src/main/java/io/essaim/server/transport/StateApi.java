package io.essaim.server.transport;

import io.essaim.protocol.Subprotocol;
import io.essaim.server.events.EventFanOut;
import io.essaim.server.observe.Counter;
import io.essaim.server.transport.HandshakeRules.Refusal;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code GET /api/state}: the last known status of each agent, task and project. Those who ask for the same while an answer
 * is being made share it. One per event loop.
 */
final class StateApi {
    /** Answers that are being made at once, each of other rooms. */
    static final int QUESTIONS_MAX = 64;

    private final ServerContext server;
    private final EventFanOut fanOut;
    private final MessageCodec codec = MessageCodec.of(Subprotocol.JSON);

    // event loop
    private final ByteBudget unread;
    private final Map<List<String>, List<HttpServerResponse>> asking = new HashMap<>();

    StateApi(ServerContext server, EventFanOut fanOut) {
        this.server = server;
        this.fanOut = fanOut;
        this.unread = new ByteBudget(ListenApi.UNREAD_BYTES_MAX, server.counters(), Counter.EVENT_POLLS_REFUSED);
    }

    void get(RoutingContext context) {
        Optional<Refusal> refusal = ListenApi.refusal(server);
        if (refusal.isPresent()) {
            HttpAnswers.refuse(context.response(), refusal.get());
            return;
        }
        try {
            ask(EventPollQuery.rooms(context.queryParams()), context.response());
        } catch (IllegalArgumentException e) {
            HttpAnswers.refuse(context.response(), new Refusal(400, String.valueOf(e.getMessage())));
        }
    }

    /** @param rooms none: in any */
    private void ask(List<String> rooms, HttpServerResponse response) {
        List<HttpServerResponse> waiting = asking.get(rooms);
        if (waiting != null) {
            waiting.add(response);
        } else if (asking.size() >= QUESTIONS_MAX) {
            server.counters().increment(Counter.EVENT_POLLS_REFUSED);
            later(response);
        } else {
            asking.put(rooms, new ArrayList<>(List.of(response)));
            fanOut.snapshot(rooms, snapshot -> answer(rooms, codec.encode(snapshot)));
        }
    }

    private void answer(List<String> rooms, byte[] body) {
        List<HttpServerResponse> waiting = asking.remove(rooms);
        if (waiting == null) {
            throw new IllegalStateException("nobody asked for " + rooms);
        }
        for (HttpServerResponse response : waiting) {
            if (unread.take(body.length)) {
                HttpAnswers.json(response, 200, Buffer.buffer(body)).onComplete(out -> unread.give(body.length));
            } else {
                later(response);
            }
        }
    }

    private static void later(HttpServerResponse response) {
        HttpAnswers.refuse(response, Refusal.later("Too many answers wait to be read; ask again later"));
    }
}
