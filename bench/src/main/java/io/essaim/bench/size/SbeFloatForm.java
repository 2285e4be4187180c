package io.essaim.bench.size;

import io.essaim.protocol.sbe.SbeFrameEncoder;
import io.essaim.protocol.swarm.Component;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.StreamDescription;
import io.essaim.protocol.swarm.SwarmFrame;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * {@link SbeForm} without a grid: floats instead of integers. Written as SwarmFrame32 with the bits of the floats, which is
 * byte for byte what a schema with {@code float} in their place would give.
 */
final class SbeFloatForm implements FrameForm {
    private final SbeFrameEncoder encoder = new SbeFrameEncoder(Float.SIZE);
    private final StreamDescription stream;
    private final SwarmFrame floats = new SwarmFrame();

    SbeFloatForm(StreamDescription stream) {
        this.stream = stream;
    }

    @Override
    public String name() {
        return "SBE float32";
    }

    @Override
    public boolean exact() {
        return false;
    }

    @Override
    public boolean namesAgents() {
        return false;
    }

    @Override
    public byte[] encode(SwarmFrame frame, Roster roster) {
        int agents = frame.agentCount();
        floats.begin(frame.sequence(), frame.timeMicros(), frame.rosterVersion(), frame.targetFrequency(), agents);
        for (int component = 0; component < SwarmFrame.COMPONENTS; component++) {
            Component axis = stream.components().get(component);
            for (int agent = 0; agent < agents; agent++) {
                float value = (float) axis.value(frame.values(component)[agent]);
                floats.values(component)[agent] = Float.floatToRawIntBits(value);
            }
        }
        byte[] bytes = new byte[encoder.length(agents)];
        encoder.encode(floats, new UnsafeBuffer(bytes), 0);
        return bytes;
    }
}
