package io.essaim.server.events;

import static io.essaim.server.events.SteppedEvents.draft;
import static io.essaim.server.events.SteppedEvents.withId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.essaim.protocol.events.Event;
import io.essaim.protocol.events.EventDraft;
import io.essaim.protocol.events.JsonText;
import io.essaim.protocol.events.Priority;
import io.essaim.server.observe.Counter;
import io.essaim.server.observe.Counters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventStoreTest {
    private final EventLimitsBuilder limits = new EventLimitsBuilder();

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void nameTheFile() {
        file = folder.resolve("events.db");
        limits.store = Optional.of(file);
    }

    @Test
    void bringsBackEventsAndTheirOrderAndTheIdsThatAreKnown() throws IOException {
        List<Event> before;
        EventLogAccess.Attached attached;
        EventDraft full = new EventDraft(
                "a",
                "agent.started",
                Priority.LOW,
                JsonText.of("{\"ü\":\"\\u0000 😀\",\"n\":1.50}"),
                1L,
                -2L,
                3L,
                "my-id",
                5L);
        try (SteppedEvents events = new SteppedEvents(limits)) {
            attached = events.attached("c", null, "a", "b");
            events.publish("key", full, draft("b", "x", "[1, 2]"));
            events.publish(draft("a", "y", "null"));
            before = List.copyOf(events.appended);
            assertThat(before).hasSize(3);
            assertThat(events.count(Counter.EVENT_STORE_COMMITS)).isEqualTo(2);
        }
        try (SteppedEvents events = new SteppedEvents(limits)) {
            EventLogAccess.Attached again =
                    events.attached("c", new Cursor(attached.epoch(), attached.from()).text(), "a", "b");
            assertThat(again.unrecovered()).isEmpty();
            assertThat(again.head()).isEqualTo(3);
            assertThat(events.readAll(again.from(), "a", "b")).isEqualTo(before);
            assertThat(events.publish("key", full, draft("b", "x", "[1, 2]")))
                    .containsExactly(
                            new Receipt.Placed(1, "my-id", true),
                            new Receipt.Placed(2, before.get(1).eventId(), true));
            assertThat(events.offer(null, withId("z", "q", "my-id")).refusedFor).isEqualTo(RefusalCause.CONFLICT);
            assertThat(events.publish(draft("a", "x", "{}"))).isEqualTo(4);
            assertThat(events.snapshot().state().toString()).contains("\"1\":{\"status\":\"started\"");
        }
    }

    @Test
    void forgetsInTheFileWhatWasTrimmedAndRemembersThatThereWasSomething() throws IOException, SQLException {
        limits.roomEvents = 3;
        limits.idempotencyWindow = 2;
        long epoch;
        try (SteppedEvents events = new SteppedEvents(limits)) {
            epoch = events.attached("c", null, "a").epoch();
            for (int i = 0; i < 10; i++) {
                events.publish(null, withId("a", "x", "id-" + i));
            }
            events.publish(draft("b", "x", "{}"));
            events.service.log().detach("c");
            events.time.advance(Duration.ofSeconds(2));
            events.step();
            assertThat(rows("events")).isEqualTo(4);
            assertThat(rows("known")).isEqualTo(2);
        }
        try (SteppedEvents events = new SteppedEvents(limits)) {
            assertThat(events.readAll(Positions.at(0), "a", "b"))
                    .extracting(Event::offset)
                    .containsExactly(8L, 9L, 10L, 11L);
            assertThat(events.attached("c", new Cursor(epoch, Positions.at(6)).text(), "a", "b")
                            .unrecovered())
                    .containsExactly("a");
            assertThat(events.attached("c", new Cursor(epoch, Positions.at(7)).text(), "a", "b")
                            .unrecovered())
                    .isEmpty();
            events.service.log().detach("c");
            events.time.advance(Duration.ofMinutes(70));
            events.step();
            events.time.advance(Duration.ofMinutes(70));
            events.step();
            assertThat(events.service.rooms()).isZero();
            assertThat(rows("events") + rows("rooms")).isZero();
        }
        try (SteppedEvents events = new SteppedEvents(limits)) {
            assertThat(events.attached("c", new Cursor(epoch, Positions.at(10)).text(), "a")
                            .unrecovered())
                    .containsExactly("a");
            assertThat(events.attached("c", new Cursor(epoch, Positions.at(11)).text(), "a")
                            .unrecovered())
                    .isEmpty();
            assertThat(events.publish(draft("a", "x", "{}"))).isEqualTo(12);
        }
    }

    private long rows(String table) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement();
                var row = statement.executeQuery("SELECT count(*) FROM " + table)) {
            return row.getLong(1);
        }
    }

    @Test
    void refusesPublishersWhileTheFileCannotBeWrittenToAndServesThemAgainAfterwards() throws IOException, SQLException {
        try (SteppedEvents events = new SteppedEvents(limits)) {
            events.publish(null, withId("a", "x", "id-1"));
            try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + file);
                    Statement statement = other.createStatement()) {
                statement.execute("BEGIN IMMEDIATE");
                assertThat(events.offer(null, withId("a", "x", "id-2")).refused).contains("cannot be written to");
                assertThat(events.service.isPublishing()).isFalse();
                assertThat(events.offer(null, withId("a", "x", "id-3")).refused).contains("cannot be written to");
                assertThat(events.count(Counter.EVENT_STORE_FAILURES)).isEqualTo(1);
                assertThat(events.count(Counter.EVENTS_REFUSED)).isEqualTo(2);
                assertThat(events.readAll(Positions.at(0), "a"))
                        .as("reading goes on")
                        .hasSize(1);
                statement.execute("ROLLBACK");
            }
            events.time.advance(Duration.ofSeconds(2));
            events.step();
            assertThat(events.service.isPublishing()).isTrue();
            Receipt.Placed placed =
                    events.publish(null, withId("a", "x", "id-2")).get(0);
            assertThat(placed.duplicate()).as("it was not taken").isFalse();
            assertThat(placed.offset()).as("no offset is used again").isEqualTo(3);
        }
        try (SteppedEvents events = new SteppedEvents(limits)) {
            assertThat(events.readAll(Positions.at(0), "a"))
                    .extracting(Event::eventId)
                    .containsExactly("id-1", "id-2");
        }
    }

    @Test
    void leavesAStoreThatFailsAloneForLongerEachTimeAndTriesItOnceThen() throws IOException, SQLException {
        try (SteppedEvents events = new SteppedEvents(limits)) {
            try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + file);
                    Statement statement = other.createStatement()) {
                statement.execute("BEGIN IMMEDIATE");
                assertThat(events.offer(null, withId("a", "x", "id-1")).refused).contains("cannot be written to");
                List<Long> failures = new ArrayList<>();
                for (int seconds = 0; seconds < 8; seconds++) {
                    events.time.advance(Duration.ofMillis(1_001));
                    events.step();
                    failures.add(events.count(Counter.EVENT_STORE_FAILURES));
                }
                // After 1 s, 2 s more, 4 s more: what each trial costs is the wait for the lock.
                assertThat(failures).containsExactly(2L, 2L, 3L, 3L, 3L, 3L, 4L, 4L);
                assertThat(events.count(Counter.BREAKERS_OPENED)).isEqualTo(1);
                statement.execute("ROLLBACK");
            }
            assertThat(events.offer(null, withId("a", "x", "id-1")).refused)
                    .as("nobody has tried it yet")
                    .contains("cannot be written to");
            events.time.advance(StoreBreaker.LONGEST_WAIT.plusSeconds(1));
            events.step();
            assertThat(events.service.isPublishing()).isTrue();
            assertThat(events.publish(null, withId("a", "x", "id-1"))).hasSize(1);
            assertThat(events.count(Counter.EVENT_STORE_FAILURES)).isEqualTo(4);
        }
    }

    @Test
    void refusesAFileThatIsNotItsOwn() throws IOException, SQLException {
        Files.writeString(
                file, "this is no database, and long enough to be none of SQLite's, whatever it looks at first");
        refuses("is damaged or no store of events");
        Files.delete(file);
        execute("CREATE TABLE other (a)");
        refuses("is a database of something else");
        Files.delete(file);
        Files.createDirectory(file);
        refuses("cannot be opened or made");
        Files.delete(file);
        new SteppedEvents(limits).close();
        execute("PRAGMA user_version = 99");
        refuses("is of a newer version of Essaim (99");
    }

    @Test
    void refusesAFileThatIsDamaged() throws IOException {
        try (SteppedEvents events = new SteppedEvents(limits)) {
            for (int i = 0; i < 100; i++) {
                events.publish(draft("a", "x", "\"" + "x".repeat(3_000) + '"'));
            }
        }
        byte[] bytes = Files.readAllBytes(file);
        java.util.Arrays.fill(bytes, bytes.length / 2, bytes.length / 2 + 20_000, (byte) 7);
        Files.write(file, bytes);
        refuses("is damaged");
    }

    @Test
    void keepsASecondServerOut() throws IOException {
        try (SteppedEvents events = new SteppedEvents(limits)) {
            refuses("is another server's, which runs");
            assertThat(events.publish(draft("a", "x", "{}"))).isEqualTo(1);
        }
        new SteppedEvents(limits).close();
    }

    @Test
    void stillKnowsAfterARestartThatSomethingIsGoneOfARoomThatWasMadeAnew() throws IOException {
        String cursor;
        try (SteppedEvents events = new SteppedEvents(limits)) {
            EventLogAccess.Attached attached = events.attached("c", null, "ops");
            cursor = new Cursor(attached.epoch(), attached.from()).text();
            events.service.log().detach("c");
            events.publish(draft("ops", "x", "{}"));
            events.time.advance(Duration.ofMinutes(70));
            events.step();
            events.time.advance(Duration.ofMinutes(10));
            events.step();
            assertThat(events.service.rooms()).isZero();
            events.publish(draft("ops", "x", "{}"));
            assertThat(events.attached("d", cursor, "ops").unrecovered()).containsExactly("ops");
        }
        try (SteppedEvents events = new SteppedEvents(limits)) {
            assertThat(events.attached("d", cursor, "ops").unrecovered()).containsExactly("ops");
        }
    }

    @Test
    void writesAGroupWholeOrNotAtAllWhateverFails() throws IOException, SQLException {
        new SteppedEvents(limits).close();
        try (EventStore store = new EventStore(StoreFile.open(file, false, 1))) {
            Group broken = new Group();
            broken.events.add(event(1));
            assertThatThrownBy(() -> store.write(broken, new StoreChanges()))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            Group half = new Group();
            half.add(event(2), new Room("a", 0), false, null);
            half.events.add(event(3));
            assertThatThrownBy(() -> store.write(half, new StoreChanges()))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            Group whole = new Group();
            whole.add(event(4), new Room("a", 0), false, null);
            store.write(whole, new StoreChanges());
        }
        assertThat(rows("events")).isEqualTo(1);
    }

    @Test
    void refusesToWriteOnceItIsClosed() throws IOException, SQLException {
        new SteppedEvents(limits).close();
        StoreJournal journal = new StoreJournal(
                new EventStore(StoreFile.open(file, false, 1)),
                new PublishQueue(10),
                new StoreBreaker(new ManualTime(), new Counters()),
                new Counters());
        journal.start();
        journal.close();
        List<Exception> failures = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            journal.commit(new Group(), failures::add);
        }
        assertThat(failures).hasSize(3).doesNotContainNull();
    }

    @Test
    void tellsWhoWasFurtherThanTheFileThatItsRoomsCannotBeRecovered() throws IOException, SQLException {
        long epoch;
        try (SteppedEvents events = new SteppedEvents(limits)) {
            epoch = events.attached("c", null, "a").epoch();
            for (int i = 0; i < 5; i++) {
                events.publish(draft("a", "x", "{}"));
            }
        }
        // As the loss of power leaves it, with the last of what was acknowledged gone.
        execute("UPDATE log SET in_order = 0, newest = 3");
        execute("DELETE FROM events WHERE offset > 3");
        long resumed = 3 + StoreFile.OFFSETS_LOST_MAX;
        for (int start = 0; start < 2; start++) {
            try (SteppedEvents events = new SteppedEvents(limits)) {
                long next = events.publish(draft("a", "x", "{}"));
                assertThat(next).isEqualTo(resumed + 1 + start);
                EventLogAccess.Attached further =
                        events.attached("c", new Cursor(epoch, Positions.at(5)).text(), "a", "b");
                assertThat(further.unrecovered()).containsExactly("a", "b");
                assertThat(events.readAll(further.from(), "a"))
                        .extracting(Event::offset)
                        .contains(next);
                EventLogAccess.Attached stored = events.attached("c", new Cursor(epoch, Positions.at(3)).text(), "a");
                assertThat(stored.unrecovered()).isEmpty();
                assertThat(events.attached("c", new Cursor(epoch, Positions.at(resumed)).text(), "a")
                                .unrecovered())
                        .isEmpty();
            }
        }
    }

    private static Event event(long offset) {
        return new Event(offset, "a", "x", Priority.NORMAL, JsonText.EMPTY, null, null, null, "id-" + offset, 1, 1);
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private void refuses(String reason) {
        assertThatIOException()
                .isThrownBy(() -> new SteppedEvents(limits))
                .withMessageStartingWith(file.toString())
                .withMessageContaining(reason);
    }
}
