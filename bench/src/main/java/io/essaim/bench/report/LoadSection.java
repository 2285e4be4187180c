package io.essaim.bench.report;

import io.essaim.bench.report.Block.Axis;
import io.essaim.bench.report.Block.Cell;
import io.essaim.bench.report.Block.Column;
import io.essaim.bench.report.Block.Limit;
import io.essaim.bench.report.Block.Line;
import io.essaim.bench.report.Block.Lines;
import io.essaim.bench.report.Block.Point;
import io.essaim.bench.report.Block.Table;
import io.essaim.bench.result.Ages;
import io.essaim.bench.result.LoadResult;
import io.essaim.bench.result.ServerUse;
import io.essaim.bench.result.Verdict;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Runs of the load generator. */
final class LoadSection {
    private static final List<Column> COLUMNS = List.of(
            Column.text("run"),
            Column.text("verdict"),
            Column.text("encoding"),
            Column.number("clients", ""),
            Column.number("agents", ""),
            Column.number("asked", "fps"),
            Column.number("mean", "fps"),
            Column.number("worst client", "fps"),
            Column.number("bandwidth", "KB/s"),
            Column.number("age p50", "ms"),
            Column.number("p99", "ms"),
            Column.number("p99.9", "ms"),
            Column.number("max", "ms"),
            Column.number("server CPU", "µs/client-frame"),
            Column.number("clock thread", "% of a core"),
            Column.number("allocated", "B/client-frame"),
            Column.number("memory", "B/connection"),
            Column.number("load generator CPU", "µs/client-frame"),
            Column.text("faults"),
            Column.text("gaps"),
            Column.text("reasons"));

    /** The thread that steps the swarm and encodes it. */
    private static final String CLOCK_THREAD = "swarm-clock";

    private LoadSection() {}

    static Section of(ReportData data) {
        List<LoadResult> runs = data.loads();
        return new Section(
                "load",
                "Load runs",
                runs.isEmpty()
                        ? List.of(new Block.Text("Not measured: there is no load result.", Tone.WARN))
                        : List.of(
                                plot(runs),
                                Table.ofFilled(
                                        "Load runs: each client's rate and bandwidth, and how old frames were",
                                        COLUMNS,
                                        runs.stream().map(LoadSection::row).toList()),
                                new Block.Commands(data.commands(LoadResult.class))));
    }

    private static List<Cell> row(LoadResult run) {
        Ages ages = run.ages();
        boolean held = Verdicts.isHeld(run.framesPerSecondWorst(), run.framesPerSecondAsked());
        return List.of(
                Cell.of(run.label()),
                Cell.of(Outcome.of(run.verdict())),
                Cell.of(run.encoding()),
                Cell.of(Numbers.count(run.clients())),
                Cell.of(Numbers.count(run.agents())),
                Cell.of(Numbers.frequency(run.framesPerSecondAsked())),
                Cell.of(Numbers.fixed(run.framesPerSecond(), 1)),
                new Cell(
                        Numbers.fixed(run.framesPerSecondWorst(), 1) + (held ? "" : " not held"),
                        held ? Tone.PLAIN : Tone.BAD),
                Cell.of(Numbers.kilobytes(run.bytesPerSecondPerClient())),
                Cell.of(Numbers.millis(ages.p50Micros())),
                Cell.of(Numbers.millis(ages.p99Micros())),
                Cell.of(Numbers.millis(ages.p999Micros())),
                Cell.of(Numbers.millis(ages.maxMicros())),
                server(run, use -> Numbers.of(use.cpuMicrosPerFrame())),
                server(run, LoadSection::clock),
                server(
                        run,
                        use -> use.allocatedBytesPerFrame() == null
                                ? Numbers.NONE
                                : Numbers.fixed(use.allocatedBytesPerFrame(), 1)),
                server(run, use -> Numbers.count(use.bytesPerConnection())),
                Cell.of(Numbers.of(run.generatorCpuMicrosPerFrame())),
                new Cell(counts(run.faults()), run.faults().isEmpty() ? Tone.PLAIN : Tone.BAD),
                Cell.of(counts(run.gaps())),
                Cell.of(String.join("; ", run.reasons())));
    }

    private static Cell server(LoadResult run, Function<ServerUse, String> figure) {
        return Cell.of(run.server() == null ? Numbers.NONE : figure.apply(run.server()));
    }

    private static String clock(ServerUse use) {
        Double share = use.threads().get(CLOCK_THREAD);
        return share == null ? Numbers.NONE : Numbers.fixed(100 * share, 1);
    }

    private static String counts(Map<String, Long> byKind) {
        return byKind.isEmpty()
                ? "none"
                : new TreeMap<>(byKind)
                        .entrySet().stream()
                                .map(entry -> entry.getKey() + " " + Numbers.count(entry.getValue()))
                                .collect(Collectors.joining(", "));
    }

    private static Lines plot(List<LoadResult> runs) {
        return new Lines(
                "plot-ages",
                "How old frames are when they are read",
                "Lower is better; a flat line has no bad moments.",
                Axis.NINES,
                "share of frames that are at most as old",
                "age, ms",
                runs.stream()
                        .map(run -> new Line(name(run), curve(run.ages()), false))
                        .toList(),
                new Limit(Verdicts.AGE_MICROS / 1e3, Verdicts.AGE_MICROS / 1_000 + " ms"),
                "p50, p99, p99.9 and max of each run are in the table below.");
    }

    private static String name(LoadResult run) {
        return run.verdict() == Verdict.INVALID ? run.label() + " (INVALID)" : run.label();
    }

    /** The greatest age stands at one in as many as there were. */
    private static List<Point> curve(Ages ages) {
        return ages.curve().stream()
                .map(point -> new Point(
                        Math.min(1 / (1 - point.percentile() / 100), Math.max(1, (double) ages.count())),
                        point.micros() / 1e3))
                .toList();
    }
}
