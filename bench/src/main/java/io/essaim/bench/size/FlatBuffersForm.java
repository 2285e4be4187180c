package io.essaim.bench.size;

import com.google.flatbuffers.FlatBufferBuilder;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.StreamDescription;
import io.essaim.protocol.swarm.SwarmFrame;

/**
 * A vector of structs, which hold no strings: the labels are a vector of their own, in every frame.
 *
 * <pre>
 *   table SwarmUpdate {
 *     seq:uint;
 *     time_us:ulong;
 *     frequency:ushort;
 *     spheres:[string];
 *     agents:[Agent];
 *   }
 *
 *   0         4       6    8    12   16   20          24
 *   struct Agent {
 *   | id:uint | sphere|    | x  | y  | z  | frequency |
 *   }          :ushort pad  :float each
 * </pre>
 */
final class FlatBuffersForm implements FrameForm {
    static final int AGENT_BYTES = 24;

    private final StreamDescription stream;
    private final FlatBufferBuilder builder = new FlatBufferBuilder(1 << 12);

    FlatBuffersForm(StreamDescription stream) {
        this.stream = stream;
    }

    @Override
    public String name() {
        return "FlatBuffers";
    }

    @Override
    public boolean exact() {
        return false;
    }

    @Override
    public boolean namesAgents() {
        return true;
    }

    @Override
    public byte[] encode(SwarmFrame frame, Roster roster) {
        builder.clear();
        int agents = agents(frame, roster);
        int spheres = builder.createVectorOfTables(
                roster.spheres().stream().mapToInt(builder::createString).toArray());
        builder.startTable(5);
        builder.addLong(1, frame.timeMicros(), 0);
        builder.addOffset(4, agents, 0);
        builder.addOffset(3, spheres, 0);
        builder.addInt(0, (int) frame.sequence(), 0);
        builder.addShort(2, (short) frame.targetFrequency(), 0);
        builder.finish(builder.endTable());
        return builder.sizedByteArray();
    }

    /** The builder writes from the end: last agent and last field first. */
    private int agents(SwarmFrame frame, Roster roster) {
        builder.startVector(AGENT_BYTES, frame.agentCount(), Float.BYTES);
        for (int agent = frame.agentCount() - 1; agent >= 0; agent--) {
            builder.prep(Float.BYTES, AGENT_BYTES);
            for (int component = SwarmFrame.COMPONENTS - 1; component >= 0; component--) {
                builder.putFloat((float) stream.components().get(component).value(frame.values(component)[agent]));
            }
            builder.pad(Short.BYTES);
            builder.putShort((short) roster.sphereIndex(agent));
            builder.putInt((int) roster.id(agent));
        }
        return builder.endVector();
    }
}
