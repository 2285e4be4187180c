package io.essaim.bench.disturb;

import io.essaim.bench.load.ArrivalLog;
import io.essaim.bench.load.Viewer;
import io.essaim.bench.load.Viewer.RateChange;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** How soon one viewer is well again, once what was wrong has ended. */
final class Recovery {
    /** Not within what was watched. */
    static final long NEVER = Long.MAX_VALUE;

    /** A frame younger than this shows the present, well enough. */
    static final long YOUNG_MICROS = 250_000;

    /** The full rate has to last this long. */
    private static final long STRETCH_MICROS = TimeUnit.MILLISECONDS.toMicros(500);

    /** Of the frames due in that time: the clock of a busy machine may leave out one. */
    private static final double FULL_SHARE = 0.95;

    private Recovery() {}

    /** Microseconds until a frame came that was younger than that. */
    static long youngAfter(ArrivalLog log, long fromMicros, long youngMicros) {
        for (int i = log.firstFrom(fromMicros); i < log.size(); i++) {
            if (log.ageMicros(i) < youngMicros) {
                return log.arrivalMicros(i) - fromMicros;
            }
        }
        return NEVER;
    }

    /**
     * Microseconds until the full rate began: young frames, no lower rate announced after it, and the first half second
     * of it without a gap worth the name.
     */
    static long fullRateAfter(Viewer viewer, long fromMicros, double ticksPerSecond) {
        return fullRateAfter(viewer.frames(), viewer.rateChanges(), viewer.grantedStride(), fromMicros, ticksPerSecond);
    }

    /** @param fullStride ticks a frame that the viewer was granted at first */
    static long fullRateAfter(
            ArrivalLog log, List<RateChange> changes, int fullStride, long fromMicros, double ticksPerSecond) {
        long earliest = fromMicros;
        if (!changes.isEmpty()) {
            RateChange last = changes.get(changes.size() - 1);
            if (last.stride() > fullStride) {
                return NEVER;
            }
            earliest = Math.max(earliest, last.arrivalMicros());
        }
        double due = ticksPerSecond / fullStride * STRETCH_MICROS / TimeUnit.SECONDS.toMicros(1);
        for (int i = log.firstFrom(earliest); i < log.size(); i++) {
            if (young(log, i, log.firstFrom(log.arrivalMicros(i) + STRETCH_MICROS)) >= FULL_SHARE * due) {
                return log.arrivalMicros(i) - fromMicros;
            }
        }
        return NEVER;
    }

    /** How many are young; none when the first is not, for there the stretch does not begin. */
    private static int young(ArrivalLog log, int from, int to) {
        int young = 0;
        for (int i = from; i < to; i++) {
            if (log.ageMicros(i) < YOUNG_MICROS) {
                young++;
            } else if (i == from) {
                return 0;
            }
        }
        return young;
    }
}
