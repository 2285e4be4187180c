package io.essaim.protocol.json;

import io.essaim.protocol.swarm.Component;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.StreamDescription;
import io.essaim.protocol.swarm.SwarmFrame;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes {@code swarm_update}: the frame's integers with their grid's decimals, hence equal to the binary form by
 * construction. What does not change from tick to tick (names, ids, labels) is prepared once per roster, so that a frame
 * is copies and digits and allocates nothing. Not thread-safe.
 */
public final class JsonFrameEncoder {
    private static final byte[] Y = ",\"y\":".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] Z = ",\"z\":".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] FREQUENCY = ",\"frequency\":".getBytes(StandardCharsets.US_ASCII);

    private final int[] decimals = new int[SwarmFrame.COMPONENTS];
    private final long[] offsets = new long[SwarmFrame.COMPONENTS];
    private final JsonTimestamp timestamp = new JsonTimestamp();
    private byte[][] agentHeads = new byte[0][];
    private @Nullable Roster prepared;

    public JsonFrameEncoder(StreamDescription stream) {
        List<Component> components = stream.components();
        for (int i = 0; i < components.size(); i++) {
            decimals[i] = components.get(i).decimals();
            offsets[i] = components.get(i).offset();
        }
    }

    /** Replaces what the buffer holds by the frame, whose agents the roster names. */
    public void encode(SwarmFrame frame, Roster roster, JsonBuffer out) {
        if (roster != prepared) {
            prepare(roster);
        }
        int agents = frame.agentCount();
        out.clear().raw("{\"type\":\"swarm_update\",\"timestamp\":");
        timestamp.write(frame.timeMicros(), out);
        out.raw(",\"frequency\":").number(frame.targetFrequency());
        out.raw(",\"agent_count\":").number(agents);
        out.raw(",\"seq\":").number(frame.sequence());
        out.raw(",\"time_us\":").number(frame.timeMicros());
        out.raw(",\"agents\":[");
        int[] xs = frame.values(SwarmFrame.X);
        int[] ys = frame.values(SwarmFrame.Y);
        int[] zs = frame.values(SwarmFrame.Z);
        int[] frequencies = frame.values(SwarmFrame.FREQUENCY);
        for (int agent = 0; agent < agents; agent++) {
            out.raw(agentHeads[agent]);
            out.decimal(xs[agent] + offsets[SwarmFrame.X], decimals[SwarmFrame.X]);
            out.raw(Y).decimal(ys[agent] + offsets[SwarmFrame.Y], decimals[SwarmFrame.Y]);
            out.raw(Z).decimal(zs[agent] + offsets[SwarmFrame.Z], decimals[SwarmFrame.Z]);
            out.raw(FREQUENCY)
                    .decimal(frequencies[agent] + offsets[SwarmFrame.FREQUENCY], decimals[SwarmFrame.FREQUENCY]);
            out.raw('}');
        }
        out.raw("]}");
    }

    private void prepare(Roster roster) {
        JsonBuffer head = new JsonBuffer(64);
        byte[][] heads = new byte[roster.agentCount()][];
        for (int agent = 0; agent < heads.length; agent++) {
            head.clear().raw(agent == 0 ? "{\"id\":" : ",{\"id\":").number(roster.id(agent));
            head.raw(",\"sphere\":").string(roster.sphere(agent)).raw(",\"x\":");
            heads[agent] = head.toByteArray();
        }
        agentHeads = heads;
        prepared = roster;
    }
}
