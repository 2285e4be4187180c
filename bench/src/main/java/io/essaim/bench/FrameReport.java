package io.essaim.bench;

import java.io.PrintStream;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.openjdk.jmh.results.RunResult;

/**
 * Says in a table what the runs of {@link FrameBenchmark} mean for a client's bandwidth, against the {@link Target}.
 * Sizes are no measurement: they are those of the frames that the benchmark decodes.
 */
final class FrameReport {
    private static final int[] RATES = {60, 30, 20};
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

    /** Prints nothing where nothing was run. */
    void print(PrintStream out) {
        if (runs.isEmpty()) {
            return;
        }
        runs.forEach((agents, byMethod) -> printSwarm(out, agents, byMethod));
        out.println();
        out.println("bytes   payload and WebSocket header of one frame, before TCP and IP; 1 KB is 1,000 bytes");
        out.println("decode  json by jackson-core, streaming; plain by the protocol's decoder over Agrona, and by");
        out.println("        essaim-client, which needs no Agrona");
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
                    Cells.number(bytes),
                    rate(bytes, RATES[0]),
                    rate(bytes, RATES[1]),
                    rate(bytes, RATES[2]),
                    Cells.time(encode),
                    Cells.time(decode),
                    Cells.allocated(encode),
                    Cells.allocated(decode));
        }
        RunResult client = byMethod.get("decodePlainInClient");
        out.printf(COLUMNS, "  essaim-client", "", "", "", "", "", Cells.time(client), "", Cells.allocated(client));
        for (Form form : FORMS) {
            out.println(verdict(form.title(), form.bytes().applyAsDouble(frames)));
        }
    }

    /** Whether a form keeps to the target, rate by rate. */
    static String verdict(String form, double bytesPerFrame) {
        return IntStream.of(RATES)
                .mapToObj(fps -> Target.verdict(bytesPerFrame, fps) + " at " + fps + " fps")
                .collect(Collectors.joining(
                        ", ", "→ " + form + ": ", "; target " + Target.KILOBYTES_PER_SECOND + " KB/s per client"));
    }

    private static String rate(double bytesPerFrame, int fps) {
        return String.format(Locale.ROOT, "%,.1f", Target.kilobytesPerSecond(bytesPerFrame, fps));
    }
}
