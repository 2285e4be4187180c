package io.essaim.server.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * A client's half of permessage-deflate, as RFC 7692 section 7.2 has it, in both ways at once: with the window of all
 * messages before, as most clients read, and with none. They must not differ.
 */
public final class PerMessageInflater {
    private static final byte[] TAIL = {0, 0, -1, -1};

    private final Inflater continued = new Inflater(true);

    /** The payload that a compressed one stands for. */
    public byte[] inflate(byte[] payload) throws IOException {
        byte[] alone = inflate(new Inflater(true), payload);
        byte[] inContext = inflate(continued, payload);
        if (!Arrays.equals(alone, inContext)) {
            throw new IOException("a message of " + alone.length + " bytes depends on those before it");
        }
        return alone;
    }

    private static byte[] inflate(Inflater inflater, byte[] payload) throws IOException {
        byte[] whole = Arrays.copyOf(payload, payload.length + TAIL.length);
        System.arraycopy(TAIL, 0, whole, payload.length, TAIL.length);
        inflater.setInput(whole);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] part = new byte[1 << 16];
        try {
            for (int n = inflater.inflate(part); n > 0; n = inflater.inflate(part)) {
                out.write(part, 0, n);
            }
        } catch (DataFormatException e) {
            throw new IOException(e);
        }
        if (inflater.getRemaining() != 0) {
            throw new IOException(inflater.getRemaining() + " bytes are left over");
        }
        return out.toByteArray();
    }

    /** Compresses a payload by itself, as a client does. */
    public static byte[] deflate(byte[] payload) {
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        deflater.setInput(payload);
        byte[] out = new byte[payload.length + payload.length / 100 + 64];
        int length = deflater.deflate(out, 0, out.length, Deflater.SYNC_FLUSH);
        deflater.end();
        return Arrays.copyOf(out, length - TAIL.length);
    }
}
