package io.essaim.bench.report;

import io.essaim.bench.report.Block.Bar;
import io.essaim.bench.report.Block.Bars;
import io.essaim.bench.report.Block.Cell;
import io.essaim.bench.report.Block.Column;
import io.essaim.bench.report.Block.Limit;
import io.essaim.bench.report.Block.Lines;
import io.essaim.bench.report.Block.Table;
import io.essaim.bench.report.Claim.Answer;
import java.util.List;
import java.util.Locale;

/** Writes blocks as elements. Bars are elements, too; of lines there is only a place, which the script fills. */
final class HtmlBlocks {
    /** Characters from which on a cell has a column that is wide. */
    private static final int LONG = 24;

    private final HtmlWriter out;

    HtmlBlocks(HtmlWriter out) {
        this.out = out;
    }

    void write(Section section) {
        out.open("section", "id", section.id(), "aria-labelledby", section.id() + "-title");
        out.element("h2", section.title(), "id", section.id() + "-title");
        section.blocks().forEach(this::write);
        out.close("section");
    }

    private void write(Block block) {
        if (block instanceof Block.Text text) {
            out.element("p", text.text(), "class", name("tone", text.tone()));
        } else if (block instanceof Block.Items items) {
            out.open("ul");
            items.items().forEach(item -> out.element("li", item));
            out.close("ul");
        } else if (block instanceof Block.Commands commands) {
            write(commands);
        } else if (block instanceof Block.Claims claims) {
            claims.claims().forEach(this::write);
        } else if (block instanceof Table table) {
            write(table);
        } else if (block instanceof Bars bars) {
            write(bars);
        } else if (block instanceof Lines lines) {
            write(lines);
        }
    }

    private void write(Block.Commands commands) {
        if (!commands.lines().isEmpty()) {
            out.open("div", "class", "commands");
            out.element("p", "Repeat it:");
            commands.lines().forEach(line -> out.element("code", line));
            out.close("div");
        }
    }

    private void write(Claim claim) {
        out.open("div", "class", "claim");
        out.element("h3", claim.question());
        out.open("ul");
        for (Answer answer : claim.answers()) {
            out.open("li");
            out.element(
                    "span",
                    answer.outcome().word(),
                    "class",
                    "badge " + name("tone", answer.outcome().tone()));
            out.element("span", answer.subject(), "class", "subject");
            out.element("span", answer.measured(), "class", "measured");
            out.close("li");
        }
        out.close("ul").close("div");
    }

    /** In a box of its own, which scrolls, and which a keyboard reaches. */
    private void write(Table table) {
        if (table.caption().isEmpty()) {
            out.open("div", "class", "table").open("table");
        } else {
            out.element("p", table.caption(), "class", "caption");
            out.open("div", "class", "table", "tabindex", "0", "role", "region", "aria-label", table.caption());
            out.open("table", "aria-label", table.caption()).open("thead").open("tr");
            table.columns().forEach(this::writeHeader);
            out.close("tr").close("thead");
        }
        out.open("tbody");
        for (List<Cell> row : table.rows()) {
            out.open("tr");
            for (int i = 0; i < row.size(); i++) {
                Cell cell = row.get(i);
                String classes =
                        name("tone", cell.tone()) + width(table.columns().get(i), cell);
                if (i == 0) {
                    out.element("th", cell.text(), "scope", "row", "class", classes);
                } else {
                    out.element("td", cell.text(), "class", classes);
                }
            }
            out.close("tr");
        }
        out.close("tbody").close("table").close("div");
    }

    private static String width(Column column, Cell cell) {
        if (column.isNumber()) {
            return " number";
        }
        return cell.text().length() > LONG ? " long" : "";
    }

    private void writeHeader(Column column) {
        out.open("th", "scope", "col", "class", column.isNumber() ? "number" : "");
        out.text(column.title());
        if (!column.unit().isEmpty()) {
            out.text(" ").element("small", column.unit());
        }
        out.close("th");
    }

    private void write(Bars bars) {
        out.open("figure", "class", "bars");
        writeCaption(bars.title() + ", " + bars.unit(), bars.good());
        Limit limit = bars.limit();
        String style = limit == null ? "" : "--limit:" + percent(limit.value(), bars.axisEnd());
        out.open("ul", "class", limit == null ? "" : "limited", "style", style);
        for (Bar bar : bars.bars()) {
            write(bar, bars.axisEnd());
        }
        out.close("ul");
        out.open("p", "class", "scale", "aria-hidden", "true");
        out.open("span").element("span", "0");
        if (limit != null) {
            out.element("span", limit.name(), "class", "limit-name", "style", style);
        }
        out.element("span", Numbers.of(bars.axisEnd()) + " " + bars.unit());
        out.close("span").close("p").close("figure");
    }

    private void write(Bar bar, double axisEnd) {
        Spread spread = bar.spread();
        boolean torn = spread.median() > axisEnd;
        out.open("li", "class", name("bar", bar.kind()) + (torn ? " torn" : ""));
        out.element("span", bar.name(), "class", "name");
        out.open("span", "class", "track", "aria-hidden", "true");
        out.element("span", "", "class", "fill", "style", "width:" + percent(spread.median(), axisEnd));
        if (spread.count() > 1 && spread.max() <= axisEnd) {
            out.element(
                    "span",
                    "",
                    "class",
                    "whisker",
                    "style",
                    "left:" + percent(spread.min(), axisEnd) + ";width:"
                            + percent(spread.max() - spread.min(), axisEnd));
        }
        out.close("span");
        out.element("span", bar.text() + (torn ? ", beyond the axis" : ""), "class", "value");
        out.close("li");
    }

    private void write(Lines lines) {
        out.open("figure", "class", "lines", "id", lines.id());
        writeCaption(lines.title(), lines.good());
        out.open("div", "class", "plot", "role", "img", "aria-label", lines.title() + ". " + lines.alternative());
        out.element(
                "p", "The plot is drawn by a script, which did not run. " + lines.alternative(), "class", "undrawn");
        out.close("div").close("figure");
    }

    private void writeCaption(String title, String good) {
        out.open("figcaption")
                .element("b", title)
                .text(" ")
                .element("span", good)
                .close("figcaption");
    }

    private static String percent(double value, double end) {
        double share = Double.isFinite(value / end) ? Math.max(0, Math.min(1, value / end)) : 0;
        return String.format(Locale.ROOT, "%.2f%%", 100 * share);
    }

    private static String name(String prefix, Enum<?> value) {
        return prefix + "-" + value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
