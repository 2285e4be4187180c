package io.essaim.protocol.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Bytes of JSON text, appended to; grows and never shrinks. Writing numbers and prepared bytes allocates nothing. Not
 * thread-safe.
 */
public final class JsonBuffer {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final int LONG_DIGITS_MAX = 20;

    private byte[] bytes;
    private int length;

    public JsonBuffer(int capacity) {
        bytes = new byte[capacity];
    }

    public JsonBuffer clear() {
        length = 0;
        return this;
    }

    public int length() {
        return length;
    }

    /** The bytes themselves, valid from 0 to {@link #length()} until the next append. */
    public byte[] array() {
        return bytes;
    }

    public byte[] toByteArray() {
        return Arrays.copyOf(bytes, length);
    }

    /** Appends bytes as they are. */
    public JsonBuffer raw(byte[] text) {
        ensure(text.length);
        System.arraycopy(text, 0, bytes, length, text.length);
        length += text.length;
        return this;
    }

    /** Appends ASCII text as it is. */
    public JsonBuffer raw(String ascii) {
        int count = ascii.length();
        ensure(count);
        for (int i = 0; i < count; i++) {
            bytes[length++] = (byte) ascii.charAt(i);
        }
        return this;
    }

    public JsonBuffer raw(char ascii) {
        ensure(1);
        bytes[length++] = (byte) ascii;
        return this;
    }

    /** Appends a string in quotes, escaped as RFC 8259 section 7 asks; allocates nothing when there is nothing to escape. */
    public JsonBuffer string(String text) {
        int count = text.length();
        ensure(2 + count);
        bytes[length] = '"';
        for (int i = 0; i < count; i++) {
            char c = text.charAt(i);
            if (c < 0x20 || c > 0x7E || c == '"' || c == '\\') {
                // What has been written so far is overwritten.
                return escaped(text);
            }
            bytes[length + 1 + i] = (byte) c;
        }
        bytes[length + 1 + count] = '"';
        length += 2 + count;
        return this;
    }

    private JsonBuffer escaped(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        ensure(2 + 6 * utf8.length);
        bytes[length++] = '"';
        for (byte b : utf8) {
            if (b == '"' || b == '\\') {
                bytes[length++] = '\\';
                bytes[length++] = b;
            } else if (b >= 0 && b < 0x20) {
                raw("\\u00");
                bytes[length++] = HEX[b >> 4];
                bytes[length++] = HEX[b & 15];
            } else {
                bytes[length++] = b;
            }
        }
        bytes[length++] = '"';
        return this;
    }

    public JsonBuffer number(long value) {
        return decimal(value, 0);
    }

    /** Appends {@code value / 10^decimals} with exactly so many decimals; zero has no sign. */
    public JsonBuffer decimal(long value, int decimals) {
        ensure(LONG_DIGITS_MAX + 2 + decimals);
        long rest = value;
        if (rest < 0) {
            if (rest == Long.MIN_VALUE) {
                throw new IllegalArgumentException("value=" + value + ", above " + Long.MIN_VALUE);
            }
            bytes[length++] = '-';
            rest = -rest;
        }
        int digits = Math.max(digits(rest), decimals + 1);
        int end = length + digits + (decimals > 0 ? 1 : 0);
        int at = end;
        int left = decimals;
        // Digits come out last first; int division is the cheaper one and all grids fit it.
        while (rest > Integer.MAX_VALUE) {
            bytes[--at] = (byte) ('0' + rest % 10);
            rest /= 10;
            if (--left == 0) {
                bytes[--at] = '.';
            }
        }
        int small = (int) rest;
        while (at > length) {
            int next = small / 10;
            bytes[--at] = (byte) ('0' + (small - next * 10));
            small = next;
            if (--left == 0) {
                bytes[--at] = '.';
            }
        }
        length = end;
        return this;
    }

    /** Appends a finite double: whole numbers without a fraction, others as Java prints them. */
    public JsonBuffer number(double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("value=" + value + ", JSON has finite numbers only");
        }
        if (value == Math.rint(value) && Math.abs(value) < 1e15) {
            return number((long) value);
        }
        return raw(Double.toString(value));
    }

    private static int digits(long value) {
        int digits = 1;
        for (long power = 10; value >= power; power *= 10) {
            digits++;
            if (digits == LONG_DIGITS_MAX - 1) {
                break;
            }
        }
        return digits;
    }

    private void ensure(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }
}
