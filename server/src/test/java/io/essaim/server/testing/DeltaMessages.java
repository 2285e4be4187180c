package io.essaim.server.testing;

import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.Message;
import io.essaim.protocol.sbe.SbeDecoder;
import io.essaim.protocol.sbe.SbeDeltaDecoder;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.RosterChange;
import io.essaim.protocol.swarm.StreamDescription;
import io.essaim.protocol.swarm.SwarmFrame;
import io.essaim.protocol.swarm.delta.DeltaDecoder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The messages of the form delta, read by one who believes nothing: what does not follow on what came is malformed. */
public final class DeltaMessages {
    private final SbeDecoder messages = new SbeDecoder();
    private final SbeDeltaDecoder coded = new SbeDeltaDecoder();
    private final SwarmFrame frame = new SwarmFrame();
    private final List<Message> told = new ArrayList<>();

    private StreamDescription stream;
    private Roster roster = new Roster(0, List.of(), new int[0], new int[0]);
    private @Nullable DeltaDecoder decoder;
    private long shownFrom;
    private long newest = -1;
    private boolean rosterIsNew;
    private int joins;
    private int silent;
    private int changes;

    public DeltaMessages(StreamDescription stream) {
        this.stream = stream;
    }

    public StreamDescription stream() {
        return stream;
    }

    public Roster roster() {
        return roster;
    }

    /** The newest frame that is to be shown. */
    public SwarmFrame frame() {
        return frame;
    }

    /** What else came since the last call. */
    public List<Message> told() {
        List<Message> all = List.copyOf(told);
        told.clear();
        return all;
    }

    /** Keyframes that came. */
    public int joins() {
        return joins;
    }

    /** Frames that were not to be shown. */
    public int silent() {
        return silent;
    }

    /** Changes of the roster that came. */
    public int changes() {
        return changes;
    }

    /** The stream begins anew. */
    public void begin(StreamDescription another) {
        stream = another;
        decoder = null;
        newest = -1;
    }

    public boolean isBatch(byte[] message) throws MalformedMessageException {
        return coded.isBatch(message);
    }

    public List<byte[]> batch(byte[] message) throws MalformedMessageException {
        return coded.decodeBatch(message);
    }

    /** Takes a message that is no batch; returns whether it is a frame to show. */
    public boolean take(byte[] message) throws MalformedMessageException {
        if (coded.isCoded(message)) {
            return take(coded.decodeCoded(message));
        }
        Message decoded = messages.decode(message);
        if (decoded instanceof Message.RosterMessage named) {
            roster = named.roster();
            decoder = null;
            rosterIsNew = true;
        } else if (decoded instanceof Message.RosterChanged changed) {
            change(changed.change());
        } else if (decoded instanceof Message.Replay replay) {
            shownFrom = replay.sequence();
        } else {
            if (decoded instanceof Message.StreamChanged changed) {
                begin(changed.stream());
            }
            told.add(decoded);
        }
        return false;
    }

    private void change(RosterChange change) throws MalformedMessageException {
        if (change.version() != ((roster.version() + 1) & 0xFFFF)) {
            throw new MalformedMessageException("change to " + change.version() + " of roster " + roster.version());
        }
        DeltaDecoder known = known();
        for (int i = 0; i < change.removedCount(); i++) {
            known.remove(change.removed(i));
        }
        known.add(change.addedCount());
        roster = change.applyTo(roster);
        changes++;
    }

    private boolean take(SbeDeltaDecoder.Coded message) throws MalformedMessageException {
        if (message.rosterVersion() != roster.version()) {
            throw new MalformedMessageException(
                    "frame of roster " + message.rosterVersion() + ", the newest is " + roster.version());
        }
        if (message.isKeyframe()) {
            begin(message);
            return false;
        }
        known().decode(message.coded());
        if ((int) (message.sequence() - shownFrom) < 0) {
            silent++;
            return false;
        }
        if (newest >= 0 && message.sequence() <= newest) {
            throw new MalformedMessageException("frame " + message.sequence() + " after " + newest);
        }
        newest = message.sequence();
        show(message, known());
        return true;
    }

    private void begin(SbeDeltaDecoder.Coded message) throws MalformedMessageException {
        if (!rosterIsNew) {
            throw new MalformedMessageException("a keyframe without a roster before it");
        }
        rosterIsNew = false;
        DeltaDecoder begun = new DeltaDecoder(stream.valueBits());
        begun.begin(message.coded(), roster.agentCount());
        decoder = begun;
        shownFrom = message.sequence();
        joins++;
    }

    private void show(SbeDeltaDecoder.Coded message, DeltaDecoder known) {
        int agents = roster.agentCount();
        frame.begin(message.sequence(), message.timeMicros(), message.rosterVersion(), known.targetFrequency(), agents);
        for (int component = 0; component < SwarmFrame.COMPONENTS; component++) {
            System.arraycopy(known.values(component), 0, frame.values(component), 0, agents);
        }
    }

    private DeltaDecoder known() throws MalformedMessageException {
        if (decoder == null) {
            throw new MalformedMessageException("there is no keyframe yet");
        }
        return decoder;
    }
}
