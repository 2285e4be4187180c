package io.essaim.bench.report;

import io.essaim.bench.report.Block.Bar;
import io.essaim.bench.report.Block.Bars;
import io.essaim.bench.report.Block.Cell;
import io.essaim.bench.report.Block.Column;
import io.essaim.bench.report.Block.Table;
import io.essaim.bench.result.PeersResult.Run;
import io.essaim.bench.result.PeersResult.Skipped;
import io.essaim.bench.result.Verdict;
import java.util.List;
import java.util.stream.Collectors;

/** Bars and a table of those that did the same work. */
final class GroupBlocks {
    /** Times the baseline's bar; a server many times slower would else press the rest to nothing. */
    private static final double AXIS_END = 5;

    private GroupBlocks() {}

    /** @param what the table's first column */
    static List<Block> of(PeerGroup group, String what) {
        return List.of(
                bars(group),
                Table.ofFilled(
                        Character.toUpperCase(what.charAt(0)) + what.substring(1) + "s, " + group.title(),
                        columns(what, group.baseline()),
                        group.servers().stream().map(GroupBlocks::row).toList()));
    }

    /** Whom nothing is known of, and why. */
    static Block skipped(List<Skipped> skipped) {
        return new Block.Text(
                "NOT MEASURED, so nothing here speaks about "
                        + skipped.stream()
                                .map(server -> server.server() + " (" + server.reason() + ")")
                                .collect(Collectors.joining("; "))
                        + ".",
                Tone.WARN);
    }

    private static List<Column> columns(String what, String baseline) {
        return List.of(
                Column.text(what),
                Column.text("version"),
                Column.number("rounds", ""),
                Column.number("CPU, median", "µs/client-frame"),
                Column.number("CPU, least..greatest", "µs/client-frame"),
                Column.number("CPU against " + baseline, "×"),
                Column.number("its spread", "×"),
                Column.number("least rate", "fps"),
                Column.text("comparable"),
                Column.number("age p50", "ms"),
                Column.number("p99", "ms"),
                Column.number("p99.9", "ms"),
                Column.number("resident", "MB"),
                Column.number("allocated", "B/client-frame"),
                Column.number("frame", "B"),
                Column.text("reasons"));
    }

    private static Bars bars(PeerGroup group) {
        List<Bar> bars = group.servers().stream()
                .map(server -> new Bar(
                        server.name(),
                        server.cpu(),
                        Numbers.of(server.cpu().median()) + (server.isNeverHeld() ? " not comparable" : ""),
                        kind(server, group.baseline())))
                .toList();
        double most = bars.stream().mapToDouble(bar -> bar.spread().max()).max().orElse(1);
        double ours = group.servers().stream()
                .filter(server -> server.name().equals(group.baseline()))
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

    private static Bar.Kind kind(PeerGroup.Server server, String baseline) {
        if (server.isNeverHeld()) {
            return Bar.Kind.NOT_COMPARABLE;
        }
        return server.name().equals(baseline) ? Bar.Kind.OURS : Bar.Kind.OTHER;
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
                Cell.of(ratio.isEmpty() ? Numbers.NONE : times(ratio)),
                Cell.of(Numbers.fixed(leastRate, 1)),
                comparable(server),
                Cell.of(Numbers.millis(server.of(Run::p50Micros).median())),
                Cell.of(Numbers.millis(server.of(Run::p99Micros).median())),
                Cell.of(Numbers.millis(server.of(Run::p999Micros).median())),
                Cell.of(Numbers.megabytes(
                        server.of(run -> run.use().residentBytes()).median())),
                known(server.allocated(), 1),
                known(server.bytes(), 0),
                Cell.of(runs.stream()
                        .flatMap(run -> run.reasons().stream())
                        .distinct()
                        .collect(Collectors.joining("; "))));
    }

    /** {@code 1.10..1.20} */
    static String times(Spread ratio) {
        return Numbers.fixed(ratio.min(), 2) + ".." + Numbers.fixed(ratio.max(), 2);
    }

    /** Nothing where nothing is known: a column of that is left out. */
    private static Cell known(Spread spread, int decimals) {
        return Cell.of(spread.isEmpty() ? "" : Numbers.fixed(spread.median(), decimals));
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
