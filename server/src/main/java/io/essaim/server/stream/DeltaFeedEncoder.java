package io.essaim.server.stream;

import io.essaim.protocol.Message;
import io.essaim.protocol.sbe.SbeDeltaEncoder;
import io.essaim.protocol.sbe.SbeMessageEncoder;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.RosterChange;
import io.essaim.protocol.swarm.SwarmFrame;
import io.essaim.protocol.swarm.delta.DeltaEncoder;
import io.essaim.protocol.swarm.delta.Keyframe;
import java.nio.ByteOrder;
import java.util.List;
import org.agrona.MutableDirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The form {@code delta}: writes each tick as a DeltaFrame, after a RosterChange when agents left or came. A tick is taken in
 * two steps, so that a sync point can be put before it: {@link #prepare} says how many bytes it may take and changes
 * nothing that a keyframe holds, {@link #write} writes it. Swarm clock only; allocates only when rosters change.
 */
final class DeltaFeedEncoder {
    /** What comes before each message. */
    enum Framing {
        /** A WebSocket header: it is sent by itself. */
        MESSAGE,
        /** Its length: it is sent in a batch. */
        BATCHED
    }

    /** What room is left for beside so many times the largest frame of late: every value at once told as it is. */
    private static final int LARGEST_TIMES = 4;

    private static final int BYTES_PER_VALUE = 8;

    /** Fewer that leave at once are removed quicker than all who watch join again. */
    private static final int LEAVING_MIN = 64;

    /** More than any agent takes, for the first of them. */
    private static final int FIRST_BYTES_PER_AGENT = 3 * SwarmFrame.COMPONENTS * Integer.BYTES;

    private static final Roster NOBODY = new Roster(0, List.of(), new int[0], new int[0]);

    private final Framing framing;
    private final Places places = new Places();
    private final SbeDeltaEncoder sbe = new SbeDeltaEncoder();
    private final SbeMessageEncoder messages = new SbeMessageEncoder();

    private DeltaEncoder encoder = new DeltaEncoder(16);
    private int valueBits = 16;
    private @Nullable Keyframe spare;

    /** In the order of places, as of the newest frame. */
    private Roster roster = NOBODY;

    /** The roster that was prepared for last. */
    private Roster prepared = NOBODY;

    /** How the roster becomes that one, and as a message; null when it is that one. */
    private @Nullable RosterChange change;

    private byte @Nullable [] changeMessage;

    DeltaFeedEncoder(Framing framing) {
        this.framing = framing;
    }

    /** Begins anew, without a history. */
    void begin(int valueBits, Roster names) {
        if (valueBits != this.valueBits) {
            this.valueBits = valueBits;
            encoder = new DeltaEncoder(valueBits);
            spare = null;
        }
        encoder.begin(names.agentCount());
        places.begin(names);
        roster = names;
        prepared = names;
        change = null;
        changeMessage = null;
    }

    /** Whether frames of these names can follow on what was: a change of the labels has no message. */
    boolean continuesWith(Roster names) {
        return names == prepared || names.spheres().equals(roster.spheres());
    }

    /** Who has which place, as of the newest frame. */
    Roster roster() {
        return roster;
    }

    /** What a decoder has to know before the next frame. */
    Keyframe keyframe() {
        Keyframe unused = spare;
        spare = null;
        return unused == null ? encoder.keyframe() : encoder.keyframe(unused);
    }

    /** Takes back a keyframe that nobody will ask for any more: its memory is used for another. */
    void recycle(Keyframe unused) {
        spare = unused;
    }

    /** Bytes that an agent of a keyframe takes, about. */
    int keyframeBytesPerAgent() {
        return valueBits / 2;
    }

    /**
     * Takes in the names of the next frame; returns the bytes that it may take, framing and all. That is far less than the
     * worst case, which no frame comes near: should one do, {@link #write} finds no room.
     *
     * @param largestOfLate the bytes of the largest frame of late; 0 when none is known
     */
    int prepare(Roster names, int largestOfLate) {
        if (names != prepared) {
            RosterChange next = places.change(roster, names, (roster.version() + 1) & 0xFFFF);
            boolean changes = next.removedCount() > 0 || next.addedCount() > 0;
            change = changes ? next : null;
            changeMessage = changes ? messages.encode(new Message.RosterChanged(next)) : null;
            prepared = names;
        }
        int bytes = 2 * WebSocketFraming.HEADER_BYTES_MAX + SbeDeltaEncoder.length(codedMax(largestOfLate));
        return changeMessage == null ? bytes : bytes + changeMessage.length;
    }

    /** Whether so many leave with what was prepared that it is better to begin anew than to remove them place by place. */
    boolean mostLeave() {
        RosterChange leaving = change;
        return leaving != null
                && leaving.removedCount() >= LEAVING_MIN
                && 2 * leaving.removedCount() > roster.agentCount();
    }

    private int codedMax(int largestOfLate) {
        long expected = (long) LARGEST_TIMES * largestOfLate
                + (long) BYTES_PER_VALUE * SwarmFrame.COMPONENTS * prepared.agentCount();
        return largestOfLate == 0 ? lengthMax() : (int) Math.min(lengthMax(), expected);
    }

    /** Of the frame that was prepared: who comes counts by what an agent may take on average. */
    private int lengthMax() {
        int now = encoder.agentCount();
        int then = prepared.agentCount();
        if (now >= then) {
            return encoder.lengthMax();
        }
        return now == 0 ? FIRST_BYTES_PER_AGENT * (then + 2) : (int) ((long) encoder.lengthMax() * then / now) + 1;
    }

    /**
     * Writes the frame that was prepared.
     *
     * @return the bytes written; -1 when there is no room for them, and this has to begin anew
     */
    int write(SwarmFrame frame, MutableDirectBuffer buffer, int offset, int room) {
        int written = 0;
        if (change != null && changeMessage != null) {
            if (changeMessage.length + WebSocketFraming.HEADER_BYTES_MAX > room) {
                return -1;
            }
            int head = frameHead(buffer, offset, changeMessage.length);
            buffer.putBytes(offset + head, changeMessage);
            written = head + changeMessage.length;
            apply(change);
        }
        int coded = encoder.encode(places.place(frame));
        int length = SbeDeltaEncoder.length(coded);
        if (length + WebSocketFraming.HEADER_BYTES_MAX > room - written) {
            return -1;
        }
        int head = frameHead(buffer, offset + written, length);
        sbe.encodeFrame(
                frame.sequence(),
                frame.timeMicros(),
                roster.version(),
                encoder.bytes(),
                coded,
                buffer,
                offset + written + head);
        return written + head + length;
    }

    private void apply(RosterChange applied) {
        for (int i = 0; i < applied.removedCount(); i++) {
            encoder.remove(applied.removed(i));
        }
        if (applied.addedCount() > 0) {
            encoder.add(applied.addedCount());
        }
        roster = applied.applyTo(roster);
        change = null;
        changeMessage = null;
    }

    private int frameHead(MutableDirectBuffer buffer, int offset, int length) {
        if (framing == Framing.BATCHED) {
            buffer.putInt(offset, length, ByteOrder.LITTLE_ENDIAN);
            return SbeDeltaEncoder.BATCH_PREFIX_BYTES;
        }
        return WebSocketFraming.writeHeader(buffer, offset, WebSocketFraming.BINARY, length);
    }

    /** How many messages the frame that was prepared consists of. */
    int messageCount() {
        return change == null ? 1 : 2;
    }
}
