package io.essaim.bench.report;

import io.essaim.bench.report.Block.Cell;
import io.essaim.bench.report.Block.Column;
import io.essaim.bench.report.Block.Table;
import io.essaim.bench.result.Environment;
import java.util.ArrayList;
import java.util.List;

/** What an older set of files had under the same labels. */
final class ChangeSection {
    private static final List<Column> COLUMNS = List.of(
            Column.text("label"),
            Column.text("measure"),
            Column.text("unit"),
            Column.number("old", ""),
            Column.number("new", ""),
            Column.number("change", "%"),
            Column.text("reading"));

    private ChangeSection() {}

    static Section of(ReportData data, ReportData baseline) {
        List<Measure> olds = Measure.of(baseline);
        List<Measure> news = Measure.of(data);
        List<List<Cell>> rows = new ArrayList<>();
        for (Measure now : news) {
            olds.stream().filter(now::isSame).findFirst().ifPresent(old -> rows.add(row(old, now)));
        }
        List<Block> blocks = new ArrayList<>();
        blocks.add(new Block.Text("The baseline was measured at another time (" + commits(baseline) + "; now "
                + commits(data) + "): only what lies beyond the spread of both is a change, and only on the same idle "
                + "machine. Least..greatest over rounds, or JMH's interval, are in brackets."));
        if (machines(baseline).stream().anyMatch(machine -> !machines(data).contains(machine))) {
            blocks.add(new Block.Text(
                    "Beware: the baseline is from another machine, Java or system. Times below compare those, too.",
                    Tone.WARN));
        }
        if (rows.isEmpty()) {
            blocks.add(new Block.Text("No label of the baseline is found again.", Tone.WARN));
        } else {
            blocks.add(new Table("Change since the baseline", COLUMNS, rows));
        }
        long gone = olds.stream()
                .filter(old -> news.stream().noneMatch(old::isSame))
                .count();
        if (gone > 0) {
            blocks.add(new Block.Text(
                    gone + " of " + olds.size() + " numbers of the baseline have no counterpart now.", Tone.WARN));
        }
        return new Section("change", "Change since the baseline", blocks);
    }

    private static List<Cell> row(Measure old, Measure now) {
        return List.of(
                Cell.of(now.label()),
                Cell.of(now.name()),
                Cell.of(now.unit()),
                Cell.of(text(old.spread())),
                Cell.of(text(now.spread())),
                Cell.of(Numbers.change(old.spread().median(), now.spread().median())),
                reading(old, now));
    }

    static Cell reading(Measure old, Measure now) {
        double change = now.spread().median() - old.spread().median();
        if (!Double.isFinite(change)) {
            return Cell.of(Numbers.NONE);
        }
        if (change == 0) {
            return Cell.of("the same");
        }
        if (!now.isFact()) {
            if (old.spread().count() < 2 || now.spread().count() < 2) {
                return Cell.of("one run each: spread unknown");
            }
            if (old.spread().overlaps(now.spread())) {
                return Cell.of("within the spread");
            }
        }
        String how = now.isFact() ? " (counted)" : ", beyond the spread";
        return switch (now.better()) {
            case UNKNOWN -> Cell.of("changed" + how);
            case LOWER -> change < 0 ? new Cell("better" + how, Tone.GOOD) : new Cell("worse" + how, Tone.BAD);
            case HIGHER -> change > 0 ? new Cell("better" + how, Tone.GOOD) : new Cell("worse" + how, Tone.BAD);
        };
    }

    private static String text(Spread spread) {
        return Numbers.of(spread.median()) + (spread.count() < 2 ? "" : " [" + spread.range() + "]");
    }

    private static String commits(ReportData data) {
        List<String> commits = data.environments().stream()
                .map(Environment::commit)
                .filter(commit -> !commit.isEmpty())
                .distinct()
                .toList();
        return commits.isEmpty() ? "commit unknown" : "commit " + String.join(", ", commits);
    }

    private static List<String> machines(ReportData data) {
        return data.environments().stream()
                .map(env -> env.processor() + " × " + env.cores() + ", " + env.system() + ", " + env.java())
                .distinct()
                .toList();
    }
}
