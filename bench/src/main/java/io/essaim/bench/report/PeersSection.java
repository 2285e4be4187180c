package io.essaim.bench.report;

import io.essaim.bench.report.Block.Bar;
import io.essaim.bench.report.Block.Bars;
import io.essaim.bench.report.Block.Cell;
import io.essaim.bench.report.Block.Column;
import io.essaim.bench.report.Block.Table;
import io.essaim.bench.result.PeersResult;
import io.essaim.bench.result.PeersResult.Run;
import io.essaim.bench.result.PeersResult.Skipped;
import io.essaim.bench.result.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The same work done by other servers. */
final class PeersSection {
    /** Times our bar; a server many times slower would else press the rest to nothing. */
    private static final double AXIS_END = 5;

    private static final List<Column> COLUMNS = List.of(
            Column.text("server"),
            Column.text("version"),
            Column.number("rounds", ""),
            Column.number("CPU, median", "µs/client-frame"),
            Column.number("CPU, least..greatest", "µs/client-frame"),
            Column.number("CPU against essaim", "×"),
            Column.number("its spread", "×"),
            Column.number("least rate", "fps"),
            Column.text("comparable"),
            Column.number("age p50", "ms"),
            Column.number("p99", "ms"),
            Column.number("p99.9", "ms"),
            Column.number("resident", "MB"),
            Column.text("reasons"));

    private PeersSection() {}

    static Section of(ReportData data) {
        if (data.peers().isEmpty()) {
            return section(List.of(new Block.Text("Not measured: there is no result of other servers.", Tone.WARN)));
        }
        List<Block> blocks = new ArrayList<>();
        List<Skipped> skipped = data.peers().stream()
                .flatMap(result -> result.skipped().stream())
                .distinct()
                .toList();
        if (!skipped.isEmpty()) {
            blocks.add(new Block.Text(
                    "NOT MEASURED, so nothing here speaks about "
                            + skipped.stream()
                                    .map(server -> server.server() + " (" + server.reason() + ")")
                                    .collect(Collectors.joining("; "))
                            + ".",
                    Tone.WARN));
        }
        blocks.add(new Block.Text(
                "A ratio above 1 is more CPU than essaim takes for the same frames. floor is a bare loop of socket "
                        + "writes: what the kernel alone takes. A server that did not hold the rate did less work than was "
                        + "asked; its CPU per frame is not comparable and has no ratio."));
        for (PeerGroup group : PeerGroup.of(data.peers())) {
            blocks.add(bars(group));
            blocks.add(Table.ofFilled(
                    "Servers, " + group.title(),
                    COLUMNS,
                    group.servers().stream().map(PeersSection::row).toList()));
        }
        blocks.add(new Block.Commands(data.commands(PeersResult.class)));
        return section(blocks);
    }

    private static Section section(List<Block> blocks) {
        return new Section("peers", "CPU per client-frame, by server", blocks);
    }

    private static Bars bars(PeerGroup group) {
        List<Bar> bars = group.servers().stream()
                .map(server -> new Bar(
                        server.name(),
                        server.cpu(),
                        Numbers.of(server.cpu().median()) + (server.isNeverHeld() ? " not comparable" : ""),
                        kind(server)))
                .toList();
        double most = bars.stream().mapToDouble(bar -> bar.spread().max()).max().orElse(1);
        double ours = group.servers().stream()
                .filter(PeerGroup.Server::isOurs)
                .mapToDouble(server -> server.cpu().median())
                .findFirst()
                .orElse(most);
        return new Bars(
                "Server CPU, " + group.title(),
                "Lower is better; bars are medians over rounds, whiskers the least and the greatest.",
                "µs per client-frame",
                bars,
                null,
                Math.min(1.02 * most, AXIS_END * ours));
    }

    private static Bar.Kind kind(PeerGroup.Server server) {
        if (server.isNeverHeld()) {
            return Bar.Kind.NOT_COMPARABLE;
        }
        return server.isOurs() ? Bar.Kind.OURS : Bar.Kind.OTHER;
    }

    private static List<Cell> row(PeerGroup.Server server) {
        List<Run> runs = server.runs();
        Spread cpu = server.cpu();
        Spread ratio = server.ratio();
        double leastRate = runs.stream().mapToDouble(Run::framesPerSecond).min().orElse(Double.NaN);
        return List.of(
                Cell.of(server.name()),
                Cell.of(runs.stream().map(Run::version).distinct().collect(Collectors.joining(", "))),
                Cell.of(String.valueOf(runs.size())),
                Cell.of(Numbers.of(cpu.median())),
                Cell.of(cpu.range()),
                server.isNeverHeld()
                        ? new Cell("not comparable", Tone.WARN)
                        : Cell.of(Numbers.fixed(ratio.median(), 2)),
                Cell.of(
                        ratio.count() == 0
                                ? Numbers.NONE
                                : Numbers.fixed(ratio.min(), 2) + ".." + Numbers.fixed(ratio.max(), 2)),
                Cell.of(Numbers.fixed(leastRate, 1)),
                comparable(server),
                Cell.of(Numbers.millis(server.of(Run::p50Micros).median())),
                Cell.of(Numbers.millis(server.of(Run::p99Micros).median())),
                Cell.of(Numbers.millis(server.of(Run::p999Micros).median())),
                Cell.of(Numbers.megabytes(
                        server.of(run -> run.use().residentBytes()).median())),
                Cell.of(runs.stream()
                        .flatMap(run -> run.reasons().stream())
                        .distinct()
                        .collect(Collectors.joining("; "))));
    }

    private static Cell comparable(PeerGroup.Server server) {
        int rounds = server.runs().size();
        int held = server.heldRuns().size();
        if (held == rounds) {
            return new Cell("yes", Tone.GOOD);
        }
        String share = "in " + held + " of " + rounds + " rounds";
        return held > 0 ? new Cell(share, Tone.WARN) : new Cell(why(server) + ", comparable " + share, Tone.BAD);
    }

    private static String why(PeerGroup.Server server) {
        if (server.runs().stream().allMatch(run -> run.verdict() == Verdict.INVALID)) {
            return Outcome.INVALID.word();
        }
        boolean slow = server.runs().stream()
                .anyMatch(run -> !Verdicts.isHeld(run.framesPerSecond(), run.framesPerSecondAsked()));
        return slow ? "COLLAPSED" : Outcome.FAIL.word();
    }
}
