package io.essaim.bench.report;

import io.essaim.bench.report.Block.Axis;
import io.essaim.bench.report.Block.Cell;
import io.essaim.bench.report.Block.Column;
import io.essaim.bench.report.Block.Limit;
import io.essaim.bench.report.Block.Line;
import io.essaim.bench.report.Block.Lines;
import io.essaim.bench.report.Block.Table;
import io.essaim.bench.report.GrowthCurve.Step;
import io.essaim.bench.result.GrowthResult;
import io.essaim.bench.result.LoadResult;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** How costs grow with agents and with clients. */
final class GrowthSection {
    private static final String IN_TABLE = "The same values are in the table below the plots.";

    private final List<Block> blocks = new ArrayList<>();

    private GrowthSection() {}

    static Section of(ReportData data) {
        GrowthSection section = new GrowthSection();
        List<LoadResult> byAgents = data.growths().stream()
                .flatMap(growth -> growth.byAgents().stream())
                .toList();
        List<LoadResult> byClients = data.growths().stream()
                .flatMap(growth -> growth.byClients().stream())
                .toList();
        if (byAgents.isEmpty() && byClients.isEmpty()) {
            section.blocks.add(new Block.Text("Not measured: there is no growth result.", Tone.WARN));
        } else {
            section.blocks.add(
                    new Block.Text("The slope is between a point and the one before it, over two logarithmic axes: "
                            + "1 is proportional, 0 is free. A slope of the whole cost above "
                            + GrowthCurve.WORSE_THAN_LINEAR + " is called worse than linear."));
            section.addByAgents(byAgents);
            section.addByClients(byClients);
            section.blocks.add(new Block.Commands(data.commands(GrowthResult.class)));
        }
        return new Section("growth", "Growth", section.blocks);
    }

    private void addByAgents(List<LoadResult> runs) {
        if (runs.isEmpty()) {
            blocks.add(new Block.Text("Growth with agents was not measured.", Tone.WARN));
            return;
        }
        List<GrowthCurve> curves = GrowthCurve.of(runs, LoadResult::agents, GrowthSection::cpuPerFrame);
        blocks.add(plot(
                "plot-agents-cpu",
                "Server CPU per client-frame, by agents",
                "agents",
                "µs per client-frame",
                cost(curves),
                null));
        blocks.add(plot(
                "plot-agents-age",
                "Age at p99, by agents",
                "agents",
                "ms",
                lines(curves, step -> step.run().ages().p99Micros() / 1e3),
                ageLimit()));
        blocks.add(table(
                "Growth with agents",
                Column.number("agents", ""),
                Column.number("CPU", "µs/client-frame"),
                Column.number("CPU per agent", "ns/client-frame"),
                curves));
    }

    private void addByClients(List<LoadResult> runs) {
        if (runs.isEmpty()) {
            blocks.add(new Block.Text("Growth with clients was not measured.", Tone.WARN));
            return;
        }
        List<GrowthCurve> curves = GrowthCurve.of(runs, LoadResult::clients, run -> run.clients() * cpuPerFrame(run));
        blocks.add(plot(
                "plot-clients-cpu",
                "Server CPU per tick, by clients",
                "clients",
                "µs per tick to all",
                cost(curves),
                null));
        blocks.add(plot(
                "plot-clients-age",
                "Age at p99, by clients",
                "clients",
                "ms",
                lines(curves, step -> step.run().ages().p99Micros() / 1e3),
                ageLimit()));
        blocks.add(plot(
                "plot-clients-memory",
                "Server memory per connection, by clients",
                "clients",
                "B per connection",
                lines(curves, step -> memory(step.run())),
                null));
        blocks.add(table(
                "Growth with clients",
                Column.number("clients", ""),
                Column.number("CPU", "µs/tick to all"),
                Column.number("CPU per client", "ns/client-frame"),
                curves));
    }

    private static Limit ageLimit() {
        return new Limit(Verdicts.AGE_MICROS / 1e3, Verdicts.AGE_MICROS / 1_000 + " ms");
    }

    private static Lines plot(
            String id, String title, String xTitle, String yTitle, List<Line> lines, @Nullable Limit limit) {
        return new Lines(id, title, "Lower and flatter is better.", Axis.LOG, xTitle, yTitle, lines, limit, IN_TABLE);
    }

    private static List<Line> lines(List<GrowthCurve> curves, ToDoubleFunction<Step> y) {
        return curves.stream()
                .map(curve -> new Line(curve.name(), curve.points(y), false))
                .toList();
    }

    /** Each curve and, for the eye, what it would be if it were proportional. */
    private static List<Line> cost(List<GrowthCurve> curves) {
        List<Line> lines = new ArrayList<>(lines(curves, Step::cost));
        for (GrowthCurve curve : curves) {
            if (!curve.linear().isEmpty()) {
                lines.add(new Line(curve.name() + ", if proportional", curve.linear(), true));
            }
        }
        return lines;
    }

    private static Table table(String caption, Column size, Column cost, Column costPerUnit, List<GrowthCurve> curves) {
        List<Column> columns = List.of(
                Column.text("encoding"),
                size,
                cost,
                costPerUnit,
                Column.number("slope of the whole", ""),
                Column.text("cost per unit"),
                Column.number("age p99", "ms"),
                Column.number("worst client", "fps"),
                Column.number("bandwidth", "KB/s"),
                Column.number("memory", "B/connection"),
                Column.text("verdict"),
                Column.text("reasons"));
        return Table.ofFilled(
                caption,
                columns,
                curves.stream()
                        .flatMap(curve -> curve.steps().stream().map(step -> row(curve, step)))
                        .toList());
    }

    private static List<Cell> row(GrowthCurve curve, Step step) {
        LoadResult run = step.run();
        return List.of(
                Cell.of(curve.name()),
                Cell.of(Numbers.count(step.size())),
                Cell.of(Numbers.of(step.cost())),
                Cell.of(Numbers.of(1_000 * step.cost() / step.size())),
                Cell.of(Numbers.fixed(step.slope(), 2)),
                perUnit(step),
                Cell.of(Numbers.millis(run.ages().p99Micros())),
                Cell.of(Numbers.fixed(run.framesPerSecondWorst(), 1)),
                Cell.of(Numbers.kilobytes(run.bytesPerSecondPerClient())),
                Cell.of(
                        run.server() == null
                                ? Numbers.NONE
                                : Numbers.count(run.server().bytesPerConnection())),
                Cell.of(Outcome.of(run.verdict())),
                Cell.of(String.join("; ", run.reasons())));
    }

    private static Cell perUnit(Step step) {
        if (Double.isNaN(step.slope())) {
            return Cell.of(Numbers.NONE);
        }
        if (step.isWorseThanLinear()) {
            return new Cell("grows: worse than linear", Tone.BAD);
        }
        return Cell.of(step.slope() < 2 - GrowthCurve.WORSE_THAN_LINEAR ? "falls" : "stays");
    }

    private static double cpuPerFrame(LoadResult run) {
        return run.server() == null ? Double.NaN : run.server().cpuMicrosPerFrame();
    }

    private static double memory(LoadResult run) {
        return run.server() == null ? Double.NaN : run.server().bytesPerConnection();
    }
}
