package io.essaim.server.config;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An amount of memory.
 *
 * @param bytes 0 or more
 */
public record ByteSize(long bytes) implements Comparable<ByteSize> {
    private static final Pattern NOTATION = Pattern.compile("([0-9]{1,18}) ?([a-z]*)");
    private static final Map<String, Long> UNITS = Map.of(
            "",
            1L,
            "b",
            1L,
            "kb",
            1_000L,
            "mb",
            1_000_000L,
            "gb",
            1_000_000_000L,
            "kib",
            1L << 10,
            "mib",
            1L << 20,
            "gib",
            1L << 30);

    public ByteSize {
        if (bytes < 0) {
            throw new IllegalArgumentException("bytes=" + bytes + ", 0 or more");
        }
    }

    public static ByteSize kibibytes(long count) {
        return new ByteSize(Math.multiplyExact(count, 1L << 10));
    }

    public static ByteSize mebibytes(long count) {
        return new ByteSize(Math.multiplyExact(count, 1L << 20));
    }

    /** For interfaces that count bytes in an int. */
    public int bytesAsInt() {
        return Math.toIntExact(bytes);
    }

    static ByteSize parse(String text) throws InvalidValueException {
        Matcher written = NOTATION.matcher(text.toLowerCase(Locale.ROOT));
        if (!written.matches()) {
            throw new InvalidValueException(
                    "it is not a size; write bytes, or a unit as in 64000, 64KB, 128KiB or 2MiB");
        }
        Long unit = UNITS.get(written.group(2));
        if (unit == null) {
            throw new InvalidValueException("its unit is none of B, KB, MB, GB (thousands), KiB, MiB, GiB (1024s)");
        }
        try {
            return new ByteSize(Math.multiplyExact(Long.parseLong(written.group(1)), unit));
        } catch (ArithmeticException tooLarge) {
            return new ByteSize(Long.MAX_VALUE);
        }
    }

    @Override
    public int compareTo(ByteSize other) {
        return Long.compare(bytes, other.bytes);
    }

    /** In the largest unit of 1,024s that leaves a whole number, else in bytes. */
    @Override
    public String toString() {
        if (bytes == 0) {
            return "0";
        }
        String[] units = {"", "KiB", "MiB", "GiB"};
        int unit = Math.min(Long.numberOfTrailingZeros(bytes) / 10, units.length - 1);
        return (bytes >> (10 * unit)) + units[unit];
    }
}
