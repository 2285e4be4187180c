package io.essaim.bench.report;

import io.essaim.bench.report.Block.Cell;
import io.essaim.bench.report.Block.Column;
import io.essaim.bench.report.Block.Table;
import java.util.List;

/** What JMH measured. */
final class JmhSection {
    /** From here on a time is an order of magnitude. */
    private static final double NOISY_PERCENT = 20;

    private static final List<Column> COLUMNS = List.of(
            Column.text("benchmark"),
            Column.text("parameters"),
            Column.number("score", ""),
            Column.number("± error", ""),
            Column.number("± error", "%"),
            Column.text("unit"),
            Column.number("allocated", "B/op"));

    private JmhSection() {}

    static Section of(ReportData data) {
        return new Section(
                "jmh",
                "Inside the JVM",
                data.jmh().isEmpty()
                        ? List.of(new Block.Text(
                                "Not measured: there is no file of JMH ('-rf json -rff NAME.jmh.json').", Tone.WARN))
                        : List.of(
                                new Block.Text(
                                        "By JMH: mean and half of its 99.9 % confidence interval, without sockets. "
                                                + "Lower is better where the unit is a time per operation."),
                                new Table(
                                        "JMH benchmarks",
                                        COLUMNS,
                                        data.jmh().stream().map(JmhSection::row).toList())));
    }

    private static List<Cell> row(JmhScore score) {
        double percent = 100 * score.error() / score.score();
        boolean noisy = percent > NOISY_PERCENT;
        return List.of(
                Cell.of(score.benchmark()),
                Cell.of(score.paramsText()),
                Cell.of(Numbers.of(score.score())),
                Cell.of(Numbers.of(score.error())),
                new Cell(Numbers.fixed(percent, 0) + (noisy ? " noisy" : ""), noisy ? Tone.WARN : Tone.PLAIN),
                Cell.of(score.unit()),
                Cell.of(Numbers.of(score.allocatedBytes())));
    }
}
