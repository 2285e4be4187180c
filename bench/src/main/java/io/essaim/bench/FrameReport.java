package io.essaim.bench;

import java.io.PrintStream;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.results.RunResult;

/**
 * Says in a table what the runs of {@link FrameBenchmark} mean for a client's bandwidth, against the target of
 * {@value #TARGET_KILOBYTES} KB/s per client, 1 KB being 1,000 bytes. Sizes are no measurement: they are those of the
 * frames that the benchmark decodes.
 */
final class FrameReport {
    static final int TARGET_KILOBYTES = 100;

    private static final int[] RATES = {60, 30, 20};
    private static final double NOISY_PERCENT = 20;
    private static final String ABSENT = "-";
    private static final List<Form> FORMS = List.of(
            new Form("json", FrameBenchmark::jsonBytes, "encodeJson", "decodeJson"),
            new Form("plain", FrameBenchmark::plainBytes, "encodePlain", "decodePlain"));
    private static final String COLUMNS = "%-18s %10s %9s %8s %8s %19s %19s %10s %9s%n";

    /** By agents, then by method. */
    private final Map<Integer, Map<String, RunResult>> runs = new TreeMap<>();

    /** What is compared: its size, and the methods of {@link FrameBenchmark} that measure it. */
    private record Form(String title, ToDoubleFunction<FrameBenchmark> bytes, String encode, String decode) {}

    FrameReport(Collection<RunResult> results) {
        for (RunResult result : results) {
            String benchmark = result.getParams().getBenchmark();
            runs.computeIfAbsent(Integer.valueOf(result.getParams().getParam("agents")), agents -> new HashMap<>())
                    .put(benchmark.substring(benchmark.lastIndexOf('.') + 1), result);
        }
    }

    void print(PrintStream out) {
        runs.forEach((agents, byMethod) -> printSwarm(out, agents, byMethod));
        out.println();
        out.println("bytes   payload and WebSocket header of one frame, before TCP and IP; 1 KB is 1,000 bytes");
        out.println("ns      mean ± half of the 99.9 % confidence interval, in percent");
        out.println("decode  json by jackson-core, streaming; plain by the protocol's decoder over Agrona, and by");
        out.println("        essaim-client, which needs no Agrona");
        if (runs.values().stream()
                .flatMap(byMethod -> byMethod.values().stream())
                .anyMatch(FrameReport::isNoisy)) {
            out.printf(
                    "%nSome times are uncertain by more than %.0f %%: the machine was busy. Sizes and allocation stand;%n"
                            + "times are no number to publish.%n",
                    NOISY_PERCENT);
        }
    }

    private static void printSwarm(PrintStream out, int agents, Map<String, RunResult> byMethod) {
        FrameBenchmark frames = new FrameBenchmark();
        frames.agents = agents;
        frames.setUp();
        out.printf(Locale.ROOT, "%n%,d agent%s%n", agents, agents == 1 ? "" : "s");
        out.printf(COLUMNS, "", "bytes", "", "KB/s at", "", "ns", "ns", "B alloc.", "B alloc.");
        out.printf(COLUMNS, "form", "per frame", "60 fps", "30 fps", "20 fps", "encode", "decode", "encode", "decode");
        for (Form form : FORMS) {
            double bytes = form.bytes().applyAsDouble(frames);
            RunResult encode = byMethod.get(form.encode());
            RunResult decode = byMethod.get(form.decode());
            out.printf(
                    COLUMNS,
                    form.title(),
                    number(bytes),
                    rate(bytes, RATES[0]),
                    rate(bytes, RATES[1]),
                    rate(bytes, RATES[2]),
                    time(encode),
                    time(decode),
                    allocated(encode),
                    allocated(decode));
        }
        RunResult client = byMethod.get("decodePlainInClient");
        out.printf(COLUMNS, "  essaim-client", "", "", "", "", "", time(client), "", allocated(client));
        for (Form form : FORMS) {
            out.println(verdict(form.title(), form.bytes().applyAsDouble(frames)));
        }
    }

    /** Whether a form keeps to the target, rate by rate. */
    static String verdict(String form, double bytesPerFrame) {
        return IntStream.of(RATES)
                .mapToObj(fps -> (kilobytesPerSecond(bytesPerFrame, fps) <= TARGET_KILOBYTES ? "within" : "over")
                        + " at " + fps + " fps")
                .collect(Collectors.joining(
                        ", ", "→ " + form + ": ", "; target " + TARGET_KILOBYTES + " KB/s per client"));
    }

    private static double kilobytesPerSecond(double bytesPerFrame, int fps) {
        return bytesPerFrame * fps / 1000;
    }

    private static String rate(double bytesPerFrame, int fps) {
        return String.format(Locale.ROOT, "%,.1f", kilobytesPerSecond(bytesPerFrame, fps));
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%,.0f", value);
    }

    private static String time(@Nullable RunResult run) {
        return run == null
                ? ABSENT
                : String.format(
                        Locale.ROOT, "%,.0f ± %.0f %%", run.getPrimaryResult().getScore(), errorPercent(run));
    }

    private static double errorPercent(RunResult run) {
        return 100
                * run.getPrimaryResult().getScoreError()
                / run.getPrimaryResult().getScore();
    }

    private static boolean isNoisy(RunResult run) {
        return !(errorPercent(run) <= NOISY_PERCENT);
    }

    private static String allocated(@Nullable RunResult run) {
        OptionalDouble bytes = run == null ? OptionalDouble.empty() : allocatedBytes(run);
        return bytes.isPresent() ? number(bytes.getAsDouble()) : ABSENT;
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
