package io.essaim.server.terminal;

import java.io.PrintWriter;
import java.util.HexFormat;
import java.util.Locale;

/** Prints messages as tables: a row for each field, beside its bytes. Not thread-safe. */
final class DissectionPrinter {
    private static final int BYTES_A_LINE = 8;
    /** Of a longer row its first bytes are shown, unless all are. */
    private static final int LINES_MAX = 4;

    private static final HexFormat HEX = HexFormat.ofDelimiter(" ");

    private final MessageSchema schema;
    private final PrintWriter out;
    private final boolean all;

    /** @param all whether long groups and texts are shown whole */
    DissectionPrinter(MessageSchema schema, PrintWriter out, boolean all) {
        this.schema = schema;
        this.out = out;
        this.all = all;
    }

    /**
     * Prints one message.
     *
     * @param heading before the name of its kind
     * @return whether it is well formed
     */
    boolean print(String heading, byte[] message) {
        out.println(heading
                + message.length
                + (message.length == 1 ? " byte, " : " bytes, ")
                + Dissector.title(schema, message));
        line("offset", "bytes", "name", "type", "value", "meaning");
        try {
            new Dissector(schema, all, row -> print(row, message)).dissect(message);
            return true;
        } catch (Dissector.Fault e) {
            out.println("error at offset " + e.offset() + ": " + e.getMessage());
            return false;
        } finally {
            out.flush();
        }
    }

    private void print(Dissector.Row row, byte[] message) {
        if (row.length() == 0) {
            line(row.offset(), "...", row.name(), row.type(), row.value(), row.meaning());
            return;
        }
        int end = row.offset() + row.length();
        int shownEnd = all ? end : Math.min(end, row.offset() + LINES_MAX * BYTES_A_LINE);
        for (int from = row.offset(); from < shownEnd; from += BYTES_A_LINE) {
            String hex = HEX.formatHex(message, from, Math.min(shownEnd, from + BYTES_A_LINE));
            if (from == row.offset()) {
                line(from, hex, row.name(), row.type(), row.value(), row.meaning());
            } else {
                line(from, hex, "", "", "", "");
            }
        }
        if (shownEnd < end) {
            line(shownEnd, "...", "", "", "", (end - shownEnd) + " bytes more; --all shows them");
        }
    }

    private void line(Object offset, String hex, String name, String type, String value, String meaning) {
        String line =
                String.format(Locale.ROOT, "%6s  %-23s  %-28s %-7s %-18s %s", offset, hex, name, type, value, meaning);
        out.println(line.stripTrailing());
    }
}
