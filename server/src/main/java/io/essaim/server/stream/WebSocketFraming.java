package io.essaim.server.stream;

import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
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

    /** In place of a length: it follows in 16 bits. */
    private static final byte LENGTH_16 = 126;

    /** In 64. */
    private static final byte LENGTH_64 = 127;

    private WebSocketFraming() {}

    public static int headerLength(int payloadLength) {
        return payloadLength <= 125 ? 2 : payloadLength <= 0xFFFF ? 4 : 10;
    }

    /** Where the payload begins in bytes that begin with such a header. */
    public static int payloadOffset(DirectBuffer message) {
        return switch (message.getByte(1)) {
            case LENGTH_16 -> 4;
            case LENGTH_64 -> 10;
            default -> 2;
        };
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
            buffer.putByte(offset + 1, LENGTH_16);
            buffer.putShort(offset + 2, (short) payloadLength, ByteOrder.BIG_ENDIAN);
            return 4;
        }
        buffer.putByte(offset + 1, LENGTH_64);
        buffer.putLong(offset + 2, payloadLength, ByteOrder.BIG_ENDIAN);
        return 10;
    }
}
