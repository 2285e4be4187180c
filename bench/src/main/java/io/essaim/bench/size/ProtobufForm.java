package io.essaim.bench.size;

import com.google.protobuf.CodedOutputStream;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.StreamDescription;
import io.essaim.protocol.swarm.SwarmFrame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * The message that one would write down first. JSON's {@code timestamp} and {@code agent_count} follow from the rest and
 * are left out.
 *
 * <pre>
 *   syntax = "proto3";
 *   message SwarmUpdate {
 *     uint32 seq = 1;
 *     uint64 time_us = 2;
 *     uint32 frequency = 3;
 *     repeated Agent agents = 4;
 *   }
 *   message Agent {
 *     uint32 id = 1;
 *     string sphere = 2;
 *     float x = 3;
 *     float y = 4;
 *     float z = 5;
 *     float frequency = 6;
 *   }
 * </pre>
 *
 * <p>What is zero or empty is left out, as generated code does.
 */
final class ProtobufForm implements FrameForm {
    private static final int FIRST_COMPONENT = 3;

    private final StreamDescription stream;

    ProtobufForm(StreamDescription stream) {
        this.stream = stream;
    }

    @Override
    public String name() {
        return "Protobuf";
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
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            CodedOutputStream out = CodedOutputStream.newInstance(bytes);
            writeHead(frame, out);
            for (int agent = 0; agent < frame.agentCount(); agent++) {
                out.writeByteArray(4, agent(frame, agent, roster));
            }
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** Fields 1 to 3. */
    static void writeHead(SwarmFrame frame, CodedOutputStream out) throws IOException {
        if (frame.sequence() != 0) {
            out.writeUInt32(1, (int) frame.sequence());
        }
        if (frame.timeMicros() != 0) {
            out.writeUInt64(2, frame.timeMicros());
        }
        if (frame.targetFrequency() != 0) {
            out.writeUInt32(3, frame.targetFrequency());
        }
    }

    private byte[] agent(SwarmFrame frame, int agent, Roster roster) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        if (roster.id(agent) != 0) {
            out.writeUInt32(1, (int) roster.id(agent));
        }
        if (!roster.sphere(agent).isEmpty()) {
            out.writeString(2, roster.sphere(agent));
        }
        for (int component = 0; component < SwarmFrame.COMPONENTS; component++) {
            float value = (float) stream.components().get(component).value(frame.values(component)[agent]);
            if (Float.floatToRawIntBits(value) != 0) {
                out.writeFloat(FIRST_COMPONENT + component, value);
            }
        }
        out.flush();
        return bytes.toByteArray();
    }
}
