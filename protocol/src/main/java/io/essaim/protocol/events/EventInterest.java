package io.essaim.protocol.events;

import java.util.LinkedHashSet;
import java.util.List;

/**
 * Which events somebody wants.
 *
 * @param rooms sorted, each once; none: no events
 * @param types sorted, one of which an event's type matches; none: any
 */
public record EventInterest(List<String> rooms, List<TypePattern> types, EventFilter filter) {
    /** Rooms of one client. */
    public static final int ROOMS_MAX = 100;

    public static final int TYPES_MAX = 100;

    /** @throws IllegalArgumentException naming what is too much or no name of a room */
    public EventInterest {
        rooms.forEach(EventNames::room);
        rooms = List.copyOf(new LinkedHashSet<>(rooms.stream().sorted().toList()));
        types = types.stream()
                .distinct()
                .sorted(java.util.Comparator.comparing(TypePattern::text))
                .toList();
        if (rooms.size() > ROOMS_MAX) {
            throw new IllegalArgumentException("rooms: " + rooms.size() + ", at most " + ROOMS_MAX);
        }
        if (types.size() > TYPES_MAX) {
            throw new IllegalArgumentException("types: " + types.size() + ", at most " + TYPES_MAX);
        }
    }

    public static EventInterest inRooms(String... rooms) {
        return new EventInterest(List.of(rooms), List.of(), EventFilter.ALL);
    }

    /** Whether the type is one of those wanted. */
    public boolean wants(String type) {
        if (types.isEmpty()) {
            return true;
        }
        for (TypePattern pattern : types) {
            if (pattern.matches(type)) {
                return true;
            }
        }
        return false;
    }
}
