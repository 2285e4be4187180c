package io.essaim.server.events;

import io.essaim.protocol.events.Event;
import io.essaim.protocol.events.JsonText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Brings back what a store holds: rooms and their events, statuses, ids that are known. Before the sequencer begins. */
final class StoreLoader {
    private final StoreFile file;
    private final Rooms rooms;
    private final KnownIds known;
    private final StatusBoard statuses;

    StoreLoader(StoreFile file, Rooms rooms, KnownIds known, StatusBoard statuses) {
        this.file = file;
        this.rooms = rooms;
        this.known = known;
        this.statuses = statuses;
    }

    /** @throws IOException in words for whoever runs the server */
    void load(Path path) throws IOException {
        try {
            rooms.restoreForgotten(file.forgottenTo());
            loadLost(file.connection());
            loadEvents(file.connection(), trimmedTo(file.connection()));
            loadKnown(file.connection());
            file.connection().commit();
        } catch (SQLException | IllegalArgumentException e) {
            throw new IOException(
                    path + " cannot be read (" + e.getMessage() + "); put a copy in its place, or name another file",
                    e);
        }
    }

    private void loadLost(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT after, resumed_at FROM lost")) {
            while (row.next()) {
                rooms.restoreLost(row.getLong(1), row.getLong(2));
            }
        }
    }

    private static Map<String, Long> trimmedTo(Connection connection) throws SQLException {
        Map<String, Long> trimmedTo = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT name, trimmed_to FROM rooms")) {
            while (row.next()) {
                trimmedTo.put(row.getString(1), row.getLong(2));
            }
        }
        return trimmedTo;
    }

    private void loadEvents(Connection connection, Map<String, Long> trimmedTo) throws SQLException {
        // Also those that hold nothing any more: they are cleaned away like others, and their end is remembered.
        trimmedTo.forEach(rooms::restore);
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT offset, room, type, priority, data, source_agent_id, circle_id, project_id, event_id,"
                                + " time_us, sequence, taken_us, withheld FROM events ORDER BY offset")) {
            while (row.next()) {
                Event event = event(row);
                boolean withheld = row.getBoolean(13);
                Room room = rooms.find(event.room());
                if (room == null) {
                    room = rooms.restore(event.room(), 0);
                }
                rooms.append(room, event, row.getLong(12), withheld);
                if (!withheld) {
                    statuses.note(event);
                }
            }
        }
    }

    private static Event event(ResultSet row) throws SQLException {
        Long sequence = number(row, 11);
        return new Event(
                row.getLong(1),
                row.getString(2),
                row.getString(3),
                EventStore.priority(row.getString(4)),
                JsonText.of(row.getString(5).getBytes(StandardCharsets.UTF_8)),
                number(row, 6),
                number(row, 7),
                number(row, 8),
                row.getString(9),
                row.getLong(10),
                sequence == null ? Event.NO_SEQUENCE : sequence);
    }

    private static @Nullable Long number(ResultSet row, int column) throws SQLException {
        long number = row.getLong(column);
        return row.wasNull() ? null : number;
    }

    private void loadKnown(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT offset, event_id, id, key, content FROM known ORDER BY offset")) {
            while (row.next()) {
                known.add(new KnownIds.Known(
                        row.getLong(1), row.getString(2), row.getString(3), row.getString(4), row.getLong(5)));
            }
        }
    }
}
