package io.essaim.protocol.swarm.delta;

import java.util.Arrays;

/**
 * A range coder (G. N. N. Martin, "Range encoding", 1979): a bit costs as much as it is unlikely. What is left of the interval
 * decides over the last bytes, of which no more than needed are written.
 */
final class RangeEncoder {
    static final int RARELY = 64;
    static final int RAW_BITS = 12;

    private static final long LEAST_RANGE = 1 << 24;
    private static final long ALL = 0xFFFF_FFFFL;

    private byte[] bytes = new byte[256];
    private int length;
    private long low;
    private long range;

    void begin() {
        length = 0;
        low = 0;
        range = ALL;
    }

    /** Writes a bit that was as likely to be 1 as two entries said, and corrects both. */
    void write(int bit, int[] entries, int index, int[] others, int otherIndex) {
        int entry = entries[index];
        int other = others[otherIndex];
        narrow(bit, (range >>> 12) * Models.chance(entry, other));
        entries[index] = Models.learn(entry, bit);
        others[otherIndex] = Models.learn(other, bit);
    }

    /** Likewise, of one entry. */
    void write(int bit, int[] entries, int index) {
        int entry = entries[index];
        narrow(bit, (range >>> 12) * Models.chance(entry, entry));
        entries[index] = Models.learn(entry, bit);
    }

    /** Writes a bit that is 1 once in {@value #RARELY} times. */
    void writeRare(int bit) {
        narrow(bit, range / RARELY);
    }

    /** Writes the lowest {@code count} bits of a number as they are: the highest first, up to {@value #RAW_BITS} at once. */
    void writeRaw(int number, int count) {
        int left = count;
        while (left > 0) {
            int now = Math.min(left, RAW_BITS);
            left -= now;
            range >>>= now;
            low += range * ((number >>> left) & ((1 << now) - 1));
            normalise();
        }
    }

    private void narrow(int bit, long bound) {
        if (bit != 0) {
            range = bound;
        } else {
            low += bound;
            range -= bound;
        }
        normalise();
    }

    private void normalise() {
        while (range < LEAST_RANGE) {
            shift();
        }
    }

    private void shift() {
        if (low > ALL) {
            carry();
        }
        put((int) (low >>> 24));
        low = (low << 8) & ALL;
        range <<= 8;
    }

    private void carry() {
        int last = length - 1;
        while (++bytes[last] == 0) {
            last--;
        }
        low &= ALL;
    }

    private void put(int value) {
        if (length == bytes.length) {
            bytes = Arrays.copyOf(bytes, 2 * length);
        }
        bytes[length++] = (byte) value;
    }

    /** Writes what is left; returns how many of {@link #bytes()} there are. */
    int end() {
        int count = 0;
        while (roundedUp(count) >= low + range) {
            count++;
        }
        low = roundedUp(count);
        for (int i = 0; i < count; i++) {
            shift();
        }
        if (low > ALL) {
            carry();
        }
        return length;
    }

    /** The least number from {@code low} on that ends after so many bytes. */
    private long roundedUp(int count) {
        long below = ALL >>> (8 * count);
        return (low + below) & ~below;
    }

    /** From 0; valid until the next beginning. */
    byte[] bytes() {
        return bytes;
    }
}
