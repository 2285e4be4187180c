package io.essaim.server.transport;

import io.essaim.protocol.Message;
import io.essaim.protocol.events.EventInterest;
import io.essaim.server.events.EventFanOut;
import io.essaim.server.events.EventSubscriber;
import io.essaim.server.observe.Counter;
import io.essaim.server.observe.Counters;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * A client's events, if it gets any. Its requests are granted one after the other: each builds on what the one before led
 * to. Its event loop only.
 */
final class EventSubscription {
    /** Requests that may wait for those before them; further ones are refused. */
    static final int WAITING_MAX = 64;

    private final EventFanOut fanOut;
    private final EventSubscriber subscriber;
    private final Counters counters;
    private final Executor loop;

    // event loop
    /** Each runs what it is given when it has been answered. */
    private final Deque<Consumer<Runnable>> waiting = new ArrayDeque<>(0);

    private boolean asks;
    private boolean stopped;

    /** @param loop runs tasks on its event loop */
    EventSubscription(EventFanOut fanOut, EventSubscriber subscriber, Counters counters, Executor loop) {
        this.fanOut = fanOut;
        this.subscriber = subscriber;
        this.counters = counters;
        this.loop = loop;
    }

    /**
     * Runs what concerns no events when those requests have been answered that came before; at once when none waits.
     *
     * @param refused hears that too many wait
     */
    void afterThoseBefore(Runnable task, Consumer<EventFanOut.Outcome> refused) {
        if (!asks) {
            task.run();
            return;
        }
        inTurn(
                done -> {
                    task.run();
                    done.run();
                },
                refused);
    }

    /** @param answer is called once, right before anything of it is sent; not when the client is gone by then */
    void subscribe(Message.SubscribeEvents request, Consumer<EventFanOut.Outcome> answer) {
        inTurn(done -> fanOut.subscribe(subscriber, request, then(answer, done)), answer);
    }

    /** @param answer as of {@link #subscribe} */
    void join(Message.Join request, Consumer<EventFanOut.Outcome> answer) {
        inTurn(done -> fanOut.join(subscriber, request, then(answer, done)), answer);
    }

    /** @param answer as of {@link #subscribe} */
    void leave(Message.Leave request, Consumer<EventFanOut.Outcome> answer) {
        inTurn(done -> fanOut.leave(subscriber, request, then(answer, done)), answer);
    }

    /**
     * @param first is run when its turn has come
     * @param left hears in which rooms it is no more
     * @param refused hears why nothing has changed
     */
    void unsubscribe(
            Message.Unsubscribe request,
            Runnable first,
            Consumer<List<String>> left,
            Consumer<EventFanOut.Outcome> refused) {
        inTurn(
                done -> {
                    first.run();
                    List<String> rooms = roomsOf(request.rooms());
                    if (rooms.isEmpty()) {
                        left.accept(rooms);
                        done.run();
                        return;
                    }
                    Consumer<EventFanOut.Outcome> answer = outcome -> {
                        if (outcome instanceof EventFanOut.Granted) {
                            left.accept(rooms);
                        } else {
                            refused.accept(outcome);
                        }
                    };
                    fanOut.unsubscribe(subscriber, request.requestId(), rooms, then(answer, done));
                },
                refused);
    }

    /** Those of these rooms that it is in; all that it is in when none is named. */
    private List<String> roomsOf(List<String> named) {
        EventInterest interest = fanOut.interest(subscriber);
        List<String> rooms = interest == null ? List.of() : interest.rooms();
        return named.isEmpty() ? rooms : rooms.stream().filter(named::contains).toList();
    }

    private static Consumer<EventFanOut.Outcome> then(Consumer<EventFanOut.Outcome> answer, Runnable done) {
        return outcome -> {
            answer.accept(outcome);
            done.run();
        };
    }

    private void inTurn(Consumer<Runnable> request, Consumer<EventFanOut.Outcome> answer) {
        if (waiting.size() == WAITING_MAX) {
            counters.increment(Counter.EVENT_REQUESTS_REFUSED);
            answer.accept(new EventFanOut.Refused(
                    EventFanOut.Fault.FULL,
                    "More than " + WAITING_MAX + " requests wait; await the answers to those before"));
            return;
        }
        waiting.add(request);
        if (!asks) {
            proceed();
        }
    }

    private void proceed() {
        Consumer<Runnable> next = stopped ? null : waiting.poll();
        asks = next != null;
        if (next != null) {
            // Later: the fan-out is amid the answer.
            next.accept(() -> loop.execute(this::proceed));
        }
    }

    /** Nothing more is sent. Harmless when repeated. */
    void stop() {
        stopped = true;
        waiting.clear();
        fanOut.remove(subscriber);
    }
}
