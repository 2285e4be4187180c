package io.essaim.bench.peers;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The message that is sent at every tick, but for the two fields that tell the ticks apart.
 *
 * <pre>
 *   0        8           12            20
 *   +--------+-----------+-------------+- - -
 *   |  as is | sequence  | time_us     | as is
 *   |        | uint32 LE | uint64 LE   |
 *   +--------+-----------+-------------+- - -
 * </pre>
 */
final class Frame {
    static final int SEQUENCE_OFFSET = 8;
    static final int TIME_OFFSET = 12;
    static final int LENGTH_MIN = 20;

    private final byte[] template;

    /** @param template at least {@link #LENGTH_MIN} bytes */
    Frame(byte[] template) {
        if (template.length < LENGTH_MIN) {
            throw new IllegalArgumentException("length=" + template.length + ", at least " + LENGTH_MIN);
        }
        this.template = template.clone();
    }

    /** A message of its own, which is never written to again. */
    byte[] at(long sequence, long timeMicros) {
        byte[] message = template.clone();
        ByteBuffer.wrap(message)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(SEQUENCE_OFFSET, (int) sequence)
                .putLong(TIME_OFFSET, timeMicros);
        return message;
    }
}
