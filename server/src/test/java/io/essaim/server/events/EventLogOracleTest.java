package io.essaim.server.events;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.protocol.events.Event;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compares what clients are given with a plain list of all that was published. */
class EventLogOracleTest {
    private static final int STEPS = 4_000;
    private static final int STEPS_WITH_STORE = 300;
    private static final int ROOMS = 6;
    private static final int CLIENTS = 8;

    /** Small, so that most of what is read takes several. */
    private static final int CHUNK_EVENTS = 5;

    @TempDir
    private Path folder;

    private final EventLimitsBuilder limits = new EventLimitsBuilder();
    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);

    // The oracle: all that clients may get, in order, and what each has read up to where.
    private final List<Event> published = new ArrayList<>();
    private final Map<String, Reader> readers = new HashMap<>();

    /** One client, as it keeps itself. */
    private static final class Reader {
        List<String> rooms = List.of();
        String cursor = "";
        Positions positions = Positions.at(0);
    }

    @Test
    void givesEveryClientWhatAPlainListHasOrSaysThatItIsGone() throws IOException {
        run(STEPS, 1);
    }

    @Test
    void givesTheSameFromAStoreThatIsClosedAndOpenedNowAndThen() throws IOException {
        limits.store = Optional.of(folder.resolve("events.db"));
        run(STEPS_WITH_STORE, 6);
    }

    private void run(int steps, int lives) throws IOException {
        limits.roomEvents = 20 + random.nextInt(300);
        limits.memoryBytes = 20_000L + random.nextInt(500_000);
        limits.roomCleaning = Duration.ofSeconds(20);
        limits.roomAge = Duration.ofSeconds(60);
        for (int life = 0; life < lives; life++) {
            try (SteppedEvents events = new SteppedEvents(
                    limits, EventRules.of(List.of(), List.of("shown", "other"), List.of("other:data.n=1")))) {
                for (int i = 0; i < steps; i++) {
                    step(events);
                }
            }
        }
        assertThat(published).as("seed %d", seed).hasSizeGreaterThan(steps / 4);
    }

    private void step(SteppedEvents events) {
        switch (random.nextInt(10)) {
            case 0, 1, 2, 3 -> publish(events);
            case 4, 5, 6 -> resume(events, "client-" + random.nextInt(CLIENTS));
            case 7 -> events.service.log().detach("client-" + random.nextInt(CLIENTS));
            case 8 -> move(events, "client-" + random.nextInt(CLIENTS));
            default -> {
                events.time.advance(Duration.ofMillis(random.nextInt(1_500)));
                events.step();
            }
        }
    }

    private void publish(SteppedEvents events) {
        int count = random.nextInt(1, 12);
        for (int i = 0; i < count; i++) {
            String type = List.of("shown", "hidden", "other").get(random.nextInt(3));
            String data = "{\"n\":" + random.nextInt(2) + ",\"x\":\"" + "x".repeat(random.nextInt(200)) + "\"}";
            events.publish(SteppedEvents.draft("room-" + random.nextInt(ROOMS), type, data));
        }
        published.addAll(events.appended);
        events.appended.clear();
    }

    /** Begins anew in some rooms. */
    private void move(SteppedEvents events, String client) {
        Set<String> rooms = new TreeSet<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            rooms.add("room-" + random.nextInt(ROOMS));
        }
        Reader reader = readers.computeIfAbsent(client, key -> new Reader());
        reader.rooms = List.copyOf(rooms);
        EventLogAccess.Attached attached = events.attached(client, null, rooms.toArray(String[]::new));
        assertThat(attached.head()).as("seed %d", seed).isGreaterThanOrEqualTo(newest());
        reader.positions = attached.from();
        reader.cursor = new Cursor(attached.epoch(), attached.from()).text();
    }

    private long newest() {
        return published.isEmpty() ? 0 : published.get(published.size() - 1).offset();
    }

    /** Comes back with its cursor and reads a part or all of what it missed. */
    private void resume(SteppedEvents events, String client) {
        Reader reader = readers.get(client);
        if (reader == null || reader.rooms.isEmpty()) {
            return;
        }
        String[] rooms = reader.rooms.toArray(String[]::new);
        EventLogAccess.Attached attached = events.attached(client, reader.cursor, rooms);
        List<Event> got = new ArrayList<>();
        Positions at = attached.from();
        boolean complete = false;
        while (!complete) {
            EventLogAccess.Chunk chunk = events.readPart(at, CHUNK_EVENTS, rooms);
            got.addAll(chunk.events());
            at = chunk.positions();
            complete = chunk.complete() || random.nextInt(5) == 0;
            assertThat(chunk.unrecovered()).as("seed %d", seed).isEmpty();
            for (String room : rooms) {
                assertThat(at.of(room))
                        .as("seed %d, never backwards", seed)
                        .isGreaterThanOrEqualTo(attached.from().of(room));
            }
        }
        check(reader, attached, got, at);
        reader.positions = random.nextBoolean() ? at : partly(reader, at);
        reader.cursor = new Cursor(attached.epoch(), reader.positions).text();
    }

    /** As if what came of some rooms had not arrived: these it has to be given again. */
    private Positions partly(Reader reader, Positions reached) {
        Map<String, Long> arrived = new HashMap<>();
        long base = Long.MAX_VALUE;
        for (String room : reader.rooms) {
            long offset = random.nextBoolean() ? reached.of(room) : reader.positions.of(room);
            arrived.put(room, offset);
            base = Math.min(base, offset);
        }
        return new Positions(base, arrived);
    }

    private void check(Reader reader, EventLogAccess.Attached attached, List<Event> got, Positions to) {
        for (String room : reader.rooms) {
            List<Event> due = published.stream()
                    .filter(event -> event.room().equals(room)
                            && event.offset() > reader.positions.of(room)
                            && event.offset() <= to.of(room))
                    .toList();
            List<Event> ofRoom =
                    got.stream().filter(event -> event.room().equals(room)).toList();
            if (attached.unrecovered().contains(room)) {
                // The end of it, without a hole.
                assertThat(due.subList(due.size() - ofRoom.size(), due.size()))
                        .as("seed %d", seed)
                        .isEqualTo(ofRoom);
            } else {
                assertThat(ofRoom).as("seed %d, %s", seed, room).isEqualTo(due);
            }
        }
        assertThat(got).as("seed %d", seed).extracting(Event::offset).isSorted();
    }
}
