package io.essaim.server.stream;

import io.essaim.server.observe.Counter;
import io.essaim.server.observe.Counters;
import java.util.zip.Deflater;

/**
 * Compresses messages for permessage-deflate (RFC 7692), each by itself: none refers to an earlier one, so that a message
 * may go to any client, between any others. Holds a quarter of a megabyte outside the heap. One thread; allocates only when
 * a message is larger than any before.
 */
public final class MessageDeflater {
    /** The bytes 00 00 ff ff that end every flush and are not sent. */
    private static final int TAIL_BYTES = 4;

    private final Deflater deflater;
    private final long thresholdBytes;
    private final Counters counters;

    // its owner's thread
    private byte[] deflated = new byte[1 << 13];
    private int length;

    /**
     * @param level 1, the quickest, to 9, the smallest
     * @param thresholdBytes payloads up to it stay as they are
     */
    public MessageDeflater(int level, long thresholdBytes, Counters counters) {
        this.deflater = new Deflater(level, true);
        this.thresholdBytes = thresholdBytes;
        this.counters = counters;
    }

    /**
     * Compresses the first bytes of an array.
     *
     * @return false when they are to be sent as they are: too few, or not to be made fewer
     */
    public boolean deflate(byte[] payload, int payloadLength) {
        if (payloadLength <= thresholdBytes) {
            return false;
        }
        ensure(payloadLength);
        deflater.reset();
        deflater.setInput(payload, 0, payloadLength);
        int written = deflater.deflate(deflated, 0, deflated.length, Deflater.SYNC_FLUSH);
        if (written == deflated.length) {
            throw new IllegalStateException("no end of flush within " + written + " bytes");
        }
        length = written - TAIL_BYTES;
        if (length >= payloadLength) {
            return false;
        }
        counters.add(Counter.DEFLATE_BYTES_IN, payloadLength);
        counters.add(Counter.DEFLATE_BYTES_OUT, length);
        return true;
    }

    /** The bytes themselves, valid from 0 to {@link #length()} until the next message. */
    public byte[] array() {
        return deflated;
    }

    /** Of what was compressed last. */
    public int length() {
        return length;
    }

    private void ensure(int payloadLength) {
        // What cannot be compressed is stored, in blocks whose heads take less than a 256th.
        int most = payloadLength + (payloadLength >> 8) + 64;
        if (deflated.length < most) {
            deflated = new byte[most + most / 8];
        }
    }
}
