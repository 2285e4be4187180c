package io.essaim.server.events;

import io.essaim.protocol.events.JsonText;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/** A snapshot that is being written: an object by kinds, each an object by ids. */
final class StatusJson {
    private final Map<StatusBoard.Kind, Map<String, Status>> kinds = new EnumMap<>(StatusBoard.Kind.class);

    /** The last one of an id counts. */
    void put(StatusBoard.Kind kind, Status status) {
        kinds.computeIfAbsent(kind, key -> new HashMap<>()).put(status.id(), status);
    }

    JsonText text() {
        ByteArrayOutputStream json = new ByteArrayOutputStream();
        for (StatusBoard.Kind kind : StatusBoard.Kind.values()) {
            byte[] name =
                    ((json.size() == 0 ? "{\"" : ",\"") + kind.plural() + "\":{").getBytes(StandardCharsets.UTF_8);
            json.writeBytes(name);
            boolean first = true;
            for (Status status : kinds.getOrDefault(kind, Map.of()).values()) {
                if (!first) {
                    json.write(',');
                }
                first = false;
                json.writeBytes(status.json());
            }
            json.write('}');
        }
        json.write('}');
        return JsonText.of(json.toByteArray());
    }
}
