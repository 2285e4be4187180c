package io.essaim.server.events;

import io.essaim.protocol.Message;
import io.essaim.protocol.events.Event;
import io.essaim.protocol.events.EventInterest;
import io.essaim.protocol.events.EventScope;
import io.essaim.protocol.events.JsonText;
import io.essaim.protocol.events.Priority;
import io.essaim.server.observe.Counters;
import io.essaim.server.observe.ErrorLog;
import io.essaim.server.observe.Metrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One event loop's fan-out with a log and a clock that the test holds. Windows: 10, 50, 500 ms and 1 s, 5 events. */
final class Loop {
    static final int OUTBOX_EVENTS = 6;
    static final int OUTBOX_BYTES = 64 * 8;

    final LoopTime time = new LoopTime();
    final ScriptedLog log = new ScriptedLog(8, 4);
    final Counters counters = new Counters();
    final Metrics metrics = new Metrics(counters);
    final TestEncoding encoding = new TestEncoding(64);
    final EventFanOut fanOut;

    Loop() {
        this(List.of());
    }

    Loop(List<String> roomWindows) {
        EventWindows.Window window = EventWindows.Window.of(
                Duration.ofMillis(10), Duration.ofMillis(50), Duration.ofMillis(500), Duration.ofSeconds(1), 5);
        fanOut = new EventFanOut(
                log,
                Runnable::run,
                time,
                EventWindows.of(window, roomWindows),
                new OutboxLimits(OUTBOX_EVENTS, OUTBOX_BYTES, Duration.ofSeconds(30)),
                time,
                counters,
                metrics.distributions(),
                new ErrorLog(counters));
        log.loop = fanOut;
    }

    /** One client of the loop, and what it was told. */
    final class Client {
        final SlowSink sink = new SlowSink();
        final EventSubscriber subscriber;

        Client(String id, boolean batches, EventScope scope) {
            subscriber = new EventSubscriber(id, sink, encoding, batches, scope);
        }

        Client subscribe(EventInterest interest, @Nullable String since) {
            return subscribe(new Message.SubscribeEvents("1", interest, since, false, false));
        }

        Client subscribe(Message.SubscribeEvents request) {
            fanOut.subscribe(subscriber, request, this::answer);
            return this;
        }

        void answer(EventFanOut.Outcome outcome) {
            sink.send(List.of(encoding.write(outcome)));
        }

        List<Object> told() {
            return sink.read.stream().map(encoding::read).toList();
        }

        /** Offsets of the events that it was told, one list a message. */
        List<List<Long>> messages() {
            List<List<Long>> messages = new ArrayList<>();
            for (Object message : told()) {
                if (message instanceof TestEncoding.Told told) {
                    messages.add(told.events().stream().map(Event::offset).toList());
                }
            }
            return messages;
        }

        List<Long> offsets() {
            return messages().stream().flatMap(List::stream).toList();
        }

        <T> List<T> told(Class<T> kind) {
            return told().stream().filter(kind::isInstance).map(kind::cast).toList();
        }

        /** Of the newest message that has one. */
        String cursor() {
            String cursor = "";
            for (Object message : told()) {
                if (message instanceof TestEncoding.Told told) {
                    cursor = told.cursor();
                } else if (message instanceof EventFanOut.Granted granted) {
                    cursor = granted.subscribed().cursor();
                }
            }
            return cursor;
        }
    }

    Client client(String id) {
        return client(id, EventScope.ALL);
    }

    /** Who is permitted only so much. */
    Client client(String id, EventScope scope) {
        return new Client(id, false, scope);
    }

    Client batching(String id) {
        return new Client(id, true, EventScope.ALL);
    }

    /** A client that is in these rooms already. */
    Client in(String id, String... rooms) {
        Client client = client(id).subscribe(EventInterest.inRooms(rooms), null);
        log.settle();
        return client;
    }

    /** Appends an event and has the loop hear of it. */
    void publish(long offset, String room, Priority priority) {
        log.append(offset, room, "agent.started", priority);
        log.settle();
    }

    /** Appends events as one batch and has the loop hear of them. */
    void publishAll(String room, Priority priority, long from, long to) {
        List<Event> events = new ArrayList<>();
        for (long offset = from; offset <= to; offset++) {
            events.add(event(offset, room, "agent.started", priority));
        }
        log.append(events);
        log.settle();
    }

    static Event event(long offset, String room, String type, Priority priority) {
        return new Event(
                offset, room, type, priority, JsonText.EMPTY, null, null, null, "evt_" + offset, 0, Event.NO_SEQUENCE);
    }
}
