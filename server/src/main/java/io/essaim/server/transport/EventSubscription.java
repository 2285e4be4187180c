package io.essaim.server.transport;

import io.essaim.protocol.Message;
import io.essaim.protocol.events.EventInterest;
import io.essaim.server.events.EventFanOut;
import io.essaim.server.events.EventSubscriber;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/** A client's events, if it gets any. Its event loop only. */
final class EventSubscription {
    /** Requests that may wait for the answer to the one before; further ones are refused. */
    private static final int WAITING_MAX = 16;

    private final EventFanOut fanOut;
    private final EventSubscriber subscriber;
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private boolean asking;

    EventSubscription(EventFanOut fanOut, EventSubscriber subscriber) {
        this.fanOut = fanOut;
        this.subscriber = subscriber;
    }

    /** @param answer is called once, right before anything of it is sent */
    void subscribe(Message.SubscribeEvents request, Consumer<EventFanOut.Outcome> answer) {
        inTurn(answer, then -> fanOut.subscribe(subscriber, request, then));
    }

    /** @param answer as of {@link #subscribe} */
    void join(Message.Join request, Consumer<EventFanOut.Outcome> answer) {
        inTurn(answer, then -> fanOut.join(subscriber, request, then));
    }

    /** @param answer as of {@link #subscribe} */
    void leave(Message.Leave request, Consumer<EventFanOut.Outcome> answer) {
        inTurn(answer, then -> fanOut.leave(subscriber, request, then));
    }

    /** @param answer as of {@link #subscribe} */
    void leave(String requestId, List<String> rooms, Consumer<EventFanOut.Outcome> answer) {
        inTurn(answer, then -> fanOut.unsubscribe(subscriber, requestId, rooms, then));
    }

    /** A client does not know that what it asks for at once comes after what its URL, or the endpoint, asked for. */
    private void inTurn(Consumer<EventFanOut.Outcome> answer, Consumer<Consumer<EventFanOut.Outcome>> request) {
        if (!asking) {
            ask(answer, request);
        } else if (waiting.size() < WAITING_MAX) {
            waiting.add(() -> ask(answer, request));
        } else {
            // It is refused.
            request.accept(answer);
        }
    }

    private void ask(Consumer<EventFanOut.Outcome> answer, Consumer<Consumer<EventFanOut.Outcome>> request) {
        asking = true;
        request.accept(outcome -> {
            asking = false;
            answer.accept(outcome);
            Runnable next = waiting.poll();
            if (next != null) {
                next.run();
            }
        });
    }

    /**
     * Those of these rooms that it is in; all that it is in when none is named.
     *
     * @param named of a request
     */
    List<String> roomsOf(List<String> named) {
        EventInterest interest = fanOut.interest(subscriber);
        List<String> rooms = interest == null ? List.of() : interest.rooms();
        return named.isEmpty() ? rooms : rooms.stream().filter(named::contains).toList();
    }

    /** Nothing more is sent. Harmless when repeated. */
    void stop() {
        waiting.clear();
        fanOut.remove(subscriber);
    }
}
