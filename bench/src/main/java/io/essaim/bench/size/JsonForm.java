package io.essaim.bench.size;

import io.essaim.protocol.json.JsonBuffer;
import io.essaim.protocol.json.JsonFrameEncoder;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.StreamDescription;
import io.essaim.protocol.swarm.SwarmFrame;

/** The server's own JSON. */
final class JsonForm implements FrameForm {
    private final JsonFrameEncoder encoder;
    private final JsonBuffer out = new JsonBuffer(1 << 12);

    JsonForm(StreamDescription stream) {
        encoder = new JsonFrameEncoder(stream);
    }

    @Override
    public String name() {
        return "JSON";
    }

    @Override
    public boolean exact() {
        return true;
    }

    @Override
    public boolean namesAgents() {
        return true;
    }

    @Override
    public byte[] encode(SwarmFrame frame, Roster roster) {
        encoder.encode(frame, roster, out);
        return out.toByteArray();
    }
}
