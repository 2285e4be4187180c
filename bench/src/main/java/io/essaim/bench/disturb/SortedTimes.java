package io.essaim.bench.disturb;

import io.essaim.bench.load.Viewer;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToLongFunction;

/** One time for each of some viewers, in microseconds; {@link Recovery#NEVER} counts as the longest. */
final class SortedTimes {
    private final long[] micros;

    private SortedTimes(long[] micros) {
        this.micros = micros;
        Arrays.sort(this.micros);
    }

    static SortedTimes of(List<Viewer> viewers, ToLongFunction<Viewer> time) {
        return new SortedTimes(viewers.stream().mapToLong(time).toArray());
    }

    static SortedTimes of(long... micros) {
        return new SortedTimes(micros.clone());
    }

    /** 0 when there is nobody. */
    long worst() {
        return percentile(100);
    }

    /** 0 when there is nobody. */
    long median() {
        return percentile(50);
    }

    /** The least time that so many percent do not exceed; 0 when there is nobody. */
    long percentile(double percent) {
        int rank = (int) Math.ceil(percent / 100 * micros.length);
        return micros.length == 0 ? 0 : micros[Math.max(0, rank - 1)];
    }
}
