package io.essaim.server.terminal;

import io.essaim.client.Statistics;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/** Makes figures of what came, over all connections of a command. May be used by any thread. */
final class Meter {
    /** Ages of so many of the newest frames are kept. */
    private static final int AGES = 256;

    /** What is lately. */
    private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final long beganNanos;

    // guarded by this
    private final long[] ages = new long[AGES];
    private long agesNoted;
    private long ageNanos;
    private final Deque<Sample> samples = new ArrayDeque<>();
    private Statistics earlier = new Statistics(0, 0, 0, 0, 0);

    private record Sample(long nanos, long frames, long bytes) {}

    Meter(long nowNanos) {
        beganNanos = nowNanos;
        samples.add(new Sample(nowNanos, 0, 0));
    }

    synchronized void age(OptionalLong micros, long nowNanos) {
        if (micros.isPresent()) {
            ageNanos = nowNanos;
            ages[(int) (agesNoted++ % AGES)] = Math.max(0, micros.getAsLong());
        }
    }

    /** A connection ended with these counts; the next one's are added. Its clock has to be learnt anew. */
    synchronized void ended(Statistics last) {
        earlier = sum(last);
        agesNoted = 0;
    }

    /** @param current of the open connection; zeros between two */
    synchronized Figures figures(Statistics current, long nowNanos) {
        Statistics all = sum(current);
        samples.add(new Sample(nowNanos, all.frames(), all.bytes()));
        while (samples.size() > 2 && nowNanos - samples.getFirst().nanos() > WINDOW_NANOS) {
            samples.remove();
        }
        Sample first = samples.getFirst();
        double seconds = Math.max(1, nowNanos - first.nanos()) / 1e9;
        // An age is of a frame; where none comes the old ones would look like the stream's.
        if (nowNanos - ageNanos > WINDOW_NANOS) {
            agesNoted = 0;
        }
        long[] sorted = Arrays.copyOf(ages, (int) Math.min(AGES, agesNoted));
        Arrays.sort(sorted);
        return new Figures(
                (all.frames() - first.frames()) / seconds,
                (all.bytes() - first.bytes()) / seconds,
                percentile(sorted, 50),
                percentile(sorted, 99),
                all.frames(),
                all.framesSkipped(),
                all.bytes(),
                (nowNanos - beganNanos) / 1e9);
    }

    private Statistics sum(Statistics current) {
        return new Statistics(
                earlier.frames() + current.frames(),
                earlier.framesSkipped() + current.framesSkipped(),
                earlier.framesDiscarded() + current.framesDiscarded(),
                earlier.messagesUnknown() + current.messagesUnknown(),
                earlier.bytes() + current.bytes());
    }

    private static OptionalLong percentile(long[] sorted, int percent) {
        return sorted.length == 0
                ? OptionalLong.empty()
                : OptionalLong.of(sorted[(sorted.length * percent + 99) / 100 - 1]);
    }
}
