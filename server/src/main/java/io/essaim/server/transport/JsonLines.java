package io.essaim.server.transport;

import io.vertx.core.buffer.Buffer;
import java.util.Arrays;

/** Finds the lines of a text that comes in pieces. What is held between pieces is a line at most. */
final class JsonLines {
    /** Hears of the lines. */
    interface Listener {
        /**
         * @param bytes are not kept
         * @return whether to go on; if not, the rest is not looked at
         */
        boolean line(byte[] bytes, int from, int to);
    }

    private final int lineBytesMax;

    /** A line that has begun, at the start. */
    private byte[] held = new byte[0];

    private int length;

    /** @param lineBytesMax without the line break */
    JsonLines(int lineBytesMax) {
        this.lineBytesMax = lineBytesMax;
    }

    /** Bytes that are held. */
    int length() {
        return length;
    }

    /** @return false when a line is too long; those before it were told */
    boolean append(Buffer piece, Listener listener) {
        int at = length;
        if (held.length < length + piece.length()) {
            held = Arrays.copyOf(held, Math.max(length + piece.length(), 2 * length));
        }
        piece.getBytes(held, length);
        length += piece.length();
        int from = 0;
        for (; at < length; at++) {
            if (held[at] == '\n') {
                if (at - from > lineBytesMax) {
                    return false;
                }
                if (!listener.line(held, from, at)) {
                    return true;
                }
                from = at + 1;
            }
        }
        length -= from;
        System.arraycopy(held, from, held, 0, length);
        return length <= lineBytesMax;
    }

    /** The last line, which needs no break. */
    void end(Listener listener) {
        if (length > 0) {
            listener.line(held, 0, length);
        }
        length = 0;
    }
}
