package io.essaim.bench.report;

import java.util.Arrays;

/** The middle of some values and how far they lie apart. Without values, all are NaN. */
public record Spread(double median, double min, double max, int count) {
    static Spread of(double... values) {
        if (values.length == 0) {
            return new Spread(Double.NaN, Double.NaN, Double.NaN, 0);
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(median, sorted[0], sorted[sorted.length - 1], sorted.length);
    }

    public boolean isEmpty() {
        return count == 0;
    }

    boolean overlaps(Spread other) {
        return min <= other.max && other.min <= max;
    }

    /** {@code min..max} */
    String range() {
        return count == 0 ? Numbers.NONE : Numbers.of(min) + ".." + Numbers.of(max);
    }
}
