package io.essaim.server.events;

import io.essaim.protocol.events.EventDraft;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Events that somebody handed in together.
 *
 * @param key of the whole call; null: none
 * @param handedIn on the monotonic clock, nanoseconds
 */
record Publication(List<EventDraft> events, @Nullable String key, Receipt receipt, long handedIn) {
    /** What it counts for in the queue: also one without events has to wait its turn. */
    int places() {
        return Math.max(1, events.size());
    }

    long dataBytes() {
        long bytes = 0;
        for (int i = 0; i < events.size(); i++) {
            bytes += events.get(i).data().length();
        }
        return bytes;
    }

    /** What recognises one of its events when the call is repeated; null without a key. */
    @Nullable
    String key(int index) {
        return key == null ? null : key + '/' + index;
    }
}
