package io.essaim.server.events;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.essaim.protocol.CloseCode;
import io.essaim.protocol.Message;
import io.essaim.protocol.events.Event;
import io.essaim.protocol.events.EventDraft;
import io.essaim.protocol.events.EventFilter;
import io.essaim.protocol.events.EventInterest;
import io.essaim.protocol.events.EventScope;
import io.essaim.protocol.events.JsonText;
import io.essaim.protocol.events.Priority;
import io.essaim.server.observe.Counters;
import io.essaim.server.observe.ErrorLog;
import io.essaim.server.observe.Metrics;
import io.essaim.server.swarm.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From publishers on several threads through the log and its sequencer to the outboxes of one event loop, all for real. */
class EventDeliveryTest {
    private static final int PUBLISHERS = 4;
    private static final int EVENTS_OF_EACH = 2_500;
    private static final int CLIENTS = 12;
    private static final List<String> ROOMS = List.of("a", "b", "c");

    private final Counters counters = new Counters();
    private final Metrics metrics = new Metrics(counters);
    private final ScheduledExecutorService loop = Executors.newSingleThreadScheduledExecutor();
    private EventService service;
    private EventFanOut fanOut;

    @BeforeEach
    void start() throws Exception {
        EventLimitsBuilder limits = new EventLimitsBuilder();
        limits.roomEvents = 2 * PUBLISHERS * EVENTS_OF_EACH;
        service = EventService.start(
                limits.build(),
                () -> Event.NO_SEQUENCE,
                TimeSource.SYSTEM,
                counters,
                metrics.distributions(),
                new ErrorLog(counters));
        EventWindows.Window window = EventWindows.Window.of(
                Duration.ofMillis(1), Duration.ofMillis(5), Duration.ofMillis(5), Duration.ofMillis(5), 50);
        fanOut = new EventFanOut(
                service.log(),
                loop,
                (nanos, task) -> {
                    ScheduledFuture<?> unused = loop.schedule(task, nanos, NANOSECONDS);
                },
                EventWindows.of(window, List.of()),
                new OutboxLimits(1_000_000, 1 << 30, Duration.ofMinutes(5)),
                TimeSource.SYSTEM,
                counters,
                metrics.distributions(),
                new ErrorLog(counters));
    }

    @AfterEach
    void stop() {
        service.close();
        loop.shutdownNow();
    }

    @Test
    void whatManyPublishAtOnceReachesEverybodyOnceAndInTheOrderOfItsRoom() throws Exception {
        List<Client> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            Client client = new Client(i);
            clients.add(client);
            loop.execute(() -> client.connect(""));
        }
        await().atMost(Duration.ofMinutes(1)).until(() -> clients.stream().allMatch(client -> client.granted));
        ExecutorService publishers = Executors.newFixedThreadPool(PUBLISHERS);
        List<Future<?>> published = new ArrayList<>();
        for (int i = 0; i < PUBLISHERS; i++) {
            published.add(publishers.submit(this::publish));
        }
        for (Future<?> each : published) {
            each.get();
        }
        publishers.shutdown();
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(clients)
                        .allSatisfy(
                                client -> assertThat(client.received.get()).isEqualTo(PUBLISHERS * EVENTS_OF_EACH)));
        assertThat(clients)
                .allSatisfy(client -> assertThat(client.outOfOrder.get()).isZero());
    }

    private void publish() {
        for (int i = 0; i < EVENTS_OF_EACH; i++) {
            String room = ROOMS.get(i % ROOMS.size());
            Priority priority = i % 100 == 0 ? Priority.CRITICAL : Priority.NORMAL;
            EventDraft draft = new EventDraft(
                    room, "agent.started", priority, JsonText.EMPTY, null, null, null, null, EventDraft.NOW);
            while (service.bus().publish(List.of(draft), null, new Ignored()).isPresent()) {
                Thread.onSpinWait();
            }
        }
    }

    private record Ignored() implements Receipt {
        @Override
        public void published(List<Placed> placed) {}

        @Override
        public void refused(RefusalCause cause, String reason) {
            throw new AssertionError(reason);
        }
    }

    /** Every third reads at once, every third late, and every third loses its connection again and again. On the loop. */
    private final class Client implements EventSink {
        private static final int MESSAGES_OF_A_CONNECTION = 700;

        private final int number;
        private final TestEncoding encoding = new TestEncoding(64);
        private final long[] newest = new long[ROOMS.size()];
        private @Nullable EventSubscriber subscriber;
        private String cursor = "";
        private int connections;
        private int messages;
        private boolean writable = true;
        volatile boolean granted;
        final AtomicInteger received = new AtomicInteger();
        final AtomicInteger outOfOrder = new AtomicInteger();

        Client(int number) {
            this.number = number;
        }

        void connect(String since) {
            connections++;
            EventSubscriber next =
                    new EventSubscriber(number + "-" + connections, this, encoding, number % 2 == 0, EventScope.ALL);
            subscriber = next;
            fanOut.subscribe(
                    next,
                    new Message.SubscribeEvents(
                            "1",
                            new EventInterest(ROOMS, List.of(), EventFilter.ALL),
                            since.isEmpty() ? null : since,
                            false,
                            false),
                    outcome -> {
                        cursor = ((EventFanOut.Granted) outcome).subscribed().cursor();
                        granted = true;
                    });
        }

        @Override
        public boolean isWritable() {
            return writable;
        }

        @Override
        public void send(List<byte[]> sent) {
            sent.forEach(this::take);
            if (number % 3 == 1) {
                writable = false;
            } else if (number % 3 == 2 && messages > MESSAGES_OF_A_CONNECTION) {
                messages = 0;
                fanOut.remove(Objects.requireNonNull(subscriber));
                loop.execute(() -> connect(cursor));
            }
        }

        private void take(byte[] message) {
            messages++;
            TestEncoding.Told told = (TestEncoding.Told) encoding.read(message);
            for (Event event : told.events()) {
                int room = ROOMS.indexOf(event.room());
                outOfOrder.addAndGet(event.offset() > newest[room] ? 0 : 1);
                newest[room] = event.offset();
                received.incrementAndGet();
            }
            cursor = told.cursor();
        }

        @Override
        public void whenWritable(Runnable task) {
            ScheduledFuture<?> unused = loop.schedule(
                    () -> {
                        writable = true;
                        task.run();
                    },
                    2_000_000,
                    NANOSECONDS);
        }

        @Override
        public void close(CloseCode code, String reason) {
            throw new AssertionError(code + " " + reason);
        }
    }
}
