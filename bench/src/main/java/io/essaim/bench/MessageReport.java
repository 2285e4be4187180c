package io.essaim.bench;

import java.io.PrintStream;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.openjdk.jmh.results.RunResult;

/** The runs of {@link MessageBenchmark} as a table: a line for each message and encoding. */
final class MessageReport {
    private static final String COLUMNS = "%-18s %-6s %11s %19s %19s %12s %12s%n";

    /** By message, then by method. */
    private final Map<String, Map<String, RunResult>> runs = new LinkedHashMap<>();

    MessageReport(Collection<RunResult> results) {
        for (RunResult result : results) {
            String benchmark = result.getParams().getBenchmark();
            runs.computeIfAbsent(result.getParams().getParam("message"), message -> new HashMap<>())
                    .put(benchmark.substring(benchmark.lastIndexOf('.') + 1), result);
        }
    }

    /** Prints nothing where nothing was run. */
    void print(PrintStream out) {
        if (runs.isEmpty()) {
            return;
        }
        out.println();
        out.printf(COLUMNS, "", "", "bytes per", "ns", "ns", "B alloc.", "B alloc.");
        out.printf(COLUMNS, "message", "", "message", "encode", "decode", "encode", "decode");
        runs.forEach((message, byMethod) -> {
            MessageBenchmark sample = new MessageBenchmark();
            sample.message = message;
            sample.setUp();
            line(out, message, "json", sample.jsonBytes(), byMethod, "Json");
            line(out, "", "plain", sample.plainBytes(), byMethod, "Plain");
        });
        out.println();
        out.println("bytes   payload and WebSocket header, before TCP and IP");
        out.println("decode  json: subscribe, ping and stats by the server's decoder, the others into Jackson's tree,");
        out.println("        as a client would; plain: by the protocol's decoder");
    }

    private static void line(
            PrintStream out, String message, String form, int bytes, Map<String, RunResult> byMethod, String suffix) {
        RunResult encode = byMethod.get("encode" + suffix);
        RunResult decode = byMethod.get("decode" + suffix);
        out.printf(
                COLUMNS,
                message,
                form,
                Cells.number(bytes),
                Cells.time(encode),
                Cells.time(decode),
                Cells.allocated(encode),
                Cells.allocated(decode));
    }
}
