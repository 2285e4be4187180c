package io.essaim.server.session;

import java.util.concurrent.ConcurrentHashMap;

/** How many places each key has taken; those that have none are forgotten. Any thread. */
final class Tally {
    private final ConcurrentHashMap<String, Integer> taken = new ConcurrentHashMap<>();

    /** Takes one more for a key, unless that were too many. */
    boolean take(String key, int max) {
        if (taken.merge(key, 1, Integer::sum) <= max) {
            return true;
        }
        give(key);
        return false;
    }

    void give(String key) {
        taken.computeIfPresent(key, (same, count) -> count == 1 ? null : count - 1);
    }

    int of(String key) {
        return taken.getOrDefault(key, 0);
    }

    /** How many have any. */
    int keys() {
        return taken.size();
    }
}
