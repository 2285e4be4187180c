package io.essaim.server.events;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.essaim.protocol.Message;
import io.essaim.protocol.events.Event;
import io.essaim.protocol.events.JsonText;
import io.essaim.server.observe.Counter;
import io.essaim.server.observe.Counters;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The last status that was heard of each agent, task and project, in each room by itself. When there are too many, the one
 * that was not heard of for longest goes. Event sequencer only.
 */
final class StatusBoard {
    private static final JsonFactory JSON = new JsonFactory();

    /** The last words of types that are states themselves. */
    private static final Set<String> STATES =
            Set.of("created", "deleted", "started", "stopped", "queued", "assigned", "completed", "failed");

    /** Of an id and of a status; what is longer is none. */
    private static final int CHARS_MAX = 128;

    private final int entriesMax;
    private final Counters counters;

    // event sequencer
    private final Map<Key, Status> statuses = new LinkedHashMap<>();

    /** How many there are in each room. */
    private final Map<String, Integer> byRoom = new HashMap<>();

    private long changes;

    /** Whose status. */
    private record Key(String room, Kind kind, String id) {}

    /** What has a status. */
    enum Kind {
        AGENT("agent.", "agent_id", "agents"),
        TASK("task.", "task_id", "tasks"),
        PROJECT("project.", "project_id", "projects");

        private final String prefix;
        private final String idField;
        private final String plural;

        Kind(String prefix, String idField, String plural) {
            this.prefix = prefix;
            this.idField = idField;
            this.plural = plural;
        }

        /** In a snapshot. */
        String plural() {
            return plural;
        }

        private static @Nullable Kind of(String type) {
            for (Kind kind : values()) {
                if (type.startsWith(kind.prefix)) {
                    return kind;
                }
            }
            return null;
        }

        /** The id that the event itself has; null when it has none. */
        private @Nullable String idOf(Event event) {
            Long id = switch (this) {
                case AGENT -> event.sourceAgentId();
                case PROJECT -> event.projectId();
                case TASK -> null;
            };
            return id == null ? null : id.toString();
        }
    }

    StatusBoard(int entriesMax, Counters counters) {
        this.entriesMax = entriesMax;
        this.counters = counters;
    }

    /** Takes note of an event, newer than all others, if it is about something's status. */
    void note(Event event) {
        Kind kind = entriesMax == 0 ? null : Kind.of(event.type());
        if (kind == null) {
            return;
        }
        Fields fields = new Fields(kind.idField);
        fields.read(event.data());
        String id = fields.id == null ? kind.idOf(event) : fields.id;
        String status = fields.newStatus == null ? fields.status : fields.newStatus;
        if (status == null && kind != Kind.PROJECT) {
            String word = event.type().substring(event.type().lastIndexOf('.') + 1);
            status = STATES.contains(word) ? word : null;
        }
        if (id == null || status == null || id.length() > CHARS_MAX || status.length() > CHARS_MAX) {
            return;
        }
        Key key = new Key(event.room(), kind, id);
        changes++;
        // Taken out first, so that it stands last.
        if (statuses.remove(key) == null) {
            byRoom.merge(key.room(), 1, Integer::sum);
        }
        statuses.put(key, new Status(id, status, event));
        if (statuses.size() > entriesMax) {
            Key oldest = statuses.keySet().iterator().next();
            statuses.remove(oldest);
            byRoom.computeIfPresent(oldest.room(), (room, count) -> count == 1 ? null : count - 1);
            counters.increment(Counter.STATUSES_EVICTED);
        }
    }

    /** How often something has changed: while this is the same, so is every snapshot. */
    long changes() {
        return changes;
    }

    /** The same question about those of its rooms in which something has a status. */
    StatusQuestion having(StatusQuestion question) {
        List<String> rooms = question.rooms();
        return rooms.isEmpty()
                ? question
                : question.within(rooms.stream().filter(byRoom::containsKey).toList());
    }

    /** The newest status of each that is asked for: nothing when that was told by an event that is not permitted. */
    Message.Snapshot snapshot(StatusQuestion question, long head) {
        Set<String> rooms = roomsOf(question);
        boolean isLimited = !question.permitted().inAnyRoom().isAll();
        StatusJson json = new StatusJson();
        for (Map.Entry<Key, Status> entry : statuses.entrySet()) {
            if (rooms.contains(entry.getKey().room())
                    && (!isLimited || entry.getValue().isPermittedBy(question.permitted()))) {
                // In the order of offsets: what was heard of in several rooms is there as it was heard of last.
                json.put(entry.getKey().kind(), entry.getValue());
            }
        }
        return new Message.Snapshot(json.text(), head);
    }

    private Set<String> roomsOf(StatusQuestion question) {
        return question.rooms().isEmpty()
                ? byRoom.keySet().stream()
                        .filter(question.permitted()::permitsRoom)
                        .collect(Collectors.toSet())
                : Set.copyOf(question.rooms());
    }

    /** What an event's data says about something's status. */
    private static final class Fields {
        private final String idField;

        @Nullable
        String id;

        @Nullable
        String newStatus;

        @Nullable
        String status;

        Fields(String idField) {
            this.idField = idField;
        }

        void read(JsonText data) {
            try (JsonParser parser = JSON.createParser(data.utf8())) {
                if (parser.nextToken() != JsonToken.START_OBJECT) {
                    return;
                }
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    String name = parser.currentName();
                    JsonToken token = parser.nextToken();
                    if (token.isStructStart()) {
                        parser.skipChildren();
                    } else if (token == JsonToken.VALUE_STRING || token.isNumeric()) {
                        field(name, parser);
                    }
                }
            } catch (IOException e) {
                // Whoever made the text vouched for it; what cannot be read says nothing.
                return;
            }
        }

        private void field(String name, JsonParser parser) throws IOException {
            if (name.equals(idField)) {
                id = parser.getText();
            } else if (name.equals("new_status")) {
                newStatus = parser.getText();
            } else if (name.equals("status")) {
                status = parser.getText();
            }
        }
    }
}
