package io.essaim.server.stream;

import io.essaim.protocol.Message;
import io.essaim.protocol.sbe.SbeFrameEncoder;
import io.essaim.protocol.sbe.SbeMessageEncoder;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.StreamDescription;
import io.essaim.protocol.swarm.SwarmFrame;
import org.agrona.MutableDirectBuffer;

/** The form {@code plain}: every value whole in SBE, after the roster that names the agents. */
public final class PlainFeedEncoder implements FeedEncoder {
    private SbeFrameEncoder encoder;
    private SwarmFrame frame = new SwarmFrame();

    public PlainFeedEncoder(StreamDescription stream) {
        encoder = new SbeFrameEncoder(stream.valueBits());
    }

    @Override
    public void begin(StreamDescription stream) {
        encoder = new SbeFrameEncoder(stream.valueBits());
    }

    @Override
    public int opcode() {
        return WebSocketFraming.BINARY;
    }

    @Override
    public int prepare(SwarmFrame frame, Roster roster) {
        this.frame = frame;
        return encoder.length(frame.agentCount());
    }

    @Override
    public void write(MutableDirectBuffer buffer, int offset) {
        encoder.encode(frame, buffer, offset);
    }

    @Override
    public byte[] preamble(Roster roster) {
        return new SbeMessageEncoder().encode(new Message.RosterMessage(roster));
    }
}
