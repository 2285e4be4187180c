package io.essaim.protocol.swarm.delta;

import java.nio.ByteBuffer;

/**
 * Reads what {@link RangeEncoder} wrote. Past the end there are zeros, of which no more than four bytes are ever asked for:
 * {@link #isExact} tells whether it was so.
 */
final class RangeDecoder {
    private static final long LEAST_RANGE = 1 << 24;
    private static final int AHEAD = 4;

    private byte[] bytes = new byte[256];
    private int length;
    private int next;
    private long code;
    private long range;
    private boolean isDamaged;

    /** Takes the bytes between the buffer's position and its limit. */
    void begin(ByteBuffer coded) {
        length = coded.remaining();
        if (length > bytes.length) {
            bytes = new byte[Math.max(length, 2 * bytes.length)];
        }
        coded.get(coded.position(), bytes, 0, length);
        next = 0;
        code = 0;
        range = 0xFFFF_FFFFL;
        for (int i = 0; i < AHEAD; i++) {
            code = (code << 8) | take();
        }
        isDamaged = false;
        checkCode();
    }

    /** Reads a bit that was as likely to be 1 as two entries said, and corrects both. */
    int read(int[] entries, int index, int[] others, int otherIndex) {
        int entry = entries[index];
        int other = others[otherIndex];
        int bit = narrow((range >>> 12) * Models.chance(entry, other));
        entries[index] = Models.learn(entry, bit);
        others[otherIndex] = Models.learn(other, bit);
        return bit;
    }

    /** Likewise, of one entry. */
    int read(int[] entries, int index) {
        int entry = entries[index];
        int bit = narrow((range >>> 12) * Models.chance(entry, entry));
        entries[index] = Models.learn(entry, bit);
        return bit;
    }

    /** Reads a bit that is 1 once in {@value RangeEncoder#RARELY} times. */
    int readRare() {
        return narrow(range / RangeEncoder.RARELY);
    }

    /** Reads a number of so many bits that were written as they are. */
    int readRaw(int count) {
        int number = 0;
        int left = count;
        while (left > 0) {
            int now = Math.min(left, RangeEncoder.RAW_BITS);
            left -= now;
            range >>>= now;
            long bits = Math.min(code / range, (1 << now) - 1);
            code -= bits * range;
            number = (number << now) | (int) bits;
            checkCode();
            normalise();
        }
        return number;
    }

    /** What lies beyond the range was not written: it is noted, and read as something that was. */
    private void checkCode() {
        if (code >= range) {
            code = range - 1;
            isDamaged = true;
        }
    }

    private int narrow(long bound) {
        int bit;
        if (code < bound) {
            range = bound;
            bit = 1;
        } else {
            code -= bound;
            range -= bound;
            bit = 0;
        }
        normalise();
        return bit;
    }

    private void normalise() {
        while (range < LEAST_RANGE) {
            range <<= 8;
            code = (code << 8) | take();
        }
    }

    private int take() {
        int taken = next < length ? bytes[next] & 0xFF : 0;
        next++;
        return taken;
    }

    /** Whether more was read than there can have been. */
    boolean isPastEnd() {
        return next - AHEAD > length;
    }

    /** Whether something was read that cannot have been written. */
    boolean isDamaged() {
        return isDamaged;
    }

    /** Whether all that there was has been read, and nothing more. */
    boolean isExact() {
        return next >= length && !isPastEnd();
    }

    int length() {
        return length;
    }
}
