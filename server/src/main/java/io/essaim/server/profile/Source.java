package io.essaim.server.profile;

import io.essaim.protocol.events.Event;
import io.essaim.protocol.events.JsonText;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where a value is taken from. Immutable. */
sealed interface Source {
    /** Whether the event has it, and it is not null. */
    boolean isIn(EventView event);

    void write(EventView event);

    /** Paths within the data that are looked at. */
    Stream<String> paths();

    /** Always the same. */
    record Literal(JsonText value) implements Source {
        @Override
        public boolean isIn(EventView event) {
            return true;
        }

        @Override
        public void write(EventView event) {
            event.out().raw(value.utf8());
        }

        @Override
        public Stream<String> paths() {
            return Stream.empty();
        }
    }

    /** A field of the data. */
    record DataPath(String path) implements Source {
        @Override
        public boolean isIn(EventView event) {
            return event.data().has(path);
        }

        @Override
        public void write(EventView event) {
            event.out().raw(event.data().value(path));
        }

        @Override
        public Stream<String> paths() {
            return Stream.of(path);
        }
    }

    /** What stands in the event itself. */
    enum Attribute implements Source {
        TYPE("type"),
        LAST_WORD("type.last"),
        ROOM("room"),
        PRIORITY("priority"),
        OFFSET("offset"),
        SEQUENCE("seq"),
        EVENT_ID("event_id"),
        TIMESTAMP("timestamp"),
        SOURCE_AGENT_ID("source_agent_id"),
        CIRCLE_ID("circle_id"),
        PROJECT_ID("project_id"),
        DATA("data");

        private final String token;

        Attribute(String token) {
            this.token = token;
        }

        /** As it is called in a file of transforms. */
        String token() {
            return token;
        }

        static Optional<Attribute> of(String token) {
            return Arrays.stream(values())
                    .filter(attribute -> attribute.token.equals(token))
                    .findFirst();
        }

        static List<String> tokens() {
            return Arrays.stream(values()).map(Attribute::token).toList();
        }

        @Override
        public boolean isIn(EventView view) {
            return switch (this) {
                case SOURCE_AGENT_ID, CIRCLE_ID, PROJECT_ID -> id(view.event()) != null;
                case SEQUENCE -> view.event().sequence() != Event.NO_SEQUENCE;
                default -> true;
            };
        }

        @Override
        public void write(EventView view) {
            Event event = view.event();
            switch (this) {
                case TYPE -> view.out().string(event.type());
                case LAST_WORD ->
                    view.out().string(event.type().substring(event.type().lastIndexOf('.') + 1));
                case ROOM -> view.out().string(event.room());
                case PRIORITY -> view.out().string(event.priority().token());
                case OFFSET -> view.out().number(event.offset());
                case SEQUENCE -> view.out().number(event.sequence());
                case EVENT_ID -> view.out().string(event.eventId());
                case TIMESTAMP -> view.timestamps().iso(event.timeMicros(), view.out());
                case DATA -> view.out().raw(event.data().utf8());
                default -> {
                    Long id = id(event);
                    if (id != null) {
                        view.out().number(id.longValue());
                    }
                }
            }
        }

        private @Nullable Long id(Event event) {
            return switch (this) {
                case SOURCE_AGENT_ID -> event.sourceAgentId();
                case CIRCLE_ID -> event.circleId();
                default -> event.projectId();
            };
        }

        @Override
        public Stream<String> paths() {
            return Stream.empty();
        }
    }
}
