package io.essaim.server.events;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * Up to which offset, that one included, each of somebody's rooms has been read. Offsets rise over all rooms, so that one
 * number says it for all but those that are ahead of it.
 *
 * @param base for every room that is not in {@code ahead}
 * @param ahead rooms read further than {@code base}
 */
public record Positions(long base, Map<String, Long> ahead) {
    public Positions {
        ahead = ahead.isEmpty() ? Map.of() : further(base, ahead);
    }

    private static Map<String, Long> further(long base, Map<String, Long> ahead) {
        Map<String, Long> further = new TreeMap<>();
        for (Map.Entry<String, Long> room : ahead.entrySet()) {
            if (room.getValue() > base) {
                further.put(room.getKey(), room.getValue());
            }
        }
        return Collections.unmodifiableMap(further);
    }

    /** The same in every room. */
    public static Positions at(long offset) {
        return new Positions(offset, Map.of());
    }

    /** The offset up to which the room has been read. */
    public long of(String room) {
        return ahead.getOrDefault(room, base);
    }
}
