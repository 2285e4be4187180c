package io.essaim.server.transport;

import io.essaim.protocol.Message;
import io.essaim.protocol.Subprotocol;
import io.essaim.protocol.events.EventScope;
import io.essaim.server.events.EventFanOut;
import io.essaim.server.events.StatusQuestion;
import io.essaim.server.events.SubscriberSnapshots;
import io.essaim.server.observe.Counter;
import io.essaim.server.transport.HandshakeRules.Refusal;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code GET /api/state}: the last known status of each agent, task and project. Those who ask for the same while an answer
 * is being made share it. One per event loop.
 */
final class StateApi {
    /** Questions that are put to the log at once, each another one. */
    static final int QUESTIONS_MAX = 4;

    /** Further ones that wait for their turn. */
    static final int WAITING_MAX = 60;

    /** Requests for all of them together. */
    static final int ASKED_MAX = 1_024;

    private final ServerContext server;
    private final EventFanOut fanOut;
    private final MessageCodec codec = MessageCodec.of(Subprotocol.JSON);

    // event loop
    private final ByteBudget unread;
    private final Map<StatusQuestion, List<HttpServerResponse>> asking = new HashMap<>();
    private final Deque<StatusQuestion> turns = new ArrayDeque<>();
    private int underWay;
    private int asked;

    StateApi(ServerContext server, EventFanOut fanOut) {
        this.server = server;
        this.fanOut = fanOut;
        this.unread = new ByteBudget(ListenApi.UNREAD_BYTES_MAX, server.counters(), Counter.EVENT_POLLS_REFUSED);
    }

    void get(RoutingContext context) {
        try {
            List<String> rooms = EventPollQuery.rooms(context.queryParams());
            EventScope scope = Access.identity(context).grant().events();
            Optional<String> forbidden = scope.forbidden(rooms);
            if (forbidden.isPresent()) {
                server.counters().increment(Counter.PERMISSIONS_REFUSED);
                HttpAnswers.refuse(context.response(), new Refusal(403, forbidden.get()));
                return;
            }
            ask(StatusQuestion.of(rooms, scope), context.response());
        } catch (IllegalArgumentException e) {
            HttpAnswers.refuse(context.response(), new Refusal(400, String.valueOf(e.getMessage())));
        }
    }

    private void ask(StatusQuestion question, HttpServerResponse response) {
        List<HttpServerResponse> waiting = asking.get(question);
        if (asked == ASKED_MAX || (waiting == null && asking.size() == QUESTIONS_MAX + WAITING_MAX)) {
            server.counters().increment(Counter.EVENT_POLLS_REFUSED);
            later(response);
            return;
        }
        asked++;
        if (waiting == null) {
            asking.put(question, new ArrayList<>(List.of(response)));
            turns.add(question);
            askNext();
        } else {
            waiting.add(response);
        }
    }

    private void askNext() {
        if (underWay == QUESTIONS_MAX || turns.isEmpty()) {
            return;
        }
        underWay++;
        StatusQuestion question = turns.remove();
        fanOut.snapshot(question, snapshot -> {
            underWay--;
            List<HttpServerResponse> waiting = asking.remove(question);
            if (waiting == null) {
                throw new IllegalStateException("nobody asked for " + question);
            }
            asked -= waiting.size();
            try {
                answer(waiting, snapshot);
            } finally {
                askNext();
            }
        });
    }

    private void answer(List<HttpServerResponse> waiting, Message.Snapshot snapshot) {
        Optional<String> tooLarge = SubscriberSnapshots.tooLarge(snapshot);
        if (tooLarge.isPresent()) {
            waiting.forEach(response -> HttpAnswers.refuse(response, new Refusal(400, tooLarge.get())));
            return;
        }
        // Held once, whoever reads it.
        Buffer body = Buffer.buffer(codec.encode(snapshot));
        if (!unread.take(body.length())) {
            waiting.forEach(StateApi::later);
            return;
        }
        Future.join(waiting.stream()
                        .map(response -> HttpAnswers.json(response, 200, body))
                        .toList())
                .onComplete(out -> unread.give(body.length()));
    }

    private static void later(HttpServerResponse response) {
        HttpAnswers.refuse(response, Refusal.later("Too many answers wait to be read; ask again later"));
    }
}
