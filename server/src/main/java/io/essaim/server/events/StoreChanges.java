package io.essaim.server.events;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.agrona.collections.LongArrayList;

/** What the store holds and need not hold any more. One thread at a time. */
final class StoreChanges {
    /** Offsets of events. */
    final LongArrayList trimmed = new LongArrayList();

    /** Up to which offset rooms have been trimmed. */
    final Map<String, Long> trimmedTo = new HashMap<>();

    /** Rooms that are gone. */
    final Set<String> forgotten = new HashSet<>();

    /** Up to which offset those may have had events. */
    long forgottenTo;

    boolean isEmpty() {
        return trimmed.isEmpty() && trimmedTo.isEmpty() && forgotten.isEmpty();
    }

    void trim(String room, long offset) {
        trimmed.addLong(offset);
        resume(room, offset);
    }

    /** The room is there, with nothing up to an offset. */
    void resume(String room, long to) {
        trimmedTo.put(room, to);
        forgotten.remove(room);
    }

    void forget(String room, long to) {
        trimmedTo.remove(room);
        forgotten.add(room);
        forgottenTo = Math.max(forgottenTo, to);
    }

    /** Takes over what another one has, which came after. */
    void addAll(StoreChanges later) {
        later.trimmed.forEachOrderedLong(trimmed::addLong);
        later.forgotten.forEach(room -> forget(room, later.forgottenTo));
        later.trimmedTo.forEach(this::resume);
    }

    void clear() {
        trimmed.clear();
        trimmedTo.clear();
        forgotten.clear();
    }
}
