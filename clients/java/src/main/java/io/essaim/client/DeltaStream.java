package io.essaim.client;

import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.RosterChange;
import io.essaim.protocol.swarm.SwarmFrame;
import io.essaim.protocol.swarm.delta.DeltaDecoder;
import org.jspecify.annotations.Nullable;

/**
 * Follows the frames of the form delta, each of which builds on the one before. It begins with a keyframe, and waits for the
 * next one after whatever could not be read. Allocates nothing from frame to frame. Not thread-safe.
 */
final class DeltaStream {
    private static final long NONE = -1;
    private static final int VERSION_MAX = 0xFFFF;

    private @Nullable DeltaDecoder decoder;
    private int valueBits;
    private boolean following;

    /** The sequence that the next frame's is above. */
    private long newest;

    /** The first sequence to show; {@link #NONE} once one was. */
    private long shownFrom = NONE;

    /** Whether the next frame can be read. */
    boolean isFollowing() {
        return following;
    }

    /** What follows does not build on what came: it waits for a keyframe. */
    void end() {
        following = false;
    }

    /**
     * Begins with a keyframe.
     *
     * @param valueBits of the stream
     * @param roster the newest; null: none came
     */
    void begin(CodedFrame keyframe, int valueBits, @Nullable Roster roster) throws MalformedMessageException {
        following = false;
        shownFrom = NONE;
        if (roster == null) {
            throw new MalformedMessageException("a keyframe before its roster");
        }
        check("keyframe", keyframe, roster);
        DeltaDecoder reader = decoder;
        if (reader == null || this.valueBits != valueBits) {
            reader = new DeltaDecoder(valueBits);
            decoder = reader;
            this.valueBits = valueBits;
        }
        reader.begin(keyframe.coded(), roster.agentCount());
        // A keyframe without history names the first frame that will come.
        newest = reader.hasFrame() ? keyframe.sequence() : keyframe.sequence() - 1;
        following = true;
    }

    /** Frames before that sequence are not to be shown. */
    void replay(long sequence) {
        shownFrom = sequence;
    }

    /** Agents leave and come; returns the roster from here on. */
    Roster change(Roster roster, RosterChange change) throws MalformedMessageException {
        boolean followed = following;
        following = false;
        int expected = (roster.version() + 1) & VERSION_MAX;
        if (change.version() != expected) {
            throw new MalformedMessageException(
                    "change to roster " + change.version() + ", but the next one is " + expected);
        }
        Roster changed;
        try {
            changed = change.applyTo(roster);
        } catch (IllegalArgumentException e) {
            throw new MalformedMessageException("change to roster " + expected + ": " + e.getMessage(), e);
        }
        DeltaDecoder reader = decoder;
        if (followed && reader != null) {
            for (int i = 0; i < change.removedCount(); i++) {
                reader.remove(change.removed(i));
            }
            reader.add(change.addedCount());
            following = true;
        }
        return changed;
    }

    /**
     * Reads the next frame; {@link #isFollowing()} must hold.
     *
     * @return whether it is to be shown; {@code frame} holds it then
     */
    boolean read(CodedFrame coded, Roster roster, SwarmFrame frame) throws MalformedMessageException {
        DeltaDecoder reader = decoder;
        if (!following || reader == null) {
            throw new IllegalStateException("no keyframe to build on");
        }
        following = false;
        check("frame", coded, roster);
        long sequence = coded.sequence();
        if ((int) (sequence - newest) <= 0) {
            throw new MalformedMessageException("frame " + sequence + " after frame " + (newest & 0xFFFF_FFFFL));
        }
        reader.decode(coded.coded());
        newest = sequence;
        following = true;
        if (shownFrom != NONE && (int) (sequence - shownFrom) < 0) {
            return false;
        }
        shownFrom = NONE;
        copy(reader, coded, frame);
        return true;
    }

    private static void check(String what, CodedFrame coded, Roster roster) throws MalformedMessageException {
        if (coded.rosterVersion() != roster.version()) {
            throw new MalformedMessageException(what + " " + coded.sequence() + " of roster " + coded.rosterVersion()
                    + ", but the newest is " + roster.version());
        }
    }

    private static void copy(DeltaDecoder reader, CodedFrame coded, SwarmFrame frame) {
        int agents = reader.agentCount();
        frame.begin(coded.sequence(), coded.timeMicros(), coded.rosterVersion(), reader.targetFrequency(), agents);
        for (int component = 0; component < SwarmFrame.COMPONENTS; component++) {
            System.arraycopy(reader.values(component), 0, frame.values(component), 0, agents);
        }
    }
}
