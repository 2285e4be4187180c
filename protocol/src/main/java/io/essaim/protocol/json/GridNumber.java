package io.essaim.protocol.json;

/**
 * Puts a number as JSON writes it on a grid of decimals, by its digits alone: no double comes between, so the rounding is
 * that of the number as written, half away from zero. Allocates nothing.
 */
final class GridNumber {
    /** What no 32 bits hold, and no agent's id is. */
    static final long TOO_LARGE = Long.MAX_VALUE;

    private static final int EXPONENT_MAX = 10_000;

    /** A long holds every number of so many digits. */
    private static final int DIGITS_MAX = 18;

    private GridNumber() {}

    /**
     * The number times 10^decimals, rounded; {@link #TOO_LARGE} when that has more than 18 digits, whatever its sign.
     *
     * @param chars hold a number of RFC 8259 from {@code offset} on, {@code length} long
     */
    static long of(char[] chars, int offset, int length, int decimals) {
        int end = offset + length;
        int start = chars[offset] == '-' ? offset + 1 : offset;
        int digits = 0;
        int afterPoint = 0;
        int exponent = 0;
        boolean pointSeen = false;
        int mantissaEnd = end;
        for (int i = start; i < end; i++) {
            char c = chars[i];
            if (c == '.') {
                pointSeen = true;
            } else if (c == 'e' || c == 'E') {
                mantissaEnd = i;
                exponent = exponent(chars, i + 1, end);
                break;
            } else {
                // Zeros in front count for nothing but their place.
                digits += digits > 0 || c != '0' ? 1 : 0;
                afterPoint += pointSeen ? 1 : 0;
            }
        }
        long magnitude = magnitude(chars, start, mantissaEnd, digits, exponent - afterPoint + decimals);
        return start > offset && magnitude != TOO_LARGE ? -magnitude : magnitude;
    }

    /** @param shift the whole number that the digits make is to be multiplied by 10^shift */
    private static long magnitude(char[] chars, int start, int end, int digits, int shift) {
        int kept = digits + shift;
        if (digits == 0 || kept < 0) {
            return 0;
        }
        if (kept > DIGITS_MAX) {
            return TOO_LARGE;
        }
        long value = 0;
        int taken = 0;
        for (int i = start; i < end && taken <= kept; i++) {
            int digit = chars[i] - '0';
            if (chars[i] == '.' || (taken == 0 && digit == 0)) {
                continue;
            }
            if (taken == kept) {
                // The first one that is cut off decides.
                return digit >= 5 ? value + 1 : value;
            }
            value = 10 * value + digit;
            taken++;
        }
        for (; taken < kept; taken++) {
            value *= 10;
        }
        return value;
    }

    /** Bounded: beyond, every number is too large or rounds to zero. */
    private static int exponent(char[] chars, int start, int end) {
        int first = chars[start] == '-' || chars[start] == '+' ? start + 1 : start;
        int exponent = 0;
        for (int i = first; i < end; i++) {
            exponent = Math.min(10 * exponent + chars[i] - '0', EXPONENT_MAX);
        }
        return chars[start] == '-' ? -exponent : exponent;
    }
}
