package io.essaim.bench.report;

import io.essaim.bench.report.Block.Cell;
import io.essaim.bench.report.Block.Column;
import io.essaim.bench.report.Block.Table;
import io.essaim.bench.result.Environment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** Where and when, and what speaks against trusting it. */
final class EnvironmentSection {
    /** A one-minute load average above this, before a measurement, is somebody else's work. */
    private static final double BUSY = 1;

    private final List<Environment> environments;
    private final List<List<Cell>> rows = new ArrayList<>();

    private EnvironmentSection(List<Environment> environments) {
        this.environments = environments;
    }

    static Section of(ReportData data) {
        EnvironmentSection section = new EnvironmentSection(data.environments());
        return new Section(
                "environment",
                "Environment",
                section.environments.isEmpty()
                        ? List.of(new Block.Text("No result file says where it was measured.", Tone.WARN))
                        : section.blocks());
    }

    private List<Block> blocks() {
        addRow("measured", started(), Tone.PLAIN);
        addRow("commit", distinct(Environment::commit), commitTone());
        addRow("processor", distinct(Environment::processor), Tone.PLAIN);
        addRow("cores", distinct(env -> String.valueOf(env.cores())), Tone.PLAIN);
        addRow("memory", distinct(env -> Numbers.fixed(env.memoryBytes() / 1e9, 1) + " GB"), Tone.PLAIN);
        addRow("system", distinct(Environment::system), Tone.PLAIN);
        addRow("Java", distinct(Environment::java), Tone.PLAIN);
        addRow("load before", range(Environment::loadBefore), isBusy() ? Tone.WARN : Tone.PLAIN);
        addRow("load after", range(Environment::loadAfter), Tone.PLAIN);
        List<Block> blocks = new ArrayList<>();
        blocks.add(new Table("", List.of(Column.text("what"), Column.text("value")), rows));
        if (isBusy()) {
            blocks.add(new Block.Text(
                    "Beware: the machine was busy before some measurement began. Sizes and verdicts on content stand; "
                            + "times and CPU may be somebody else's.",
                    Tone.WARN));
        }
        if (commitTone() != Tone.PLAIN) {
            blocks.add(new Block.Text(
                    "Beware: not everything was measured on one unchanged commit (+ means changed files).", Tone.WARN));
        }
        return blocks;
    }

    private void addRow(String what, String value, Tone tone) {
        rows.add(List.of(Cell.of(what), new Cell(value.isEmpty() ? Numbers.NONE : value, tone)));
    }

    private String started() {
        List<String> times = environments.stream()
                .map(Environment::startedAt)
                .sorted()
                .distinct()
                .toList();
        String first = times.get(0);
        return times.size() == 1 ? first : first + " to " + times.get(times.size() - 1);
    }

    private Tone commitTone() {
        boolean one = environments.stream().map(Environment::commit).distinct().count() == 1;
        return one && !environments.get(0).commit().endsWith("+") ? Tone.PLAIN : Tone.WARN;
    }

    private boolean isBusy() {
        return environments.stream().anyMatch(env -> env.loadBefore() > BUSY);
    }

    private String distinct(Function<Environment, String> property) {
        return environments.stream()
                .map(property)
                .filter(text -> !text.isEmpty())
                .distinct()
                .collect(Collectors.joining("; "));
    }

    private String range(ToDoubleFunction<Environment> property) {
        Spread spread = Spread.of(environments.stream().mapToDouble(property).toArray());
        return spread.min() == spread.max() ? Numbers.fixed(spread.min(), 2) : spread.range();
    }
}
