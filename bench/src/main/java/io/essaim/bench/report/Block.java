package io.essaim.bench.report;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A piece of the report, said once and written as HTML and as Markdown. */
sealed interface Block {

    /** A paragraph. */
    record Text(String text, Tone tone) implements Block {
        Text(String text) {
            this(text, Tone.PLAIN);
        }
    }

    record Items(List<String> items) implements Block {}

    /** Command lines that repeat what is shown. */
    record Commands(List<String> lines) implements Block {}

    record Claims(List<Claim> claims) implements Block {}

    record Table(String caption, List<Column> columns, List<List<Cell>> rows) implements Block {
        /** Leaves out the columns in which no row has anything to say. */
        static Table ofFilled(String caption, List<Column> columns, List<List<Cell>> rows) {
            int[] filled = IntStream.range(0, columns.size())
                    .filter(i ->
                            rows.stream().anyMatch(row -> !row.get(i).text().isEmpty()))
                    .toArray();
            return new Table(
                    caption,
                    at(filled, columns),
                    rows.stream().map(row -> at(filled, row)).toList());
        }

        private static <T> List<T> at(int[] indices, List<T> all) {
            return Arrays.stream(indices).mapToObj(all::get).toList();
        }
    }

    /**
     * Horizontal bars from 0, in the given order.
     *
     * @param good which end is the better one
     * @param limit drawn as a line; null for none
     * @param axisEnd where the axis ends; longer bars are drawn torn
     */
    record Bars(
            String title,
            String good,
            String unit,
            List<Bar> bars,
            @Nullable Limit limit,
            double axisEnd) implements Block {}

    /** @param spread its median is the bar's length; with more than one value, whiskers are drawn */
    record Bar(String name, Spread spread, String text, Kind kind) {
        enum Kind {
            OTHER,
            OURS,
            OVER,
            NOT_COMPARABLE
        }
    }

    /**
     * Lines over two logarithmic axes. Points that have no logarithm are left out.
     *
     * @param id unique in the page
     * @param alternative where the same values stand as text
     */
    record Lines(
            String id,
            String title,
            String good,
            Axis axis,
            String xTitle,
            String yTitle,
            List<Line> lines,
            @Nullable Limit limit,
            String alternative)
            implements Block {}

    enum Axis {
        /** 1 / (1 − p): every tick is one more nine. */
        NINES,
        LOG
    }

    /** @param reference not measured: drawn for comparison */
    record Line(String name, List<Point> points, boolean reference) {}

    record Point(double x, double y) {
        boolean isDrawable() {
            return Double.isFinite(x) && Double.isFinite(y) && x > 0 && y > 0;
        }
    }

    record Limit(double value, String name) {}

    /** @param unit empty for none */
    record Column(String title, String unit, boolean isNumber) {
        static Column text(String title) {
            return new Column(title, "", false);
        }

        static Column number(String title, String unit) {
            return new Column(title, unit, true);
        }
    }

    record Cell(String text, Tone tone) {
        static Cell of(String text) {
            return new Cell(text, Tone.PLAIN);
        }

        static Cell of(Outcome outcome) {
            return new Cell(outcome.word(), outcome.tone());
        }
    }
}
