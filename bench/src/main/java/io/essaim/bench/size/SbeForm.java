package io.essaim.bench.size;

import io.essaim.protocol.sbe.SbeFrameEncoder;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.StreamDescription;
import io.essaim.protocol.swarm.SwarmFrame;
import org.agrona.concurrent.UnsafeBuffer;

/** The server's own plain form. */
final class SbeForm implements FrameForm {
    private final SbeFrameEncoder encoder;

    SbeForm(StreamDescription stream) {
        encoder = new SbeFrameEncoder(stream.valueBits());
    }

    @Override
    public String name() {
        return "SBE plain";
    }

    @Override
    public boolean exact() {
        return true;
    }

    @Override
    public boolean namesAgents() {
        return false;
    }

    @Override
    public byte[] encode(SwarmFrame frame, Roster roster) {
        byte[] bytes = new byte[encoder.length(frame.agentCount())];
        encoder.encode(frame, new UnsafeBuffer(bytes), 0);
        return bytes;
    }
}
