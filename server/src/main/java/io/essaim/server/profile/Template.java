package io.essaim.server.profile;

import io.essaim.protocol.events.JsonText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What a field of a message is made of. Immutable. */
sealed interface Template {
    /** Writes the value; {@code null} where there is none. */
    void write(EventView event);

    /** Paths within the data that are looked at. */
    Stream<String> paths();

    /** An object. */
    record Group(Map<String, Template> fields) implements Template {
        public Group {
            fields = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(fields));
        }

        @Override
        public void write(EventView event) {
            char separator = '{';
            for (Map.Entry<String, Template> field : fields.entrySet()) {
                event.out().raw(separator).string(field.getKey()).raw(':');
                field.getValue().write(event);
                separator = ',';
            }
            event.out().raw(fields.isEmpty() ? "{}" : "}");
        }

        @Override
        public Stream<String> paths() {
            return fields.values().stream().flatMap(Template::paths);
        }
    }

    /** The first of these that the event has. */
    record FirstOf(List<Source> sources) implements Template {
        public FirstOf {
            sources = List.copyOf(sources);
        }

        @Override
        public void write(EventView event) {
            for (Source source : sources) {
                if (source.isIn(event)) {
                    source.write(event);
                    return;
                }
            }
            event.out().raw("null");
        }

        @Override
        public Stream<String> paths() {
            return sources.stream().flatMap(Source::paths);
        }
    }

    /** One or the other, as a field of the data has this value or not. */
    record Choice(String path, JsonText value, FirstOf same, FirstOf other) implements Template {
        @Override
        public void write(EventView event) {
            (event.data().isEqual(path, value) ? same : other).write(event);
        }

        @Override
        public Stream<String> paths() {
            List<String> paths = new ArrayList<>(List.of(path));
            same.paths().forEach(paths::add);
            other.paths().forEach(paths::add);
            return paths.stream();
        }
    }
}
