package io.essaim.bench.load;

import io.essaim.bench.load.LoadRun.Outcome;
import io.essaim.bench.load.LoadRun.Use;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;

/** A run in a dozen lines. */
final class LoadSummary {
    private static final int THREADS_SHOWN = 4;

    private LoadSummary() {}

    static void print(LoadPlan plan, Outcome outcome, PrintWriter out) {
        LoadRun.Steady steady = outcome.steady();
        line(
                out,
                "rate",
                "%.2f frames/s a viewer of %d asked, worst %.1f %% of its frames; %,d viewers, %.0f s",
                steady.framesPerSecond(),
                plan.framesPerSecond(),
                100 * steady.worstShare(),
                steady.clients(),
                steady.seconds());
        line(
                out,
                "bandwidth",
                "%.2f KB/s a viewer, %.2f without WebSocket headers; %,.0f bytes a frame with all that came with it",
                bytesPerSecond(outcome) / 1e3,
                bytesPerSecond(outcome, outcome.bytes() - outcome.headerBytes()) / 1e3,
                outcome.bytes() / (double) Math.max(1, steady.frames()));
        wire(plan, outcome.wire(), out);
        line(out, "age", "%s", percentiles(outcome.ages()));
        line(out, "join", "%s", percentiles(outcome.joins()));
        line(
                out,
                "join bytes",
                "p50 %,d  p99 %,d  max %,d",
                outcome.joinBytes().getValueAtPercentile(50),
                outcome.joinBytes().getValueAtPercentile(99),
                outcome.joinBytes().getMaxValue());
        if (outcome.recoveries().getTotalCount() > 0) {
            line(
                    out,
                    "recovery",
                    "%s, from reading again to a frame younger than 250 ms",
                    percentiles(outcome.recoveries()));
        }
        line(
                out,
                "content",
                "%,d frames equal to the reference's values, %,d to each other's bytes only",
                outcome.verified(),
                outcome.agreed());
        line(out, "gaps", "%s", counts(outcome.gaps()));
        line(out, "faults", "%s", counts(outcome.faults()));
        Use use = outcome.server();
        if (use != null) {
            server(plan, outcome, use, out);
        }
        line(
                out,
                "generator",
                "%.2f us CPU a frame, busiest thread %.0f %% of a core, turn p99 %.1f ms, longest pause %.1f ms",
                outcome.generatorCpuMicros() / (double) Math.max(1, outcome.allFrames()),
                100 * outcome.busiestThreadCores(),
                outcome.turns().getValueAtPercentile(99) / 1e3,
                outcome.longestPauseMicros() / 1e3);
        line(out, "verdict", "%s", outcome.verdict());
        outcome.reasons().forEach(reason -> out.println("           - " + reason));
        out.flush();
    }

    private static void wire(LoadPlan plan, WireUse wire, PrintWriter out) {
        if (wire.tls() != null) {
            line(out, "tls", "%s", wire.tls());
        }
        if (wire.delta() > 0) {
            line(out, "form", "delta on %,d connections", wire.delta());
        }
        if (plan.wire().deflate()) {
            line(
                    out,
                    "deflate",
                    "%s",
                    wire.deflated() == 0
                            ? "declined by the server: nothing came compressed"
                            : String.format(
                                    Locale.ROOT,
                                    "agreed on %,d connections, declined on %,d",
                                    wire.deflated(),
                                    wire.undeflated()));
        }
    }

    private static void server(LoadPlan plan, Outcome outcome, Use use, PrintWriter out) {
        double frames = Math.max(1, outcome.allFrames());
        double windowMicros = 1e6 * outcome.steady().seconds();
        line(
                out,
                "server",
                "%.2f us CPU a frame (%.2f user), %.0f %% of a core, %.0f MiB, %.1f KiB a connection%s",
                use.cpuMicros() / frames,
                use.userMicros() / frames,
                100 * use.cpuMicros() / windowMicros,
                use.residentBytes() / 1048576.0,
                use.residentGrowthBytes() / 1024.0 / plan.clients(),
                use.allocatedBytesPerFrame() == null
                        ? ""
                        : String.format(Locale.ROOT, ", %.1f B allocated a frame", use.allocatedBytesPerFrame()));
        String threads = use.threadMicros().entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .limit(THREADS_SHOWN)
                .map(thread -> String.format(
                        Locale.ROOT, "%s %.1f %%", thread.getKey(), 100 * thread.getValue() / windowMicros))
                .collect(Collectors.joining(", "));
        line(out, "threads", "%s", threads);
    }

    static double bytesPerSecond(Outcome outcome) {
        return bytesPerSecond(outcome, outcome.bytes());
    }

    private static double bytesPerSecond(Outcome outcome, long bytes) {
        return bytes / outcome.steady().seconds() / Math.max(1, outcome.steady().clients());
    }

    private static void line(PrintWriter out, String name, String format, Object... values) {
        out.printf(Locale.ROOT, "%-10s " + format + "%n", prepend(name, values));
    }

    private static Object[] prepend(String name, Object[] values) {
        Object[] all = new Object[values.length + 1];
        all[0] = name;
        System.arraycopy(values, 0, all, 1, values.length);
        return all;
    }

    private static String percentiles(Histogram micros) {
        return String.format(
                Locale.ROOT,
                "p50 %.1f  p90 %.1f  p99 %.1f  p99.9 %.1f  max %.1f ms",
                micros.getValueAtPercentile(50) / 1e3,
                micros.getValueAtPercentile(90) / 1e3,
                micros.getValueAtPercentile(99) / 1e3,
                micros.getValueAtPercentile(99.9) / 1e3,
                micros.getMaxValue() / 1e3);
    }

    private static String counts(Map<String, Long> counts) {
        return counts.isEmpty()
                ? "none"
                : counts.toString().replaceAll("[{}]", "").replace("=", " ");
    }
}
