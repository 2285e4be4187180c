package io.essaim.client;

import io.essaim.protocol.Message;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Writes what a client says in {@code essaim.v1.sbe}.
 *
 * <p>The buffers are big-endian again at the end, which alters no byte: the JDK masks eight bytes at once, reads them in the
 * buffer's order and writes them big-endian, so that it would send a little-endian buffer's bytes reversed.
 */
final class ClientMessages {
    private static final int PING_TEMPLATE_ID = 31;
    private static final int STATS_TEMPLATE_ID = 32;
    private static final int SCHEMA_VERSION = 0;

    /** What a uint32 field holds where there is no value. */
    private static final int UINT32_NULL = -1;

    private ClientMessages() {}

    static ByteBuffer ping(double echo) {
        return finished(begun(PING_TEMPLATE_ID, Double.BYTES).putDouble(echo));
    }

    static ByteBuffer stats(Message.Stats stats) {
        Message.Ages ages = stats.ages();
        return finished(begun(STATS_TEMPLATE_ID, 4 * Integer.BYTES)
                .putInt((int) stats.skipped())
                .putInt(ages == null ? UINT32_NULL : (int) ages.p50Micros())
                .putInt(ages == null ? UINT32_NULL : (int) ages.p99Micros())
                .putInt(stats.fpsHundredths()));
    }

    private static ByteBuffer begun(int templateId, int blockLength) {
        return ByteBuffer.allocate(WireReader.HEADER_BYTES + blockLength)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort((short) blockLength)
                .putShort((short) templateId)
                .putShort((short) WireReader.SCHEMA_ID)
                .putShort((short) SCHEMA_VERSION);
    }

    private static ByteBuffer finished(ByteBuffer message) {
        return message.order(ByteOrder.BIG_ENDIAN).flip();
    }
}
