package io.essaim.server.events;

import io.essaim.protocol.Limits;
import io.essaim.protocol.Message;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who came into a room and who left it since that was told last. With nobody who wants to know it keeps nothing. Event
 * sequencer only.
 */
final class RoomPresence {
    private final String room;

    // event sequencer
    /** How many on each loop want to know. */
    private final Map<LoopQueue, Integer> asking = new HashMap<>();

    private final Set<String> joined = new LinkedHashSet<>();
    private final Set<String> left = new LinkedHashSet<>();
    private boolean changed;

    RoomPresence(String room) {
        this.room = room;
    }

    /** Notes that somebody is there now. */
    void joined(String clientId) {
        note(clientId, joined, left);
    }

    /** Notes that somebody is gone. */
    void left(String clientId) {
        note(clientId, left, joined);
    }

    /** Names beyond the limit are counted only; who came and went in between is not worth a name. */
    private void note(String clientId, Set<String> names, Set<String> opposite) {
        if (asking.isEmpty()) {
            return;
        }
        changed = true;
        if (!opposite.remove(clientId) && names.size() < Limits.PRESENCE_NAMES_MAX) {
            names.add(clientId);
        }
    }

    /** One more on the loop wants to know, and is told at least how many are there. */
    void ask(LoopQueue loop) {
        asking.merge(loop, 1, Integer::sum);
        changed = true;
    }

    void askNoMore(LoopQueue loop) {
        asking.computeIfPresent(loop, (key, count) -> count == 1 ? null : count - 1);
        if (asking.isEmpty()) {
            joined.clear();
            left.clear();
            changed = false;
        }
    }

    /** Whether there is something to be told. */
    boolean hasChanged() {
        return changed;
    }

    /** Tells the loops where somebody wants to know. */
    void tell(int members) {
        Message.PresenceUpdate update =
                new Message.PresenceUpdate(room, members, List.copyOf(joined), List.copyOf(left));
        joined.clear();
        left.clear();
        changed = false;
        asking.keySet().forEach(loop -> loop.presence(update));
    }
}
