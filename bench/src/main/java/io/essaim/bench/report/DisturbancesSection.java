package io.essaim.bench.report;

import io.essaim.bench.report.Block.Cell;
import io.essaim.bench.report.Block.Column;
import io.essaim.bench.report.Block.Table;
import io.essaim.bench.result.DisturbancesResult;
import io.essaim.bench.result.DisturbancesResult.Figure;
import io.essaim.bench.result.DisturbancesResult.Memory;
import io.essaim.bench.result.DisturbancesResult.Phase;
import io.essaim.bench.result.DisturbancesResult.Scenario;
import io.essaim.bench.result.DisturbancesResult.Target;
import io.essaim.bench.result.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** What one thing going wrong costs everybody else. */
final class DisturbancesSection {
    private static final List<Column> TARGETS = List.of(
            Column.text("disturbance"),
            Column.text("target"),
            Column.number("at most", ""),
            Column.number("measured", ""),
            Column.text("verdict"));

    private static final List<Column> PHASES = List.of(
            Column.text("disturbance"),
            Column.text("viewers"),
            Column.number("how many", ""),
            Column.text("phase"),
            Column.number("frames", ""),
            Column.number("missed", ""),
            Column.number("bandwidth", "KB/s"),
            Column.number("age p50", "ms"),
            Column.number("p99", "ms"),
            Column.number("p99.9", "ms"),
            Column.number("max", "ms"),
            Column.number("p99 by the grid", "ms"));

    private static final List<Column> MEMORY = List.of(
            Column.text("disturbance"),
            Column.text("memory"),
            Column.number("before", "MB"),
            Column.number("during", "MB"),
            Column.number("after", "MB"));

    private static final List<Column> FIGURES = List.of(
            Column.text("disturbance"), Column.text("figure"), Column.number("measured", ""), Column.text("unit"));

    private DisturbancesSection() {}

    static Section of(ReportData data) {
        List<Scenario> scenarios = data.disturbances();
        return new Section(
                "disturbances",
                "Disturbances",
                scenarios.isEmpty()
                        ? List.of(new Block.Text("Not measured: there is no disturbances result.", Tone.WARN))
                        : blocks(data, scenarios));
    }

    private static List<Block> blocks(ReportData data, List<Scenario> scenarios) {
        List<Block> blocks = new ArrayList<>();
        blocks.add(
                new Block.Text("One thing goes wrong before a server of its own, and what that costs everybody else is "
                        + "measured before, during and after. A frame that never came has the age of the next one."));
        blocks.add(new Block.Items(
                scenarios.stream().map(DisturbancesSection::inWords).toList()));
        blocks.add(new Table("Targets", TARGETS, rows(scenarios, Scenario::targets, DisturbancesSection::target)));
        blocks.add(new Table(
                "Frames and their ages", PHASES, rows(scenarios, Scenario::phases, DisturbancesSection::phase)));
        blocks.add(new Table(
                "Memory, the most that was seen",
                MEMORY,
                rows(scenarios, Scenario::memory, DisturbancesSection::memory)));
        blocks.add(
                new Table("Everything else", FIGURES, rows(scenarios, Scenario::figures, DisturbancesSection::figure)));
        blocks.add(new Block.Commands(data.commands(DisturbancesResult.class)));
        return blocks;
    }

    private interface Row<T> {
        List<Cell> of(Scenario scenario, T part);
    }

    private static <T> List<List<Cell>> rows(List<Scenario> scenarios, Function<Scenario, List<T>> parts, Row<T> row) {
        return scenarios.stream()
                .flatMap(scenario -> parts.apply(scenario).stream().map(part -> row.of(scenario, part)))
                .toList();
    }

    private static String inWords(Scenario scenario) {
        return Stream.concat(
                        Stream.of(name(scenario) + ", "
                                + Outcome.of(scenario.verdict()).word() + ": " + scenario.what() + "."),
                        scenario.reasons().stream().map(reason -> reason + "."))
                .reduce((all, next) -> all + " " + next)
                .orElseThrow();
    }

    private static String name(Scenario scenario) {
        return scenario.name() + ", " + scenario.encoding();
    }

    /** A run in which this side was the bottleneck neither keeps a target nor misses it. */
    private static List<Cell> target(Scenario scenario, Target target) {
        Outcome outcome =
                scenario.verdict() == Verdict.INVALID ? Outcome.INVALID : target.held() ? Outcome.PASS : Outcome.FAIL;
        return List.of(
                Cell.of(name(scenario)),
                Cell.of(target.what()),
                Cell.of(amount(target.limit(), target.unit())),
                Cell.of(amount(target.measured(), target.unit())),
                Cell.of(outcome));
    }

    private static String amount(double value, String unit) {
        return number(value) + (unit.isEmpty() || Double.isInfinite(value) ? "" : " " + unit);
    }

    private static String number(double value) {
        return Double.isInfinite(value) ? "never" : Numbers.of(value);
    }

    private static List<Cell> phase(Scenario scenario, Phase phase) {
        return List.of(
                Cell.of(name(scenario)),
                Cell.of(phase.viewers()),
                Cell.of(Numbers.count(phase.count())),
                Cell.of(phase.phase()),
                Cell.of(Numbers.count(phase.frames())),
                Cell.of(Numbers.count(phase.missed())),
                Cell.of(Numbers.kilobytes(phase.bytesPerSecondPerViewer())),
                Cell.of(Numbers.millis(phase.p50Micros())),
                Cell.of(Numbers.millis(phase.p99Micros())),
                Cell.of(Numbers.millis(phase.p999Micros())),
                Cell.of(Numbers.millis(phase.maxMicros())),
                Cell.of(Numbers.millis(phase.gridP99Micros())));
    }

    private static List<Cell> memory(Scenario scenario, Memory memory) {
        return List.of(
                Cell.of(name(scenario)),
                Cell.of(memory.what()),
                Cell.of(Numbers.fixed(memory.before() / 1e6, 1)),
                Cell.of(Numbers.fixed(memory.during() / 1e6, 1)),
                Cell.of(Numbers.fixed(memory.after() / 1e6, 1)));
    }

    private static List<Cell> figure(Scenario scenario, Figure figure) {
        return List.of(
                Cell.of(name(scenario)),
                Cell.of(figure.name()),
                Cell.of(number(figure.value())),
                Cell.of(figure.unit()));
    }
}
