package io.essaim.bench.report;

import io.essaim.bench.report.Block.Bar;
import io.essaim.bench.report.Block.Bars;
import io.essaim.bench.report.Block.Cell;
import io.essaim.bench.report.Block.Column;
import io.essaim.bench.report.Block.Limit;
import io.essaim.bench.report.Block.Table;
import io.essaim.bench.result.LoadResult;
import io.essaim.bench.result.SizeResult;
import io.essaim.bench.result.Verdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What a client needs, by encoding: counted from frames, and seen on the wire. */
final class BandwidthSection {
    private static final int[] RATES = {60, 30, 20};
    /** The limit stands at a quarter of the axis; what is many times above it would else press the rest to nothing. */
    private static final double AXIS_END = 4e-3 * Verdicts.BYTES_PER_SECOND;

    private static final List<Column> COLUMNS = List.of(
            Column.text("form"),
            Column.text("frames of"),
            Column.text("how it is known"),
            Column.number("agents", ""),
            Column.number("frame", "B"),
            Column.number("60 fps", "KB/s"),
            Column.number("30 fps", "KB/s"),
            Column.number("20 fps", "KB/s"),
            Column.number("of the limit, 60 fps", "%"),
            Column.text("values"),
            Column.text("at 60 fps"));

    private static final List<Column> CODEC_COLUMNS = List.of(
            Column.text("frames of"),
            Column.number("agents", ""),
            Column.number("coded", "B/frame"),
            Column.number("60 fps", "KB/s"),
            Column.number("keyframe", "B"),
            Column.number("sync points", ""),
            Column.number("entropy of x, y, z", "bits"),
            Column.number("of frequency", "bits"),
            Column.number("of a frame", "B"));

    private BandwidthSection() {}

    static Section of(ReportData data) {
        List<Bar> bars = new ArrayList<>();
        List<List<Cell>> rows = new ArrayList<>();
        for (SizeResult size : data.sizes()) {
            for (SizeResult.Row form : size.rows()) {
                rows.add(row(form));
                if (Verdicts.isPromised(form)) {
                    bars.add(bar(form.form(), Verdicts.bytesPerSecond(form, Verdicts.FRAMES_PER_SECOND)));
                }
            }
        }
        for (LoadResult run : data.loads()) {
            if (Verdicts.isPromised(run) && run.verdict() != Verdict.INVALID && run.frames() > 0) {
                rows.add(row(run));
                bars.add(bar("wire: " + run.label(), Verdicts.bytesPerSecond(run)));
            }
        }
        if (rows.isEmpty()) {
            return section(List.of(new Block.Text(
                    "Not measured: there is no size result, and no valid load run of " + Verdicts.AGENTS + " agents at "
                            + Verdicts.FRAMES_PER_SECOND + " frames a second.",
                    Tone.WARN)));
        }
        bars.sort(Comparator.comparingDouble(bar -> bar.spread().median()));
        List<Block> blocks = new ArrayList<>();
        if (!bars.isEmpty()) {
            blocks.add(new Bars(
                    "Bandwidth per client, " + Verdicts.AGENTS + " agents at " + Verdicts.FRAMES_PER_SECOND
                            + " frames a second",
                    "Lower is better; the line is what is promised.",
                    "KB/s",
                    bars,
                    new Limit(
                            Verdicts.BYTES_PER_SECOND / 1e3,
                            Numbers.fixed(Verdicts.BYTES_PER_SECOND / 1e3, 0) + " KB/s"),
                    Math.min(AXIS_END, 1.05 * bars.get(bars.size() - 1).spread().max())));
        }
        blocks.add(new Table("Bandwidth by encoding; payload and WebSocket header, before TCP and IP", COLUMNS, rows));
        List<List<Cell>> codecs = data.sizes().stream()
                .flatMap(size -> size.codecs().stream())
                .map(BandwidthSection::row)
                .toList();
        if (!codecs.isEmpty()) {
            blocks.add(new Table(
                    "The form delta: coded bytes, what who joins gets first, and the entropy of second differences,"
                            + " of order zero",
                    CODEC_COLUMNS,
                    codecs));
        }
        for (SizeResult size : data.sizes()) {
            blocks.add(new Block.Text("Counted: " + size.source() + "."));
        }
        blocks.add(new Block.Commands(data.commands(SizeResult.class)));
        return section(blocks);
    }

    private static Section section(List<Block> blocks) {
        return new Section("bandwidth", "Bandwidth by encoding", blocks);
    }

    private static Bar bar(String name, double bytesPerSecond) {
        boolean within = Verdicts.isWithin(bytesPerSecond);
        return new Bar(
                name,
                Spread.of(bytesPerSecond / 1e3),
                Numbers.kilobytes(bytesPerSecond) + (within ? "" : " over"),
                within ? Bar.Kind.OURS : Bar.Kind.OVER);
    }

    private static List<Cell> row(SizeResult.Row form) {
        List<Cell> cells = new ArrayList<>();
        cells.add(Cell.of(form.form()));
        cells.add(Cell.of(form.set()));
        cells.add(Cell.of("counted over " + Numbers.plural(form.frames(), "frame")));
        cells.add(Cell.of(Numbers.count(form.agents())));
        cells.add(Cell.of(Numbers.fixed(form.bytesPerFrame(), 0)));
        for (int rate : RATES) {
            cells.add(Cell.of(Numbers.kilobytes(Verdicts.bytesPerSecond(form, rate))));
        }
        double promised = Verdicts.bytesPerSecond(form, Verdicts.FRAMES_PER_SECOND);
        cells.add(Cell.of(ofLimit(promised)));
        cells.add(Cell.of(form.exact() ? "exact" : "rounded"));
        cells.add(within(promised));
        return cells;
    }

    private static List<Cell> row(SizeResult.Codec codec) {
        List<Double> bits = codec.secondDifferenceBits();
        double sum = bits.stream().mapToDouble(Double::doubleValue).sum();
        double frequency = bits.get(bits.size() - 1);
        return List.of(
                Cell.of(codec.set()),
                Cell.of(Numbers.count(codec.agents())),
                Cell.of(Numbers.fixed(codec.codedBytesPerFrame(), 1)),
                Cell.of(Numbers.kilobytes(codec.codedBytesPerFrame() * Verdicts.FRAMES_PER_SECOND)),
                Cell.of(codec.syncPoints() == 0 ? Numbers.NONE : Numbers.fixed(codec.keyframeBytes(), 0)),
                Cell.of(Numbers.count(codec.syncPoints())),
                Cell.of(Numbers.fixed(sum - frequency, 2)),
                Cell.of(Numbers.fixed(frequency, 2)),
                Cell.of(Numbers.fixed(sum * codec.agents() / Byte.SIZE, 1)));
    }

    private static List<Cell> row(LoadResult run) {
        double promised = Verdicts.bytesPerSecond(run);
        return List.of(
                Cell.of(run.encoding()),
                Cell.of(SizeResult.FLOW),
                Cell.of("on the wire, " + run.label()),
                Cell.of(Numbers.count(run.agents())),
                Cell.of(Numbers.fixed(run.bytesPerFrame(), 0)),
                Cell.of(Numbers.kilobytes(promised)),
                Cell.of(Numbers.NONE),
                Cell.of(Numbers.NONE),
                Cell.of(ofLimit(promised)),
                Cell.of(Numbers.count(run.verified()) + " compared"),
                within(promised));
    }

    private static String ofLimit(double bytesPerSecond) {
        return Numbers.fixed(100 * bytesPerSecond / Verdicts.BYTES_PER_SECOND, 0);
    }

    private static Cell within(double bytesPerSecond) {
        return Cell.of(Verdicts.isWithin(bytesPerSecond) ? Outcome.PASS : Outcome.OVER);
    }
}
