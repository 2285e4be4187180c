package io.essaim.bench.disturb;

import com.sun.jdi.ThreadReference;
import io.essaim.bench.load.ArrivalLog;
import io.essaim.bench.load.Viewer;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What the scenarios that suspend a thread ask of the viewers that had to do without it. */
final class PausedThread {
    /** Bytes are counted this long after the pause. */
    private static final long CATCH_UP_MICROS = TimeUnit.SECONDS.toMicros(5);

    private static final double BYTES_RATIO_MAX = 2;
    private static final long RECOVERED_MICROS = 50_000;

    private PausedThread() {}

    /** Has a thread of the server stand still for as long as is planned. */
    static Window pause(ThreadReference thread, Stage stage) throws IOException, InterruptedException {
        thread.suspend();
        try {
            return stage.rest(stage.plan().pause());
        } finally {
            thread.resume();
        }
    }

    /** Bytes after the pause, the largest age, the time until ages are well again. */
    static void add(Finding finding, String kind, List<Viewer> viewers, Window before, Window pause, Window after) {
        if (viewers.isEmpty()) {
            return;
        }
        Window catchUp = after.first(CATCH_UP_MICROS);
        Window second = after.first(TimeUnit.SECONDS.toMicros(1));
        SortedTimes recovered = SortedTimes.of(
                viewers, viewer -> Recovery.youngAfter(viewer.frames(), pause.toMicros(), RECOVERED_MICROS));
        finding.target(
                        "bytes after the pause, relative to before, " + kind + ", worst viewer",
                        worstRatio(viewers, before, catchUp),
                        BYTES_RATIO_MAX,
                        "times")
                .figure("bytes in the first second after, " + kind, worstRatio(viewers, before, second), "times")
                .figureMillis("until a frame younger than 50 ms, " + kind + ", worst", recovered.worst())
                .figureMillis("until a frame younger than 50 ms, " + kind + ", median", recovered.median());
    }

    /** A second after, by one before. */
    private static double worstRatio(List<Viewer> viewers, Window before, Window after) {
        return viewers.stream()
                .mapToDouble(viewer -> rate(viewer.frames(), after) / Math.max(1, rate(viewer.frames(), before)))
                .max()
                .orElse(0);
    }

    private static double rate(ArrivalLog log, Window window) {
        return log.bytesBetween(window.fromMicros(), window.toMicros()) / window.seconds();
    }

    /** Whether nothing came in the later part of the pause; what was on its way at its beginning may have. */
    static boolean wasSilent(ArrivalLog log, Window pause) {
        long settled = pause.fromMicros() + (pause.toMicros() - pause.fromMicros()) / 3;
        return log.framesBetween(settled, pause.toMicros()) == 0;
    }
}
