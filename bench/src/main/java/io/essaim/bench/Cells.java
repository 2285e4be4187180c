package io.essaim.bench;

import java.util.Locale;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.results.RunResult;

/** JMH's results as the cells of a table. What was not run is a dash. */
final class Cells {
    static final double NOISY_PERCENT = 20;

    private static final String ABSENT = "-";

    private Cells() {}

    static String number(double value) {
        return String.format(Locale.ROOT, "%,.0f", value);
    }

    /** Nanoseconds, and half of their 99.9 % confidence interval in percent. */
    static String time(@Nullable RunResult run) {
        return run == null
                ? ABSENT
                : String.format(
                        Locale.ROOT, "%,.0f ± %.0f %%", run.getPrimaryResult().getScore(), errorPercent(run));
    }

    /** Whether a time is too uncertain to be a number. */
    static boolean isNoisy(RunResult run) {
        return !(errorPercent(run) <= NOISY_PERCENT);
    }

    /** Bytes per operation. */
    static String allocated(@Nullable RunResult run) {
        OptionalDouble bytes = run == null ? OptionalDouble.empty() : allocatedBytes(run);
        return bytes.isPresent() ? number(bytes.getAsDouble()) : ABSENT;
    }

    private static double errorPercent(RunResult run) {
        return 100
                * run.getPrimaryResult().getScoreError()
                / run.getPrimaryResult().getScore();
    }

    private static OptionalDouble allocatedBytes(RunResult run) {
        for (String name : run.getSecondaryResults().keySet()) {
            if (name.endsWith("gc.alloc.rate.norm")) {
                return OptionalDouble.of(run.getSecondaryResults().get(name).getScore());
            }
        }
        return OptionalDouble.empty();
    }
}
