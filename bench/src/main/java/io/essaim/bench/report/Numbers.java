package io.essaim.bench.report;

import java.util.Locale;

/** Numbers as text, with three digits that mean something; units stand in a table's header. */
final class Numbers {
    static final String NONE = "–";

    private Numbers() {}

    static String of(double value) {
        double size = Math.abs(value);
        if (!Double.isFinite(value)) {
            return NONE;
        }
        if (size >= 99.95 || value == 0) {
            return fixed(value, 0);
        }
        if (size >= 9.995) {
            return fixed(value, 1);
        }
        if (size >= 0.9995) {
            return fixed(value, 2);
        }
        return fixed(value, size >= 0.001 ? 3 : 6);
    }

    static String fixed(double value, int decimals) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, "%,." + decimals + "f", value) : NONE;
    }

    static String count(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    static String millis(double micros) {
        return of(micros / 1_000);
    }

    static String millis(long micros) {
        return millis((double) micros);
    }

    static String kilobytes(double bytes) {
        return fixed(bytes / 1_000, 1);
    }

    static String megabytes(double bytes) {
        return fixed(bytes / 1_000_000, 1);
    }

    /** With its sign. */
    static String change(double oldValue, double newValue) {
        double percent = 100 * (newValue - oldValue) / oldValue;
        return Double.isFinite(percent) ? String.format(Locale.ROOT, "%+.1f", percent) : NONE;
    }

    static String frequency(double framesPerSecond) {
        return framesPerSecond == Math.rint(framesPerSecond) ? fixed(framesPerSecond, 0) : fixed(framesPerSecond, 1);
    }

    /** {@code 1 run}, {@code 2 runs} */
    static String plural(int count, String noun) {
        return count(count) + " " + noun + (count == 1 ? "" : "s");
    }
}
