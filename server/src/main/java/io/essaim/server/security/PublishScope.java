package io.essaim.server.security;

import io.essaim.protocol.events.EventDraft;
import io.essaim.protocol.events.EventNames;
import io.essaim.protocol.events.EventScope;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Holds publishers to the events that they are permitted. Thread-safe. */
public final class PublishScope {
    private final EventScope scope;
    private final boolean isAll;

    public PublishScope(EventScope scope) {
        this.scope = scope;
        this.isAll = scope.isAll();
    }

    /** Why it may not publish this event: the field, its value and which claim does not permit it; empty when it may. */
    public Optional<String> refusal(EventDraft event) {
        if (isAll) {
            return Optional.empty();
        }
        String room = Objects.requireNonNullElse(event.room(), EventNames.DEFAULT_ROOM);
        if (!scope.permitsRoom(room)) {
            return outside("room \"" + room + '"', "rooms");
        } else if (!scope.permitsType(event.type())) {
            return outside("type \"" + event.type() + '"', "types");
        } else if (!scope.permitsCircle(event.circleId())) {
            return outside("circle_id", event.circleId(), "circles");
        } else if (!scope.permitsProject(event.projectId())) {
            return outside("project_id", event.projectId(), "projects");
        }
        return Optional.empty();
    }

    /** Of the first event that it may not publish, counted from 1. */
    public Optional<String> refusal(List<EventDraft> events) {
        if (isAll) {
            return Optional.empty();
        }
        for (int i = 0; i < events.size(); i++) {
            Optional<String> refusal = refusal(events.get(i));
            if (refusal.isPresent()) {
                return Optional.of("event " + (i + 1) + ": " + refusal.get());
            }
        }
        return Optional.empty();
    }

    private static Optional<String> outside(String field, @Nullable Long id, String claim) {
        return id == null
                ? Optional.of(
                        field + " is missing: the claim " + claim + " permits only events that have one of its own")
                : outside(field + ' ' + id, claim);
    }

    private static Optional<String> outside(String what, String claim) {
        return Optional.of(what + " is not permitted: the claim " + claim + " does not name it");
    }
}
