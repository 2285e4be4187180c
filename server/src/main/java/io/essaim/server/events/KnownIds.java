package io.essaim.server.events;

import io.essaim.protocol.events.JsonText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;
import org.jspecify.annotations.Nullable;

/** The ids that the newest events came with, by which a repeated one is recognised. Event sequencer only. */
final class KnownIds {
    /**
     * An event that was taken.
     *
     * @param id that it was given by its publisher; null: none
     * @param key that the call and its place in it had; null: none
     * @param content tells it from other events
     */
    record Known(
            long offset,
            String eventId,
            @Nullable String id,
            @Nullable String key,
            long content) {}

    private final int eventsMax;

    // event sequencer
    private final Deque<Known> inOrder = new ArrayDeque<>();
    private final Map<String, Known> byId = new HashMap<>();
    private final Map<String, Known> byKey = new HashMap<>();

    KnownIds(int eventsMax) {
        this.eventsMax = eventsMax;
    }

    /** Tells events apart, but for accidents, by what publishers do not leave open. */
    static long content(String room, String type, JsonText data) {
        byte[] names = (room + '\n' + type + '\n').getBytes(StandardCharsets.UTF_8);
        byte[] text = data.utf8();
        return (sum(new CRC32C(), names, text) << Integer.SIZE) | sum(new CRC32(), names, text);
    }

    private static long sum(Checksum sum, byte[] names, byte[] text) {
        sum.update(names);
        sum.update(text);
        return sum.getValue();
    }

    /** The event that was taken with this id or this key. */
    @Nullable
    Known find(@Nullable String id, @Nullable String key) {
        Known known = id == null ? null : byId.get(id);
        return known == null && key != null ? byKey.get(key) : known;
    }

    /**
     * Takes in an event, newer than all others, that came with one of the two at least.
     *
     * @return whether any are known at all
     */
    boolean add(Known known) {
        if (eventsMax == 0) {
            return false;
        }
        if (inOrder.size() == eventsMax) {
            forget(inOrder.removeFirst());
        }
        inOrder.addLast(known);
        if (known.id() != null) {
            byId.put(known.id(), known);
        }
        if (known.key() != null) {
            byKey.put(known.key(), known);
        }
        return true;
    }

    /** Forgets events from an offset on, which were not taken after all. */
    void removeFrom(long offset) {
        while (!inOrder.isEmpty() && inOrder.getLast().offset() >= offset) {
            forget(inOrder.removeLast());
        }
    }

    /** Offset of the oldest event that is known; beyond all offsets when there is none. */
    long oldest() {
        Known known = inOrder.peekFirst();
        return known == null ? Long.MAX_VALUE : known.offset();
    }

    private void forget(Known known) {
        if (known.id() != null) {
            byId.remove(known.id(), known);
        }
        if (known.key() != null) {
            byKey.remove(known.key(), known);
        }
    }
}
