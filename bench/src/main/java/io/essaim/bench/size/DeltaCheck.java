package io.essaim.bench.size;

import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.Message;
import io.essaim.protocol.sbe.SbeDecoder;
import io.essaim.protocol.sbe.SbeDeltaDecoder;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.RosterChange;
import io.essaim.protocol.swarm.SwarmFrame;
import io.essaim.protocol.swarm.delta.DeltaDecoder;
import org.jspecify.annotations.Nullable;

/**
 * Reads a stream of deltas as two viewers at once: one who has been there from the beginning, and one who begins anew with
 * every keyframe. Both must get what was written; an {@link IllegalStateException} says where they do not.
 */
final class DeltaCheck {
    private final SbeDecoder names = new SbeDecoder();
    private final SbeDeltaDecoder messages = new SbeDeltaDecoder();
    private final DeltaDecoder first;
    private final DeltaDecoder newcomer;
    private @Nullable Roster roster;

    DeltaCheck(int valueBits) {
        first = new DeltaDecoder(valueBits);
        newcomer = new DeltaDecoder(valueBits);
    }

    /** A sync point: the newcomer begins anew, and the first viewer, too, if it has not begun. */
    void begin(byte[] keyframe, Roster before) {
        try {
            SbeDeltaDecoder.Coded message = messages.decodeCoded(keyframe);
            if (!message.isKeyframe() || message.rosterVersion() != before.version()) {
                throw new IllegalStateException("no keyframe of roster " + before.version());
            }
            newcomer.begin(message.coded().duplicate(), before.agentCount());
            if (roster == null) {
                first.begin(message.coded(), before.agentCount());
            }
            roster = before;
        } catch (MalformedMessageException e) {
            throw new IllegalStateException("keyframe: " + e.getMessage(), e);
        }
    }

    /** Agents left or came. */
    void rename(byte[] message) {
        try {
            if (roster == null || !(names.decode(message) instanceof Message.RosterChanged changed)) {
                throw new IllegalStateException("no change of a roster");
            }
            apply(changed.change(), first);
            apply(changed.change(), newcomer);
            roster = changed.change().applyTo(roster);
        } catch (MalformedMessageException e) {
            throw new IllegalStateException("roster change: " + e.getMessage(), e);
        }
    }

    private static void apply(RosterChange change, DeltaDecoder decoder) {
        for (int i = 0; i < change.removedCount(); i++) {
            decoder.remove(change.removed(i));
        }
        decoder.add(change.addedCount());
    }

    /** The next frame. */
    void read(byte[] message, SwarmFrame written) {
        try {
            SbeDeltaDecoder.Coded delta = messages.decodeCoded(message);
            require("sequence", written.sequence(), delta.sequence(), written);
            require("time", written.timeMicros(), delta.timeMicros(), written);
            require("roster", written.rosterVersion(), delta.rosterVersion(), written);
            if (roster == null) {
                throw new IllegalStateException("no keyframe before " + written.sequence());
            }
            require("roster by its changes", written.rosterVersion(), roster.version(), written);
            newcomer.decode(delta.coded().duplicate());
            first.decode(delta.coded());
            compare(first, written);
            compare(newcomer, written);
        } catch (MalformedMessageException e) {
            throw new IllegalStateException("delta of frame " + written.sequence() + ": " + e.getMessage(), e);
        }
    }

    private static void compare(DeltaDecoder decoder, SwarmFrame written) {
        require("agents", written.agentCount(), decoder.agentCount(), written);
        require("frequency", written.targetFrequency(), decoder.targetFrequency(), written);
        for (int component = 0; component < SwarmFrame.COMPONENTS; component++) {
            int[] values = written.values(component);
            int[] read = decoder.values(component);
            for (int agent = 0; agent < written.agentCount(); agent++) {
                if (values[agent] != read[agent]) {
                    require("component " + component + " of place " + agent, values[agent], read[agent], written);
                }
            }
        }
    }

    private static void require(String what, long written, long read, SwarmFrame frame) {
        if (written != read) {
            throw new IllegalStateException("delta of frame " + frame.sequence() + ": " + what + " was read as " + read
                    + ", but written as " + written);
        }
    }
}
