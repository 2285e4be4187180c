package io.essaim.bench.size;

import io.essaim.bench.Target;
import io.essaim.bench.result.SizeResult.Row;
import java.util.List;
import java.util.Locale;

/** Sizes as a picture: a group of bars for each set, over a logarithmic axis. In the colours of the report, light and dark. */
final class SizePlot {
    /** Of all forms those that one would ask for, and no more than fit. */
    private static final List<String> FORMS = List.of(
            "JSON",
            "MessagePack",
            "Protobuf",
            "JSON + deflate, no context",
            "SBE float32",
            "JSON + deflate",
            "SBE plain",
            "SBE delta");

    private static final String OURS = "SBE delta";

    private static final int LEAST = 1;
    private static final int DECADES = 4;
    private static final int LEFT = 172;
    private static final int AXIS = 480;
    private static final int WIDTH = LEFT + AXIS + 78;
    private static final int TOP = 46;
    private static final int ROW = 13;
    private static final int BAR = 9;
    private static final int GROUP_TITLE = 22;
    private static final int GROUP = GROUP_TITLE + FORMS.size() * ROW + 8;
    private static final int BOTTOM = 26;

    private final StringBuilder svg = new StringBuilder();

    private SizePlot() {}

    static String of(List<FrameSizes> sets) {
        SizePlot plot = new SizePlot();
        plot.draw(sets);
        return plot.svg.toString();
    }

    private void draw(List<FrameSizes> sets) {
        int height = TOP + sets.size() * GROUP + BOTTOM;
        line(
                "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d' width='%d' height='%d' role='img'>",
                WIDTH, height, WIDTH, height);
        line("<title>Bytes a second to one client, by form</title>");
        svg.append("""
                <style>
                svg { --ground: #ffffff; --line: #dbe0e8; --text: #161b26; --soft: #545f73; --bar: #8b95a8; --ours: #2338b8; --warn: #8a5200 }
                @media (prefers-color-scheme: dark) {
                  svg { --ground: #10141c; --line: #2a3240; --text: #e8ecf4; --soft: #a3adbf; --bar: #7a869c; --ours: #8fb4ff; --warn: #ffc561 }
                }
                text { font: 11px system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif; fill: var(--text) }
                .soft { fill: var(--soft) }
                .title { font-weight: 600; font-size: 12px }
                .end { text-anchor: end }
                .middle { text-anchor: middle }
                .ground { fill: var(--ground) }
                .bar { fill: var(--bar) }
                .ours { fill: var(--ours) }
                .grid { stroke: var(--line) }
                .limit { stroke: var(--warn); stroke-dasharray: 4 3 }
                .warn { fill: var(--warn) }
                </style>
                """);
        line("<rect class='ground' width='100%%' height='100%%'/>");
        line("<text class='title' x='8' y='18'>KB/s to one client at %d frames a second</text>", SizeTable.FPS);
        line("<text class='soft' x='8' y='34'>payload; logarithmic, so each line is ten times the one before</text>");
        axis(height);
        for (int i = 0; i < sets.size(); i++) {
            group(sets.get(i), TOP + i * GROUP);
        }
        line("</svg>");
    }

    private void axis(int height) {
        int end = height - BOTTOM;
        double value = LEAST;
        for (int decade = 0; decade <= DECADES; decade++) {
            String x = at(value);
            line("<line class='grid' x1='%s' x2='%s' y1='%d' y2='%d'/>", x, x, TOP, end);
            line("<text class='soft middle' x='%s' y='%d'>%s</text>", x, end + 16, number("%,.0f", value));
            value *= 10;
        }
        String limit = at(Target.KILOBYTES_PER_SECOND);
        line("<line class='limit' x1='%s' x2='%s' y1='%d' y2='%d'/>", limit, limit, TOP, end);
        line("<text class='warn middle' x='%s' y='%d'>limit</text>", limit, TOP - 5);
    }

    private void group(FrameSizes sizes, int top) {
        line("<text class='title' x='8' y='%d'>%s</text>", top + 15, escaped(title(sizes)));
        for (int i = 0; i < FORMS.size(); i++) {
            String form = FORMS.get(i);
            double rate = sizes.rows().stream()
                    .filter(row -> row.form().equals(form))
                    .mapToDouble(Row::bytesPerFrame)
                    .map(bytes -> Target.kilobytesPerSecond(bytes, SizeTable.FPS))
                    .findFirst()
                    .orElseThrow();
            int y = top + GROUP_TITLE + i * ROW;
            double width = x(rate) - LEFT;
            line("<text class='end' x='%d' y='%d'>%s</text>", LEFT - 6, y + BAR, escaped(form));
            line(
                    "<rect class='%s' x='%d' y='%d' width='%s' height='%d'/>",
                    form.equals(OURS) ? "ours" : "bar", LEFT, y, number("%.1f", width), BAR);
            line(
                    "<text x='%s' y='%d'>%s</text>",
                    number("%.1f", LEFT + width + 5), y + BAR, number(rate < 99.95 ? "%,.1f" : "%,.0f", rate));
        }
    }

    private static String title(FrameSizes sizes) {
        return String.format(
                Locale.ROOT,
                "%s, %,d agents",
                sizes.codec().set(),
                sizes.codec().agents());
    }

    private static String at(double kilobytesPerSecond) {
        return number("%.1f", x(kilobytesPerSecond));
    }

    /** What is beyond the axis ends with it. */
    private static double x(double kilobytesPerSecond) {
        double decades = Math.log10(kilobytesPerSecond / LEAST);
        return LEFT + AXIS * Math.max(0, Math.min(1, decades / DECADES));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }

    private static String number(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }

    private void line(String format, Object... arguments) {
        svg.append(String.format(Locale.ROOT, format, arguments)).append('\n');
    }
}
