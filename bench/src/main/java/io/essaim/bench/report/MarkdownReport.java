package io.essaim.bench.report;

import io.essaim.bench.report.Block.Cell;
import io.essaim.bench.report.Block.Column;
import io.essaim.bench.report.Block.Table;
import java.util.List;
import java.util.stream.Collectors;

/** The report as Markdown: everything but the plots. */
final class MarkdownReport {
    private static final String MARKS = "\\`*_[]|#~";

    private final StringBuilder out = new StringBuilder();

    private MarkdownReport() {}

    static String write(List<Section> sections) {
        MarkdownReport report = new MarkdownReport();
        report.out.append("# ").append(Report.TITLE).append("\n\nWritten by `./essaim bench report`; do not edit.\n");
        sections.forEach(report::add);
        return report.out.toString();
    }

    private void add(Section section) {
        out.append("\n## ").append(section.title()).append('\n');
        section.blocks().forEach(this::add);
    }

    private void add(Block block) {
        if (block instanceof Block.Text text) {
            String mark = text.tone() == Tone.PLAIN ? "" : "**";
            out.append('\n')
                    .append(mark)
                    .append(escaped(text.text()))
                    .append(mark)
                    .append('\n');
        } else if (block instanceof Block.Items items) {
            out.append('\n');
            items.items().forEach(item -> out.append("- ").append(escaped(item)).append('\n'));
        } else if (block instanceof Block.Commands commands) {
            add(commands);
        } else if (block instanceof Block.Claims claims) {
            claims.claims().forEach(this::add);
        } else if (block instanceof Table table) {
            add(table);
        }
    }

    /** An indented block, where nothing is markup. */
    private void add(Block.Commands commands) {
        if (!commands.lines().isEmpty()) {
            out.append("\nRepeat it:\n\n");
            commands.lines()
                    .forEach(line -> out.append("    ").append(inOneLine(line)).append('\n'));
        }
    }

    private void add(Claim claim) {
        out.append("\n**").append(escaped(claim.question())).append("**\n\n");
        for (Claim.Answer answer : claim.answers()) {
            out.append("- ")
                    .append(answer.outcome().word())
                    .append(": ")
                    .append(escaped(answer.subject()))
                    .append(": ")
                    .append(escaped(answer.measured()))
                    .append('\n');
        }
    }

    private void add(Table table) {
        if (!table.caption().isEmpty()) {
            out.append("\n**").append(escaped(table.caption())).append("**\n");
        }
        out.append('\n');
        addRow(table.columns().stream()
                .map(column -> column.unit().isEmpty() ? column.title() : column.title() + ", " + column.unit())
                .toList());
        addRow(table.columns().stream()
                .map(Column::isNumber)
                .map(number -> number ? "---:" : "---")
                .toList());
        table.rows()
                .forEach(row -> addRow(row.stream()
                        .map(Cell::text)
                        .map(MarkdownReport::escaped)
                        .toList()));
    }

    private void addRow(List<String> cells) {
        out.append(cells.stream().collect(Collectors.joining(" | ", "| ", " |")))
                .append('\n');
    }

    /** Text that no renderer takes for markup or for HTML. */
    static String escaped(String text) {
        StringBuilder escaped = new StringBuilder();
        for (char c : inOneLine(text).toCharArray()) {
            switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                default -> escaped.append(MARKS.indexOf(c) < 0 ? "" : "\\").append(c);
            }
        }
        return escaped.toString();
    }

    private static String inOneLine(String text) {
        return text.replaceAll("\\s+", " ").strip();
    }
}
