package io.essaim.bench.size;

import com.google.protobuf.CodedOutputStream;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.SwarmFrame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * The best that Protobuf can do with what makes {@link SbeForm} small, the grid and the roster: columns of integers, packed.
 *
 * <pre>
 *   syntax = "proto3";
 *   message SwarmFrame {
 *     uint32 seq = 1;
 *     uint64 time_us = 2;
 *     uint32 frequency = 3;
 *     uint32 roster_version = 4;
 *     repeated sint32 x = 5;
 *     repeated sint32 y = 6;
 *     repeated sint32 z = 7;
 *     repeated sint32 frequencies = 8;
 *   }
 * </pre>
 */
final class ProtobufGridForm implements FrameForm {
    private static final int FIRST_COMPONENT = 5;

    @Override
    public String name() {
        return "Protobuf, packed grid";
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
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            CodedOutputStream out = CodedOutputStream.newInstance(bytes);
            ProtobufForm.writeHead(frame, out);
            if (frame.rosterVersion() != 0) {
                out.writeUInt32(4, frame.rosterVersion());
            }
            for (int component = 0; component < SwarmFrame.COMPONENTS; component++) {
                out.writeByteArray(FIRST_COMPONENT + component, column(frame, component));
            }
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static byte[] column(SwarmFrame frame, int component) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        for (int agent = 0; agent < frame.agentCount(); agent++) {
            out.writeSInt32NoTag(frame.values(component)[agent]);
        }
        out.flush();
        return bytes.toByteArray();
    }
}
