package io.essaim.bench.load;

import io.essaim.bench.load.Dialect.Content;
import io.essaim.bench.load.Dialect.DeltaContent;
import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.Message;
import io.essaim.protocol.Message.Connected;
import io.essaim.protocol.Message.RosterChanged;
import io.essaim.protocol.Message.RosterMessage;
import io.essaim.protocol.Message.StreamChanged;
import io.essaim.protocol.sbe.SbeDecoder;
import io.essaim.protocol.swarm.Component;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.RosterChange;
import io.essaim.protocol.swarm.SwarmFrame;
import io.essaim.protocol.swarm.delta.DeltaDecoder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a frame says on the stream's grid, with the names its roster gives; plain, or delta. */
final class SbeContent implements Content {
    private static final int HEADER_BYTES = 8;
    private static final int VERSION_MAX = 0xffff;

    private final SbeDecoder decoder = new SbeDecoder();
    private final SwarmFrame frame = new SwarmFrame();
    private final Digest digest = new Digest();
    private final Map<Integer, Roster> rosters = new HashMap<>();
    private List<Component> components = List.of();
    private int valueBits = Short.SIZE;

    @Override
    public void announced(byte[] bytes) {
        Message message;
        try {
            message = decoder.decode(bytes);
        } catch (MalformedMessageException e) {
            throw new AssertionError("the load thread has read it", e);
        }
        if (message instanceof Connected connected) {
            components = connected.stream().components();
            valueBits = connected.stream().valueBits();
        } else if (message instanceof StreamChanged changed) {
            components = changed.stream().components();
            valueBits = changed.stream().valueBits();
        } else if (message instanceof RosterMessage roster) {
            rosters.put(roster.roster().version(), roster.roster());
        }
    }

    @Override
    public long digest(byte[] bytes) {
        try {
            decoder.decodeFrame(bytes, frame);
        } catch (MalformedMessageException e) {
            return UNREADABLE;
        }
        Roster roster = rosters.get(frame.rosterVersion());
        return roster == null || roster.agentCount() != frame.agentCount() ? UNREADABLE : digest(roster);
    }

    /** Of {@link #frame}. */
    private long digest(Roster roster) {
        // In any order: the form delta has one of its own.
        long agents = 0;
        for (int agent = 0; agent < frame.agentCount(); agent++) {
            digest.begin().add(roster.id(agent)).add(roster.sphere(agent));
            for (int i = 0; i < components.size(); i++) {
                digest.add(components.get(i).value(frame.values(i)[agent]));
            }
            agents += digest.end();
        }
        digest.begin().add(frame.sequence()).add(frame.timeMicros()).add(frame.targetFrequency());
        return digest.add(agents).end();
    }

    @Override
    public @Nullable DeltaContent begin(byte[] roster, byte[] keyframe) {
        try {
            if (!(decoder.decode(roster) instanceof RosterMessage named)) {
                return null;
            }
            Coded coded = new Coded(keyframe);
            DeltaDecoder begun = new DeltaDecoder(valueBits);
            begun.begin(coded.bytes(), named.roster().agentCount());
            return coded.rosterVersion() == named.roster().version() ? new Stream(begun, named.roster()) : null;
        } catch (MalformedMessageException e) {
            return null;
        }
    }

    /** A Keyframe or a DeltaFrame. */
    private static final class Coded {
        private final ByteBuffer message;

        Coded(byte[] message) throws MalformedMessageException {
            this.message = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
            int lengthAt = HEADER_BYTES + (this.message.getShort(0) & 0xffff);
            if (lengthAt + Integer.BYTES > message.length) {
                throw new MalformedMessageException("no coded in " + message.length + " bytes");
            }
            int length = this.message.getInt(lengthAt);
            if (length < 0 || length > message.length - lengthAt - Integer.BYTES) {
                throw new MalformedMessageException("coded of " + Integer.toUnsignedString(length) + " bytes");
            }
            this.message.position(lengthAt + Integer.BYTES).limit(lengthAt + Integer.BYTES + length);
        }

        ByteBuffer bytes() {
            return message;
        }

        long sequence() {
            return message.getInt(HEADER_BYTES) & 0xffff_ffffL;
        }

        long timeMicros() {
            return message.getLong(HEADER_BYTES + 4);
        }

        int rosterVersion() {
            return message.getShort(HEADER_BYTES + 12) & 0xffff;
        }
    }

    /** One stream of the form delta, from a keyframe on. */
    private final class Stream implements DeltaContent {
        private final DeltaDecoder reader;
        private final boolean empty;
        private Roster roster;
        private boolean readable = true;

        Stream(DeltaDecoder reader, Roster roster) {
            this.reader = reader;
            this.roster = roster;
            empty = !reader.hasFrame();
        }

        @Override
        public boolean isEmpty() {
            return empty;
        }

        @Override
        public long digest(byte @Nullable [] change, byte[] bytes) {
            if (!readable) {
                return UNREADABLE;
            }
            try {
                if (change != null) {
                    apply(rosterChange(change));
                }
                return digest(new Coded(bytes));
            } catch (MalformedMessageException | IllegalArgumentException e) {
                readable = false;
                return UNREADABLE;
            }
        }

        private long digest(Coded coded) throws MalformedMessageException {
            reader.decode(coded.bytes());
            if (coded.rosterVersion() != roster.version()) {
                throw new MalformedMessageException("a frame of roster " + coded.rosterVersion());
            }
            frame.begin(
                    coded.sequence(),
                    coded.timeMicros(),
                    roster.version(),
                    reader.targetFrequency(),
                    roster.agentCount());
            for (int component = 0; component < SwarmFrame.COMPONENTS; component++) {
                System.arraycopy(reader.values(component), 0, frame.values(component), 0, roster.agentCount());
            }
            return SbeContent.this.digest(roster);
        }

        private void apply(RosterChange change) throws MalformedMessageException {
            if (change.version() != (roster.version() + 1 & VERSION_MAX)) {
                throw new MalformedMessageException("a change to roster " + change.version());
            }
            roster = change.applyTo(roster);
            for (int i = 0; i < change.removedCount(); i++) {
                reader.remove(change.removed(i));
            }
            reader.add(change.addedCount());
        }
    }

    private RosterChange rosterChange(byte[] message) throws MalformedMessageException {
        if (decoder.decode(message) instanceof RosterChanged changed) {
            return changed.change();
        }
        throw new MalformedMessageException("no change of the roster");
    }
}
