package io.essaim.server.stream;

import java.nio.ByteOrder;
import org.agrona.MutableDirectBuffer;

/**
 * The header of an unmasked, unfragmented WebSocket message (RFC 6455, section 5.2):
 *
 * <pre>
 *   0               1               2 … 3            2 … 9
 *  +-+-----+-------+-+-------------+----------------+--------------------+
 *  |1|0 0 0|opcode |0| 0 … 125     |                |                    |
 *  |1|0 0 0|opcode |0| 126         | length, uint16 |                    |
 *  |1|0 0 0|opcode |0| 127         |                | length, uint64     |
 *  +-+-----+-------+-+-------------+----------------+--------------------+
 * </pre>
 */
public final class WebSocketFraming {
    public static final int TEXT = 1;
    public static final int BINARY = 2;
    public static final int HEADER_BYTES_MAX = 10;

    /** Joined to an opcode: the first reserved bit, which says that the payload is deflated (RFC 7692, section 7.2). */
    public static final int DEFLATED = 0x40;

    private static final int FIN = 0x80;

    private WebSocketFraming() {}

    public static int headerLength(int payloadLength) {
        return payloadLength <= 125 ? 2 : payloadLength <= 0xFFFF ? 4 : 10;
    }

    /**
     * Writes the header at {@code offset}; returns its length.
     *
     * @param opcode with {@link #DEFLATED} or without
     */
    public static int writeHeader(MutableDirectBuffer buffer, int offset, int opcode, int payloadLength) {
        buffer.putByte(offset, (byte) (FIN | opcode));
        if (payloadLength <= 125) {
            buffer.putByte(offset + 1, (byte) payloadLength);
            return 2;
        } else if (payloadLength <= 0xFFFF) {
            buffer.putByte(offset + 1, (byte) 126);
            buffer.putShort(offset + 2, (short) payloadLength, ByteOrder.BIG_ENDIAN);
            return 4;
        }
        buffer.putByte(offset + 1, (byte) 127);
        buffer.putLong(offset + 2, payloadLength, ByteOrder.BIG_ENDIAN);
        return 10;
    }
}
