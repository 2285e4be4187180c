package io.essaim.server.events;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.essaim.protocol.events.Event;
import io.essaim.protocol.events.EventScope;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** What was heard last of an agent, a task or a project. Event sequencer only. */
final class Status {
    private final String id;
    private final String status;
    private final String type;
    private final @Nullable Long circleId;
    private final @Nullable Long projectId;
    private final long timeMicros;
    private final long offset;

    /** Made for the first snapshot that it is in; most are replaced before. */
    private byte @Nullable [] json;

    Status(String id, String status, Event event) {
        this.id = id;
        this.status = status;
        this.type = event.type();
        this.circleId = event.circleId();
        this.projectId = event.projectId();
        this.timeMicros = event.timeMicros();
        this.offset = event.offset();
    }

    String id() {
        return id;
    }

    /** Whether the event that told it may be seen, its room aside. */
    boolean isPermittedBy(EventScope scope) {
        return scope.permitsType(type) && scope.permitsCircle(circleId) && scope.permitsProject(projectId);
    }

    /** A field of an object: {@code "7":{"status":…}}. */
    byte[] json() {
        byte[] made = json;
        if (made == null) {
            made = ("\"" + escaped(id) + "\":{\"status\":\"" + escaped(status) + "\",\"type\":\"" + type
                            + "\",\"timestamp\":\"" + Instant.EPOCH.plus(timeMicros, ChronoUnit.MICROS)
                            + "\",\"offset\":" + offset + '}')
                    .getBytes(StandardCharsets.UTF_8);
            json = made;
        }
        return made;
    }

    private static String escaped(String text) {
        return new String(JsonStringEncoder.getInstance().quoteAsString(text));
    }
}
