package io.essaim.bench.load;

import io.essaim.bench.load.MessageStream.ProtocolException;
import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.Message;
import io.essaim.protocol.Message.Connected;
import io.essaim.protocol.Message.ErrorReply;
import io.essaim.protocol.Message.RosterMessage;
import io.essaim.protocol.Message.StreamChanged;
import io.essaim.protocol.Message.Subscribed;
import io.essaim.protocol.Message.Tier;
import io.essaim.protocol.Subprotocol;
import io.essaim.protocol.sbe.SbeDecoder;
import io.essaim.protocol.swarm.Component;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.SwarmFrame;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code essaim.v1.sbe}. Frames are told by their header and read no further on the load thread: sequence and time stand at
 * fixed places (docs/PROTOCOL.md).
 */
final class SbeDialect implements Dialect {
    private static final int TEMPLATE = 2;
    private static final int SCHEMA = 4;
    private static final int SEQUENCE = 8;
    private static final int TIME_MICROS = 12;
    private static final int ROSTER_VERSION = 20;
    private static final int FRAME_BYTES_MIN = 32;

    private static final int SCHEMA_ID = 8001;
    private static final int TEMPLATE_FRAME_16 = 1;
    private static final int TEMPLATE_FRAME_32 = 2;

    private final boolean essaim;
    private final SbeDecoder decoder = new SbeDecoder();

    /** @param essaim whether the server is one: others send bare frames */
    SbeDialect(boolean essaim) {
        this.essaim = essaim;
    }

    @Override
    public @Nullable String subprotocol() {
        return essaim ? Subprotocol.SBE.token() : null;
    }

    @Override
    public URI target(URI url, int framesPerSecond) {
        return essaim ? Dialect.withRate(url, framesPerSecond) : url;
    }

    @Override
    public void read(int opcode, ByteBuffer buffer, int offset, int length, Ear ear) throws ProtocolException {
        if (opcode != MessageStream.BINARY) {
            throw new ProtocolException("a text message on a binary subprotocol");
        }
        if (isFrame(buffer, offset, length)) {
            readFrame(buffer, offset, length, essaim, ear);
            return;
        }
        byte[] message = new byte[length];
        buffer.get(offset, message);
        try {
            control(decoder.decode(message), message, ear);
        } catch (MalformedMessageException e) {
            throw new ProtocolException("a message that cannot be read: " + e.getMessage());
        }
    }

    static boolean isFrame(ByteBuffer buffer, int offset, int length) {
        if (length < FRAME_BYTES_MIN || (buffer.getShort(offset + SCHEMA) & 0xffff) != SCHEMA_ID) {
            return false;
        }
        int template = buffer.getShort(offset + TEMPLATE) & 0xffff;
        return template == TEMPLATE_FRAME_16 || template == TEMPLATE_FRAME_32;
    }

    static void readFrame(ByteBuffer buffer, int offset, int length, boolean named, Ear ear) {
        ear.onFrame(
                buffer.getInt(offset + SEQUENCE) & 0xffff_ffffL,
                buffer.getLong(offset + TIME_MICROS),
                named ? buffer.getShort(offset + ROSTER_VERSION) & 0xffff : -1,
                buffer,
                offset,
                length);
    }

    private static void control(Message message, byte[] bytes, Ear ear) {
        if (message instanceof Connected connected) {
            ear.onStream(connected.stream().ticksPerSecond(), connected.stride(), connected.agentCount(), bytes);
        } else if (message instanceof StreamChanged changed) {
            ear.onStream(changed.stream().ticksPerSecond(), changed.stride(), changed.agentCount(), bytes);
        } else if (message instanceof RosterMessage roster) {
            ear.onRoster(roster.roster().version(), bytes);
        } else if (message instanceof Tier tier) {
            ear.onStride(tier.stride());
        } else if (message instanceof Subscribed subscribed) {
            ear.onSubscribed(subscribed.stride(), bytes);
        } else if (message instanceof ErrorReply error) {
            ear.onError(error.code() + ": " + error.message());
        }
    }

    @Override
    public @Nullable Content content() {
        return essaim ? new FrameContent() : null;
    }

    /** What a frame says on the stream's grid, with the names its roster gives. */
    private static final class FrameContent implements Content {
        private final SbeDecoder decoder = new SbeDecoder();
        private final SwarmFrame frame = new SwarmFrame();
        private final Digest digest = new Digest();
        private final Map<Integer, Roster> rosters = new HashMap<>();
        private List<Component> components = List.of();

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
            } else if (message instanceof StreamChanged changed) {
                components = changed.stream().components();
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
            if (roster == null || roster.agentCount() != frame.agentCount()) {
                return UNREADABLE;
            }
            digest.begin().add(frame.sequence()).add(frame.timeMicros()).add(frame.targetFrequency());
            for (int agent = 0; agent < frame.agentCount(); agent++) {
                digest.add(roster.id(agent)).add(roster.sphere(agent));
                for (int i = 0; i < components.size(); i++) {
                    digest.add(components.get(i).value(frame.values(i)[agent]));
                }
            }
            return digest.end();
        }
    }
}
