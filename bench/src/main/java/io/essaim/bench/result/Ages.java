package io.essaim.bench.result;

import java.util.List;

/**
 * How old frames were when they were read, in microseconds since the tick was due.
 *
 * @param curve the whole distribution, thinned: for a plot
 */
public record Ages(
        long count,
        double meanMicros,
        long p50Micros,
        long p90Micros,
        long p99Micros,
        long p999Micros,
        long maxMicros,
        List<Point> curve) {

    /** @param percentile 0 to 100 */
    public record Point(double percentile, long micros) {}
}
