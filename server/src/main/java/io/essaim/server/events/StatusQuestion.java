package io.essaim.server.events;

import io.essaim.protocol.events.EventScope;
import java.util.List;

/**
 * Whose last statuses somebody asks for. Equal ones have the same answer.
 *
 * @param rooms sorted, each once, all of them permitted; none: any that is
 * @param permitted of the events that told the statuses
 */
public record StatusQuestion(List<String> rooms, EventScope permitted) {
    /** In place of rooms of which none is permitted: no room has this name. */
    private static final List<String> NO_ROOM = List.of("");

    public StatusQuestion {
        rooms = List.copyOf(rooms);
    }

    /**
     * About those of the rooms that are permitted.
     *
     * @param rooms none: any
     */
    public static StatusQuestion of(List<String> rooms, EventScope scope) {
        if (rooms.isEmpty()) {
            return new StatusQuestion(rooms, scope);
        }
        // Then the rooms have been looked at, and those who may enter others besides ask the same.
        return about(rooms.stream().filter(scope::permitsRoom).toList(), scope.inAnyRoom());
    }

    /** @param rooms none: none at all */
    private static StatusQuestion about(List<String> rooms, EventScope permitted) {
        return new StatusQuestion(rooms.isEmpty() ? NO_ROOM : rooms, permitted);
    }

    /** The same about fewer rooms: those in which there is something. */
    StatusQuestion within(List<String> having) {
        return about(having, permitted);
    }
}
