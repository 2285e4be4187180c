package io.essaim.server.transport;

import io.essaim.protocol.Message;
import io.essaim.protocol.events.EventInterest;
import io.essaim.server.events.EventFanOut;
import io.essaim.server.events.EventSubscriber;
import java.util.List;
import java.util.function.Consumer;

/** A client's events, if it gets any. Its event loop only. */
final class EventSubscription {
    private final EventFanOut fanOut;
    private final EventSubscriber subscriber;

    EventSubscription(EventFanOut fanOut, EventSubscriber subscriber) {
        this.fanOut = fanOut;
        this.subscriber = subscriber;
    }

    /** @param answer is called once, right before anything of it is sent */
    void subscribe(Message.SubscribeEvents request, Consumer<EventFanOut.Outcome> answer) {
        fanOut.subscribe(subscriber, request, answer);
    }

    /** @param answer as of {@link #subscribe} */
    void join(Message.Join request, Consumer<EventFanOut.Outcome> answer) {
        fanOut.join(subscriber, request, answer);
    }

    /** @param answer as of {@link #subscribe} */
    void leave(Message.Leave request, Consumer<EventFanOut.Outcome> answer) {
        fanOut.leave(subscriber, request, answer);
    }

    /** @param answer as of {@link #subscribe} */
    void leave(String requestId, List<String> rooms, Consumer<EventFanOut.Outcome> answer) {
        fanOut.unsubscribe(subscriber, requestId, rooms, answer);
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
        fanOut.remove(subscriber);
    }
}
