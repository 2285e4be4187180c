package io.essaim.protocol.events;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which events somebody may see and publish, whatever is asked for: those of permitted rooms, types, circles and projects,
 * all four at once. What is empty permits everything; a set or list without entries permits nothing. An event that belongs
 * to no circle is outside every list of circles; so for projects.
 *
 * @param rooms patterns of the names of rooms, in which {@code *} stands for any characters
 * @param types one of which an event's type has to match
 * @param circles by {@code circle_id}
 * @param projects by {@code project_id}
 */
public record EventScope(
        Optional<List<RoomPattern>> rooms,
        Optional<List<TypePattern>> types,
        Optional<Set<Long>> circles,
        Optional<Set<Long>> projects) {
    /** Permits everything. */
    public static final EventScope ALL =
            new EventScope(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    public EventScope {
        rooms = rooms.map(List::copyOf);
        types = types.map(List::copyOf);
        circles = circles.map(Set::copyOf);
        projects = projects.map(Set::copyOf);
    }

    public boolean isAll() {
        return equals(ALL);
    }

    /** The same with every room permitted: what is left once a room has been looked at. */
    public EventScope inAnyRoom() {
        return rooms.isEmpty() ? this : new EventScope(Optional.empty(), types, circles, projects);
    }

    public boolean permitsRoom(String room) {
        if (rooms.isEmpty()) {
            return true;
        }
        List<RoomPattern> permitted = rooms.get();
        for (int i = 0; i < permitted.size(); i++) {
            if (permitted.get(i).matches(room)) {
                return true;
            }
        }
        return false;
    }

    /** What who wants to enter these rooms is told of the first that it may not; empty when it may enter all. */
    public Optional<String> forbidden(List<String> rooms) {
        return rooms.stream()
                .filter(room -> !permitsRoom(room))
                .findFirst()
                .map(room -> "room \"" + room + "\" is not permitted");
    }

    /** @param type as {@link EventNames#type} gives it */
    public boolean permitsType(String type) {
        if (types.isEmpty()) {
            return true;
        }
        List<TypePattern> permitted = types.get();
        for (int i = 0; i < permitted.size(); i++) {
            if (permitted.get(i).matches(type)) {
                return true;
            }
        }
        return false;
    }

    /** Of an event, null: it belongs to none. */
    public boolean permitsCircle(@Nullable Long circleId) {
        return permitsId(circles, circleId);
    }

    /** Of an event, null: it belongs to none. */
    public boolean permitsProject(@Nullable Long projectId) {
        return permitsId(projects, projectId);
    }

    /** Whether it permits all of an event but its room, which is looked at when a room is entered. */
    public boolean permitsContent(Event event) {
        return permitsType(event.type()) && permitsCircle(event.circleId()) && permitsProject(event.projectId());
    }

    private static boolean permitsId(Optional<Set<Long>> permitted, @Nullable Long id) {
        return permitted.isEmpty() || (id != null && permitted.get().contains(id));
    }
}
