package io.essaim.server.ingest;

import org.jspecify.annotations.Nullable;

/**
 * What of one producer waits to be decoded: the newest state, the roster that it needs, and a roster newer than that. A
 * state that comes replaces the one that waits; so three messages are the most there are. Any thread.
 */
final class Mailbox {
    /** What is taken out at once, to be decoded in the order of the fields. */
    static final class Contents {
        /** Of the state. */
        final byte @Nullable [] roster;

        final byte @Nullable [] state;

        /** Of states to come. */
        final byte @Nullable [] nextRoster;

        private Contents(byte @Nullable [] roster, byte @Nullable [] state, byte @Nullable [] nextRoster) {
            this.roster = roster;
            this.state = state;
            this.nextRoster = nextRoster;
        }
    }

    // guarded by this
    private byte @Nullable [] roster;
    private byte @Nullable [] state;
    private byte @Nullable [] nextRoster;

    /** Puts a roster in; one that no state came for yet is replaced. */
    synchronized void putRoster(byte[] message) {
        nextRoster = message;
    }

    /** Puts a state in; returns whether it replaced one. */
    synchronized boolean putState(byte[] message) {
        boolean replaces = state != null;
        if (nextRoster != null) {
            roster = nextRoster;
            nextRoster = null;
        }
        state = message;
        return replaces;
    }

    /** Takes everything out. */
    synchronized Contents take() {
        Contents contents = new Contents(roster, state, nextRoster);
        roster = null;
        state = null;
        nextRoster = null;
        return contents;
    }
}
