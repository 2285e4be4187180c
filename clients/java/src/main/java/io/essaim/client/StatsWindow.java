package io.essaim.client;

import io.essaim.protocol.Limits;
import io.essaim.protocol.Message;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What came since the last report to the server. Noting a frame allocates nothing. Not thread-safe: it belongs to the thread
 * that receives.
 */
final class StatsWindow {
    /** Ages that are kept; of more frames they are those of the newest. */
    static final int AGES_MAX = 4096;

    private static final long SKIPPED_MAX = 0xFFFF_FFFFL;
    private static final long FPS_HUNDREDTHS_MAX = 100L * Limits.FPS_MAX;

    private final LongSupplier nanoTime;
    private final long[] ages = new long[AGES_MAX];
    private long agesNoted;
    private long frames;
    private long skipped;
    private long sinceNanos;

    StatsWindow(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        begin();
    }

    /** Forgets what came until now. */
    void begin() {
        sinceNanos = nanoTime.getAsLong();
        agesNoted = 0;
        frames = 0;
        skipped = 0;
    }

    /**
     * A frame came.
     *
     * @param skippedBefore that were due and did not come
     */
    void frame(long skippedBefore, OptionalLong ageMicros) {
        frames++;
        skipped += skippedBefore;
        if (ageMicros.isPresent()) {
            ages[(int) (agesNoted++ % AGES_MAX)] = ageMicros.getAsLong();
        }
    }

    /** How long ago the last report, or {@link #begin()}, was. */
    long nanos() {
        return nanoTime.getAsLong() - sinceNanos;
    }

    /** What came since the last report, in the ranges of the message; the next one begins here. */
    Message.Stats report() {
        double seconds = Math.max(1, nanos()) / (double) TimeUnit.SECONDS.toNanos(1);
        long fpsHundredths = Math.min(FPS_HUNDREDTHS_MAX, Math.round(100 * frames / seconds));
        Message.Stats stats = new Message.Stats(Math.min(SKIPPED_MAX, skipped), ages(), (int) fpsHundredths);
        begin();
        return stats;
    }

    private Message.@Nullable Ages ages() {
        if (agesNoted == 0) {
            return null;
        }
        long[] sorted = Arrays.copyOf(ages, (int) Math.min(AGES_MAX, agesNoted));
        Arrays.sort(sorted);
        return new Message.Ages(percentile(sorted, 50), percentile(sorted, 99));
    }

    private static long percentile(long[] sorted, int percent) {
        long age = sorted[(sorted.length * percent + 99) / 100 - 1];
        return Math.max(0, Math.min(Limits.AGE_MICROS_MAX, age));
    }
}
