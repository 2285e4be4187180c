package io.essaim.bench.disturb;

import java.util.Locale;

/** Numbers with their unit, in words. */
public final class Amounts {
    private Amounts() {}

    /** Infinite is {@code never}: not within what was watched. */
    public static String of(double value, String unit) {
        if (Double.isInfinite(value)) {
            return "never";
        }
        boolean whole = value == Math.rint(value) || Math.abs(value) >= 1_000;
        return String.format(Locale.ROOT, whole ? "%,.0f" : "%,.2f", value) + (unit.isEmpty() ? "" : " " + unit);
    }
}
