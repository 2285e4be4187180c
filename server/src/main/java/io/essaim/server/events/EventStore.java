package io.essaim.server.events;

import io.essaim.protocol.events.Event;
import io.essaim.protocol.events.Priority;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes events to the file they survive in, a transaction at a time. One thread at a time. */
final class EventStore implements AutoCloseable {
    private final StoreFile file;
    private final Connection connection;
    private final PreparedStatement insertEvent;
    private final PreparedStatement insertKnown;
    private final PreparedStatement deleteEvent;
    private final PreparedStatement deleteKnown;
    private final PreparedStatement trimRoom;
    private final PreparedStatement forgetRoom;
    private final PreparedStatement updateLog;

    /** @param file opened; closed with this */
    EventStore(StoreFile file) throws SQLException {
        this.file = file;
        this.connection = file.connection();
        // The data is bound as the bytes it is, and stands there as text.
        insertEvent = connection.prepareStatement(
                "INSERT INTO events (offset, room, type, priority, data, source_agent_id, circle_id, project_id,"
                        + " event_id, time_us, sequence, taken_us, withheld)"
                        + " VALUES (?, ?, ?, ?, CAST(? AS TEXT), ?, ?, ?, ?, ?, ?, ?, ?)");
        insertKnown = connection.prepareStatement(
                "INSERT INTO known (offset, event_id, id, key, content)" + " VALUES (?, ?, ?, ?, ?)");
        deleteEvent = connection.prepareStatement("DELETE FROM events WHERE offset = ?");
        deleteKnown = connection.prepareStatement("DELETE FROM known WHERE offset < ?");
        trimRoom = connection.prepareStatement("INSERT INTO rooms (name, trimmed_to) VALUES (?, ?)"
                + " ON CONFLICT (name) DO UPDATE SET trimmed_to = excluded.trimmed_to");
        forgetRoom = connection.prepareStatement("DELETE FROM rooms WHERE name = ?");
        updateLog = connection.prepareStatement("UPDATE log SET newest = ?, forgotten_to = max(forgotten_to, ?)");
    }

    /** All of it, or nothing. */
    void write(Group group, StoreChanges changes) throws SQLException {
        try {
            insert(group);
            delete(changes);
            if (!group.isEmpty()) {
                deleteKnown.setLong(1, group.oldestKnown);
                deleteKnown.executeUpdate();
            }
            updateLog.setLong(1, group.newest);
            updateLog.setLong(2, changes.forgottenTo);
            updateLog.executeUpdate();
            connection.commit();
        } catch (SQLException | RuntimeException e) {
            try {
                connection.rollback();
            } catch (SQLException second) {
                e.addSuppressed(second);
            }
            throw e;
        }
    }

    private void insert(Group group) throws SQLException {
        List<Event> events = group.events;
        for (int i = 0; i < events.size(); i++) {
            insert(events.get(i), group.takenMicros, group.withheld.get(i));
        }
        for (KnownIds.Known known : group.known) {
            insertKnown.setLong(1, known.offset());
            insertKnown.setString(2, known.eventId());
            insertKnown.setString(3, known.id());
            insertKnown.setString(4, known.key());
            insertKnown.setLong(5, known.content());
            insertKnown.executeUpdate();
        }
    }

    private void insert(Event event, long takenMicros, boolean withheld) throws SQLException {
        insertEvent.setLong(1, event.offset());
        insertEvent.setString(2, event.room());
        insertEvent.setString(3, event.type());
        insertEvent.setString(4, event.priority().token());
        insertEvent.setBytes(5, event.data().utf8());
        setNumber(insertEvent, 6, event.sourceAgentId());
        setNumber(insertEvent, 7, event.circleId());
        setNumber(insertEvent, 8, event.projectId());
        insertEvent.setString(9, event.eventId());
        insertEvent.setLong(10, event.timeMicros());
        setNumber(insertEvent, 11, event.sequence() == Event.NO_SEQUENCE ? null : event.sequence());
        insertEvent.setLong(12, takenMicros);
        insertEvent.setBoolean(13, withheld);
        insertEvent.executeUpdate();
    }

    private static void setNumber(PreparedStatement statement, int index, @Nullable Long number) throws SQLException {
        if (number == null) {
            statement.setNull(index, Types.INTEGER);
        } else {
            statement.setLong(index, number);
        }
    }

    private void delete(StoreChanges changes) throws SQLException {
        for (int i = 0; i < changes.trimmed.size(); i++) {
            deleteEvent.setLong(1, changes.trimmed.getLong(i));
            deleteEvent.executeUpdate();
        }
        for (Map.Entry<String, Long> room : changes.trimmedTo.entrySet()) {
            trimRoom.setString(1, room.getKey());
            trimRoom.setLong(2, room.getValue());
            trimRoom.executeUpdate();
        }
        for (String room : changes.forgotten) {
            forgetRoom.setString(1, room);
            forgetRoom.executeUpdate();
        }
    }

    /** Says in the file that it was left in order, with all that was written. */
    @Override
    public void close() {
        for (PreparedStatement statement :
                List.of(insertEvent, insertKnown, deleteEvent, deleteKnown, trimRoom, forgetRoom, updateLog)) {
            StoreFile.closeQuietly(statement);
        }
        file.close();
    }

    /** The priority of that name in the file; one of a later version counts as normal. */
    static Priority priority(String token) {
        return Priority.of(token).orElse(Priority.NORMAL);
    }
}
