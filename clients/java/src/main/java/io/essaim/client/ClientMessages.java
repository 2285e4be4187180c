package io.essaim.client;

import io.essaim.protocol.Message;
import io.essaim.protocol.swarm.AgentIds;
import io.essaim.protocol.swarm.Box;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.Selection;
import io.essaim.protocol.swarm.SwarmFrame;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Writes what a client says in {@code essaim.v1.sbe}.
 *
 * <p>The buffers are big-endian again at the end, which alters no byte: the JDK masks eight bytes at once, reads them in the
 * buffer's order and writes them big-endian, so that it would send a little-endian buffer's bytes reversed.
 */
final class ClientMessages {
    private static final int FRAME_16_TEMPLATE_ID = 1;
    private static final int FRAME_32_TEMPLATE_ID = 2;
    private static final int ROSTER_TEMPLATE_ID = 10;
    private static final int SUBSCRIBE_TEMPLATE_ID = 30;
    private static final int PING_TEMPLATE_ID = 31;
    private static final int STATS_TEMPLATE_ID = 32;
    private static final int AUTH_TEMPLATE_ID = 39;
    private static final int SCHEMA_VERSION = 0;

    private static final int FRAME_BLOCK = 18;
    private static final int ROSTER_BLOCK = 4;
    private static final int ROSTER_AGENT_BLOCK = 6;
    private static final int SUBSCRIBE_BLOCK = 3 + 6 * Double.BYTES;
    static final int GROUP_HEADER_BYTES = 6;
    private static final int TEXT_HEADER_BYTES = 4;

    /** Reserved: there is one stream. */
    private static final short STREAM_ID = 0;

    /** What a uint32 field holds where there is no value. */
    private static final int UINT32_NULL = -1;

    /** What a form holds where there is no value: the connection's own. */
    private static final byte FORM_NULL = -1;

    private ClientMessages() {}

    static ByteBuffer ping(double echo) {
        return finished(begun(PING_TEMPLATE_ID, Double.BYTES, 0).putDouble(echo));
    }

    static ByteBuffer stats(Message.Stats stats) {
        Message.Ages ages = stats.ages();
        return finished(begun(STATS_TEMPLATE_ID, 4 * Integer.BYTES, 0)
                .putInt((int) stats.skipped())
                .putInt(ages == null ? UINT32_NULL : (int) ages.p50Micros())
                .putInt(ages == null ? UINT32_NULL : (int) ages.p99Micros())
                .putInt(stats.fpsHundredths()));
    }

    static ByteBuffer subscribe(Message.Subscribe subscribe) {
        Selection selection = subscribe.selection();
        List<byte[]> spheres =
                selection.spheres().stream().map(ClientMessages::utf8).toList();
        AgentIds ids = selection.agents();
        byte[] agents = utf8(ids == null ? "" : ids.toString());
        byte[] requestId = utf8(subscribe.requestId());
        int textBytes = GROUP_HEADER_BYTES + bytes(spheres) + bytes(List.of(agents, requestId));
        Message.Form form = subscribe.form();
        ByteBuffer out = begun(SUBSCRIBE_TEMPLATE_ID, SUBSCRIBE_BLOCK, textBytes)
                .putShort((short) subscribe.fps())
                .put(form == null ? FORM_NULL : number(form));
        Box box = selection.box();
        for (int i = 0; i < 6; i++) {
            out.putDouble(box == null ? Double.NaN : box.numbers()[i]);
        }
        group(out, 0, spheres.size());
        spheres.forEach(sphere -> text(out, sphere));
        text(out, agents);
        text(out, requestId);
        return finished(out);
    }

    static ByteBuffer auth(Message.Auth auth) {
        List<byte[]> texts = List.of(utf8(auth.token()), utf8(auth.requestId()));
        ByteBuffer out = begun(AUTH_TEMPLATE_ID, 0, bytes(texts));
        texts.forEach(text -> text(out, text));
        return finished(out);
    }

    static ByteBuffer roster(Roster roster) {
        List<byte[]> spheres =
                roster.spheres().stream().map(ClientMessages::utf8).toList();
        int agents = roster.agentCount();
        ByteBuffer out = begun(
                        ROSTER_TEMPLATE_ID,
                        ROSTER_BLOCK,
                        2 * GROUP_HEADER_BYTES + bytes(spheres) + agents * ROSTER_AGENT_BLOCK)
                .putShort((short) roster.version())
                .putShort(STREAM_ID);
        group(out, 0, spheres.size());
        spheres.forEach(sphere -> text(out, sphere));
        group(out, ROSTER_AGENT_BLOCK, agents);
        for (int agent = 0; agent < agents; agent++) {
            out.putInt((int) roster.id(agent)).putShort((short) roster.sphereIndex(agent));
        }
        return finished(out);
    }

    /** @param valueBits 16 or 32; with 16 the values have to fit */
    static ByteBuffer frame(SwarmFrame frame, int valueBits) {
        int agents = frame.agentCount();
        int agentBytes = SwarmFrame.COMPONENTS * valueBits / Byte.SIZE;
        int templateId = valueBits == Short.SIZE ? FRAME_16_TEMPLATE_ID : FRAME_32_TEMPLATE_ID;
        ByteBuffer out = begun(templateId, FRAME_BLOCK, GROUP_HEADER_BYTES + agents * agentBytes)
                .putInt((int) frame.sequence())
                .putLong(frame.timeMicros())
                .putShort((short) frame.rosterVersion())
                .putShort(STREAM_ID)
                .putShort((short) frame.targetFrequency());
        group(out, agentBytes, agents);
        for (int agent = 0; agent < agents; agent++) {
            for (int component = 0; component < SwarmFrame.COMPONENTS; component++) {
                int value = frame.values(component)[agent];
                if (valueBits == Short.SIZE) {
                    out.putShort((short) value);
                } else {
                    out.putInt(value);
                }
            }
        }
        return finished(out);
    }

    private static byte number(Message.Form form) {
        return switch (form) {
            case JSON -> 0;
            case PLAIN -> 1;
            case DELTA -> 2;
        };
    }

    static ByteBuffer begun(int templateId, int blockLength, int bytesAfterBlock) {
        return ByteBuffer.allocate(WireReader.HEADER_BYTES + blockLength + bytesAfterBlock)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort((short) blockLength)
                .putShort((short) templateId)
                .putShort((short) WireReader.SCHEMA_ID)
                .putShort((short) SCHEMA_VERSION);
    }

    static void group(ByteBuffer out, int blockLength, int count) {
        out.putShort((short) blockLength).putInt(count);
    }

    static void text(ByteBuffer out, byte[] utf8) {
        out.putInt(utf8.length).put(utf8);
    }

    static int bytes(List<byte[]> texts) {
        return texts.stream().mapToInt(text -> TEXT_HEADER_BYTES + text.length).sum();
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static ByteBuffer finished(ByteBuffer message) {
        return message.order(ByteOrder.BIG_ENDIAN).flip();
    }
}
