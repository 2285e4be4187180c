package io.essaim.bench.load;

import io.essaim.bench.load.LoadRun.Phase;
import io.essaim.bench.load.LoadRun.Progress;
import java.io.PrintWriter;
import java.util.Locale;
import picocli.CommandLine.Help.Ansi;

/** Shows how a run goes: one line that is written over on a terminal, a line every five seconds elsewhere. */
final class ProgressLine implements AutoCloseable {
    private static final int LINE_EVERY = 5;

    private final PrintWriter out;
    private final boolean terminal = Ansi.AUTO.enabled();
    private long frames;
    private long bytes;
    private double seconds;
    private int shown;
    private int width;

    ProgressLine(PrintWriter out) {
        this.out = out;
    }

    void show(Progress now) {
        double elapsed = Math.max(1e-3, now.seconds() - seconds);
        String line = String.format(
                Locale.ROOT,
                "%4.0f s  %-10s %d/%d viewers  %,.0f frames/s  %.1f MB/s  age p50 %.1f p99 %.1f max %.1f ms  gaps %d  faults %d",
                now.seconds(),
                phase(now.phase()),
                now.joined(),
                now.clients(),
                (now.frames() - frames) / elapsed,
                (now.bytes() - bytes) / elapsed / 1e6,
                now.ages().getValueAtPercentile(50) / 1e3,
                now.ages().getValueAtPercentile(99) / 1e3,
                now.ages().getMaxValue() / 1e3,
                now.gaps(),
                now.faults());
        frames = now.frames();
        bytes = now.bytes();
        seconds = now.seconds();
        if (terminal) {
            out.print("\r" + line + " ".repeat(Math.max(0, width - line.length())));
            width = line.length();
        } else if (shown++ % LINE_EVERY == 0) {
            out.println(line);
        }
        out.flush();
    }

    private static String phase(Phase phase) {
        return switch (phase) {
            case CONNECTING -> "connecting";
            case WARMING_UP -> "warming up";
            case MEASURING -> "measuring";
        };
    }

    /** Ends the line. */
    @Override
    public void close() {
        if (terminal && width > 0) {
            out.println();
            out.flush();
            width = 0;
        }
    }
}
