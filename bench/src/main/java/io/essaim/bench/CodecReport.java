package io.essaim.bench;

import io.essaim.protocol.MalformedMessageException;
import java.io.PrintStream;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jmh.results.RunResult;

/** The runs of {@link CodecBenchmark} as a table: a line for each size of swarm and operation. */
final class CodecReport {
    private static final String COLUMNS = "%-8s %-16s %12s %12s %22s %12s%n";

    /** By agents, then by method. */
    private final Map<Integer, Map<String, RunResult>> runs = new TreeMap<>();

    CodecReport(Collection<RunResult> results) {
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
        out.println();
        out.printf(COLUMNS, "", "", "bytes", "KB/s at", "ns", "B alloc.");
        out.printf(COLUMNS, "agents", "", "coded", "60 fps", "per operation", "");
        runs.forEach((agents, byMethod) -> print(out, agents, byMethod));
        out.println();
        out.println(
                "frame     encode on the swarm clock's thread once for all viewers, decode by each; bytes are the mean");
        out.println(
                "          of frames that go forth and back, without the message's header of 26: where all agents turn at");
        out.println("          once they are larger than a stream's, which 'essaim bench size' counts");
        out.println(
                "keyframe  take on the clock's thread at a sync point, encode on another for who joins, decode by who joins");
    }

    private static void print(PrintStream out, int agents, Map<String, RunResult> byMethod) {
        CodecBenchmark codec = new CodecBenchmark();
        codec.agents = agents;
        try {
            codec.setUp();
        } catch (MalformedMessageException e) {
            throw new IllegalStateException("the codec does not read what it wrote", e);
        }
        String number = Cells.number(agents);
        String frame = String.format(Locale.ROOT, "%,.1f", codec.frameBytes());
        String rate = String.format(Locale.ROOT, "%,.1f", Target.kilobytesPerSecond(codec.frameBytes(), 60));
        String keyframe = Cells.number(codec.keyframeBytes());
        for (String method :
                List.of("encodeFrame", "decodeFrame", "takeKeyframe", "encodeKeyframe", "decodeKeyframe")) {
            RunResult run = byMethod.get(method);
            boolean isFrame = method.endsWith("eFrame");
            out.printf(
                    COLUMNS,
                    method.equals("encodeFrame") ? number : "",
                    words(method),
                    isFrame ? frame : keyframe,
                    isFrame ? rate : "",
                    Cells.time(run),
                    Cells.allocated(run));
        }
    }

    /** {@code encode keyframe} */
    private static String words(String method) {
        return method.replace("Frame", " frame").replace("Keyframe", " keyframe");
    }
}
