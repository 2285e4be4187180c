package io.essaim.server.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.essaim.protocol.events.Event;
import io.essaim.protocol.events.EventDraft;
import io.essaim.server.observe.Counter;
import io.essaim.server.observe.Counters;
import io.essaim.server.observe.ErrorLog;
import io.essaim.server.observe.Metrics;
import io.essaim.server.swarm.TimeSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class EventServiceTest {
    private static final int PUBLISHERS = 8;

    private final Counters counters = new Counters();
    private final ExecutorService loop = Executors.newSingleThreadExecutor();

    @AfterEach
    void stopTheLoop() {
        loop.shutdown();
    }

    private EventService start() throws IOException {
        return EventService.start(
                new EventLimitsBuilder().build(),
                () -> 0,
                TimeSource.SYSTEM,
                counters,
                new Metrics(counters).distributions(),
                new ErrorLog(counters));
    }

    /** Hears of what was published, and lets the publisher go on. */
    private static final class Waiting implements Receipt {
        private final CountDownLatch done = new CountDownLatch(1);
        private List<Placed> placed = List.of();

        @Override
        public void published(List<Placed> all) {
            placed = all;
            done.countDown();
        }

        @Override
        public void refused(RefusalCause cause, String reason) {
            throw new AssertionError(reason);
        }

        List<Placed> await() throws InterruptedException {
            assertThat(done.await(60, TimeUnit.SECONDS)).as("it is told").isTrue();
            return placed;
        }
    }

    @Test
    void wakesForEveryOneOfManyPublishersWhoEachWaitForTheirReceipt() throws IOException, InterruptedException {
        int each = 3_000;
        try (EventService service = start()) {
            List<Thread> publishers = new ArrayList<>();
            AtomicLong failed = new AtomicLong();
            for (int p = 0; p < PUBLISHERS; p++) {
                Thread publisher = new Thread(() -> {
                    for (int i = 0; i < each; i++) {
                        Waiting waiting = new Waiting();
                        service.bus().publish(List.of(SteppedEvents.draft("a", "x", "{}")), null, waiting);
                        try {
                            waiting.await();
                        } catch (InterruptedException | AssertionError e) {
                            failed.incrementAndGet();
                            return;
                        }
                    }
                });
                publisher.start();
                publishers.add(publisher);
            }
            for (Thread publisher : publishers) {
                publisher.join();
            }
            assertThat(failed).hasValue(0);
            assertThat(counters.value(Counter.EVENTS_PUBLISHED)).isEqualTo((long) PUBLISHERS * each);
        }
    }

    @Test
    void givesALoopAllEventsInOneOrderAndEachPublishersInItsOwn() throws IOException, InterruptedException {
        int calls = 2_000;
        List<Event> got = new ArrayList<>();
        AtomicLong seen = new AtomicLong();
        try (EventService service = start()) {
            service.log()
                    .addLoop(new LoopQueue(
                            loop,
                            (after, events) -> {
                                assertThat(after).isEqualTo(seen.get());
                                seen.set(events.get(events.size() - 1).offset());
                                synchronized (got) {
                                    got.addAll(events);
                                }
                            },
                            1_000_000));
            List<Thread> publishers = new ArrayList<>();
            for (int p = 0; p < PUBLISHERS; p++) {
                int publisher = p;
                Thread thread = new Thread(() -> publish(service, publisher, calls));
                thread.start();
                publishers.add(thread);
            }
            for (Thread thread : publishers) {
                thread.join();
            }
            await().atMost(60, TimeUnit.SECONDS).until(() -> {
                synchronized (got) {
                    return got.size() == PUBLISHERS * calls * 3;
                }
            });
        }
        assertThat(got).extracting(Event::offset).isSorted().doesNotHaveDuplicates();
        Map<String, Integer> next = new HashMap<>();
        for (int i = 0; i < got.size(); i++) {
            Event event = got.get(i);
            String publisher = event.type();
            int number = Integer.parseInt(event.data().toString());
            assertThat(number).isEqualTo(next.getOrDefault(publisher, 0));
            next.put(publisher, number + 1);
            if (number % 3 > 0) {
                assertThat(got.get(i - 1).type())
                        .as("nothing between events of a call")
                        .isEqualTo(publisher);
            }
        }
    }

    private static void publish(EventService service, int publisher, int calls) {
        Receipt ignored = new SteppedEvents.Outcome();
        for (int i = 0; i < calls; i++) {
            List<EventDraft> drafts = new ArrayList<>();
            for (int j = 0; j < 3; j++) {
                drafts.add(SteppedEvents.draft("room-" + j, "p" + publisher, String.valueOf(3 * i + j)));
            }
            while (service.bus().publish(drafts, null, ignored).isPresent()) {
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void putsInOrderWhatWaitsWhenItIsClosedAndTakesNothingMore() throws IOException, InterruptedException {
        List<Waiting> all = new ArrayList<>();
        EventService service = start();
        for (int i = 0; i < 1_000; i++) {
            Waiting waiting = new Waiting();
            all.add(waiting);
            assertThat(service.bus().publish(List.of(SteppedEvents.draft("a", "x", "{}")), null, waiting))
                    .isEmpty();
        }
        service.close();
        for (Waiting waiting : all) {
            assertThat(waiting.await()).hasSize(1);
        }
        assertThat(service.bus().publish(List.of(SteppedEvents.draft("a", "x", "{}")), null, new Waiting()))
                .contains(new EventBus.Refusal(RefusalCause.STOPPING, "the server stops"));
    }

    @Test
    void tellsEveryPublisherWhatBecameOfItWhileItIsClosed() throws IOException, InterruptedException {
        for (int round = 0; round < 20; round++) {
            EventService service = start();
            AtomicLong handedIn = new AtomicLong();
            AtomicLong told = new AtomicLong();
            Receipt counting = new Receipt() {
                @Override
                public void published(List<Placed> placed) {
                    told.incrementAndGet();
                }

                @Override
                public void refused(RefusalCause cause, String reason) {
                    told.incrementAndGet();
                }
            };
            List<Thread> publishers = new ArrayList<>();
            for (int p = 0; p < PUBLISHERS; p++) {
                Thread publisher = new Thread(() -> {
                    List<EventDraft> drafts = List.of(SteppedEvents.draft("a", "x", "{}"));
                    boolean open = true;
                    while (open) {
                        var refusal = service.bus().publish(drafts, null, counting);
                        if (refusal.isEmpty()) {
                            handedIn.incrementAndGet();
                        } else {
                            open = refusal.get().cause() != RefusalCause.STOPPING;
                        }
                    }
                });
                publisher.start();
                publishers.add(publisher);
            }
            service.close();
            for (Thread publisher : publishers) {
                publisher.join();
            }
            assertThat(told).hasValue(handedIn.get());
            assertThat(service.isPublishing()).isFalse();
        }
    }

    @Test
    void refusesAPublicationThatComesAfterTheLastStep() {
        PublishQueue queue = new PublishQueue(10);
        SteppedEvents.Outcome before = new SteppedEvents.Outcome();
        SteppedEvents.Outcome after = new SteppedEvents.Outcome();
        List<EventDraft> drafts = List.of(SteppedEvents.draft("a", "x", "{}"));
        assertThat(queue.offer(new Publication(drafts, null, before, 0))).isEmpty();
        queue.end();
        assertThat(queue.offer(new Publication(drafts, null, after, 0))).isEmpty();
        assertThat(before.refusedFor).isEqualTo(RefusalCause.STOPPING);
        assertThat(after.refusedFor).isEqualTo(RefusalCause.STOPPING);
        assertThat(queue.waiting()).isZero();
    }
}
