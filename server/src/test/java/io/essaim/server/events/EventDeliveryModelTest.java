package io.essaim.server.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.essaim.protocol.events.Event;
import io.essaim.protocol.events.EventScope;
import io.essaim.protocol.events.JsonText;
import io.essaim.protocol.events.Priority;
import io.essaim.protocol.events.RoomPattern;
import io.essaim.protocol.events.TypePattern;
import io.essaim.server.observe.Counter;
import io.essaim.server.observe.Counters;
import io.essaim.server.observe.ErrorLog;
import io.essaim.server.observe.Metrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Random lives of clients against what they are owed: rooms, priorities and types, clients that come, stall, are cut anywhere
 * in the stream and resume, that join and leave, a loop that falls behind, a log that lets go.
 */
class EventDeliveryModelTest {
    private static final List<Priority> PRIORITIES = List.of(Priority.values());
    private static final int RUNS = 15;
    private static final int STEPS = 3_000;
    private static final List<String> ROOMS = List.of("a", "b", "c", "d");
    private static final List<String> TYPES = List.of("agent.started", "agent.metrics", "task.done", "system.alert");
    private static final List<String> PATTERNS = List.of("*", "agent.*", "task.done", "*.metrics");

    @Test
    void everyEventThatIsWantedComesOnceAndInOrderOrIsToldToBeLost() {
        long seed = Long.getLong("essaim.seed", System.nanoTime());
        System.out.println("EventDeliveryModelTest: -Dessaim.seed=" + seed);
        long delivered = 0;
        long dropped = 0;
        long replayed = 0;
        long laps = 0;
        for (int run = 0; run < RUNS; run++) {
            Life life = new Life(seed + run);
            try {
                life.run();
            } catch (AssertionError e) {
                throw new AssertionError("-Dessaim.seed=" + (seed + run) + ": " + e.getMessage(), e);
            }
            delivered += life.viewers.stream().mapToLong(Viewer::received).sum();
            dropped += life.counters.value(Counter.EVENTS_DROPPED);
            replayed += life.counters.value(Counter.EVENTS_REPLAYED);
            laps += life.counters.value(Counter.LOOPS_LAPPED);
        }
        // A life in which nothing goes wrong proves nothing.
        assertTrue(
                delivered - replayed > 5_000 && dropped > 100 && replayed > 1_000 && laps > 10,
                delivered + ", " + dropped + ", " + replayed + ", " + laps);
        System.out.println(
                delivered + " events, " + dropped + " dropped, " + replayed + " replayed, " + laps + " laps");
    }

    /** One loop with its clients, from a seed. */
    private static final class Life {
        private final Random random;
        private final ScriptedLog log;
        private final LoopTime time = new LoopTime();
        final Counters counters = new Counters();
        private final EventFanOut fanOut;
        final List<Viewer> viewers = new ArrayList<>();
        private boolean loopIsBusy;

        Life(long seed) {
            random = new Random(seed);
            log = new ScriptedLog(8 + random.nextInt(30), 1 + random.nextInt(20));
            EventWindows windows = EventWindows.of(
                    EventWindows.Window.of(
                            Duration.ofMillis(random.nextInt(20)),
                            Duration.ofMillis(50),
                            Duration.ofMillis(500),
                            Duration.ofSeconds(1),
                            1 + random.nextInt(10)),
                    random.nextBoolean() ? List.of("d=200ms/3") : List.of());
            fanOut = new EventFanOut(
                    log,
                    Runnable::run,
                    time,
                    windows,
                    new OutboxLimits(1 + random.nextInt(15), 1_000, Duration.ofSeconds(2)),
                    time,
                    counters,
                    new Metrics(counters).distributions(),
                    new ErrorLog(counters));
            log.loop = fanOut;
            TestEncoding encoding = new TestEncoding(100);
            for (int i = 0; i < 8; i++) {
                TypePattern pattern = new TypePattern(PATTERNS.get(random.nextInt(PATTERNS.size())));
                viewers.add(new Viewer("v" + i, List.of(pattern), random.nextBoolean(), someScope(), encoding, log));
            }
        }

        private EventScope someScope() {
            return random.nextBoolean()
                    ? EventScope.ALL
                    : new EventScope(
                            some(List.of(new RoomPattern("a"), new RoomPattern("c*"))),
                            some(List.of(new TypePattern("agent.*"), new TypePattern("task.done"))),
                            some(Set.of(1L)),
                            some(Set.of(1L, 2L)));
        }

        private <T> Optional<T> some(T limit) {
            return random.nextBoolean() ? Optional.of(limit) : Optional.empty();
        }

        private @Nullable Long someId() {
            int id = random.nextInt(5);
            return id == 0 ? null : (long) (id + 1) / 2;
        }

        void run() {
            for (int step = 0; step < STEPS; step++) {
                step();
            }
            settle();
            viewers.forEach(Viewer::verify);
            assertEquals(
                    viewers.size(), log.attached.size(), () -> "who is gone is in no room any more: " + log.attached);
        }

        private void step() {
            int choice = random.nextInt(100);
            Viewer viewer = viewers.get(random.nextInt(viewers.size()));
            if (choice < 20) {
                append();
            } else if (choice < 40) {
                log.answerOne();
            } else if (choice < 75) {
                if (!loopIsBusy) {
                    log.loopOne();
                }
            } else if (choice < 83) {
                time.pass(random.nextInt(40));
            } else if (choice < 84) {
                loopIsBusy = random.nextInt(10) == 0;
            } else if (choice < 85) {
                fanOut.review(time.nanoTime());
                viewers.stream().filter(each -> each.sink.closed != null).forEach(this::cut);
            } else if (choice < 86) {
                forget();
            } else {
                change(viewer, random.nextInt(28));
            }
        }

        private void append() {
            List<Event> batch = new ArrayList<>();
            long offset = log.head();
            for (int i = random.nextInt(4); i >= 0; i--) {
                offset += 1 + random.nextInt(3);
                batch.add(new Event(
                        offset,
                        ROOMS.get(random.nextInt(ROOMS.size())),
                        TYPES.get(random.nextInt(TYPES.size())),
                        PRIORITIES.get(random.nextInt(100) < 5 ? 0 : 1 + random.nextInt(4)),
                        JsonText.EMPTY,
                        null,
                        someId(),
                        someId(),
                        "evt_" + offset,
                        0,
                        Event.NO_SEQUENCE));
            }
            log.append(batch);
        }

        private void forget() {
            long upTo = log.head() - random.nextInt(60);
            log.forget(ROOMS.get(random.nextInt(ROOMS.size())), upTo);
        }

        private void change(Viewer viewer, int choice) {
            if (viewer.subscriber == null) {
                viewer.connect(fanOut, viewer.permitted(someRooms()), random.nextBoolean());
                viewer.sink.stalls = random.nextInt(3) == 0;
            } else if (choice < 1) {
                cut(viewer);
            } else if (choice < 4) {
                // Now and then with a room that it may not enter.
                Set<String> wanted = someRooms();
                viewer.request(fanOut, random.nextInt(4) == 0 ? wanted : viewer.permitted(wanted), null, false);
            } else if (choice < 18) {
                viewer.sink.drain();
                viewer.takeAll();
            } else if (choice < 22) {
                viewer.sink.stalls = !viewer.sink.stalls;
            } else {
                viewer.takeAll();
            }
        }

        private void cut(Viewer viewer) {
            int underWay = viewer.sink.inFlight();
            viewer.cut(fanOut, underWay == 0 ? 0 : random.nextInt(underWay + 1));
        }

        private Set<String> someRooms() {
            Set<String> rooms = new TreeSet<>();
            ROOMS.stream().filter(room -> random.nextInt(3) > 0).forEach(rooms::add);
            return rooms;
        }

        /** Everybody comes back and reads, until nothing happens any more. */
        private void settle() {
            loopIsBusy = false;
            log.settle();
            for (Viewer viewer : viewers) {
                if (viewer.subscriber == null) {
                    viewer.connect(fanOut, viewer.permitted(someRooms()), false);
                }
                viewer.sink.stalls = false;
            }
            log.offerNothing();
            for (int i = 0; i < 200; i++) {
                log.settle();
                viewers.forEach(viewer -> viewer.sink.drain());
                time.pass(50);
            }
            viewers.forEach(Viewer::takeAll);
        }
    }
}
