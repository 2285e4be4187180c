package io.essaim.server.swarm;

import de.siegmar.fastcsv.reader.CsvRecord;
import io.essaim.protocol.Limits;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Knows where the columns of one file are, and reads a row's cells. Blanks around a name or a number do not count.
 * Numbers are decimal ones, as in {@code -1.5} and {@code 2e-3}; of those that Java reads besides, NaN, infinities, {@code
 * 1f} and {@code 0x1p3} are refused.
 */
final class TrajectoryCells {
    private static final int QUOTED_CHARS_MAX = 40;

    private static final List<TrajectoryColumn> NUMBERS = List.of(
            TrajectoryColumn.T, TrajectoryColumn.X, TrajectoryColumn.Y, TrajectoryColumn.Z, TrajectoryColumn.FREQUENCY);

    private final Map<TrajectoryColumn, Integer> fieldOf = new EnumMap<>(TrajectoryColumn.class);
    private final int fields;

    TrajectoryCells(CsvRecord header) throws TrajectoryException {
        fields = header.getFieldCount();
        for (int field = 0; field < fields; field++) {
            TrajectoryColumn column = columnNamed(header.getField(field).strip(), field);
            if (has(column)) {
                throw new TrajectoryException(
                        "column " + (field + 1) + ": " + column.title() + " is a second time here; remove one");
            }
            fieldOf.put(column, field);
        }
        for (TrajectoryColumn column : TrajectoryColumn.values()) {
            if (column.isRequired() && !has(column)) {
                throw new TrajectoryException(
                        "there is no column " + column.title() + "; t, id, x, y and z are needed");
            }
        }
    }

    boolean has(TrajectoryColumn column) {
        return fieldOf.containsKey(column);
    }

    /** @param sample filled in as {@link Track} has it, of finite numbers */
    void read(CsvRecord row, double[] sample) throws TrajectoryException {
        if (row.getFieldCount() != fields) {
            throw new TrajectoryException(
                    "has " + row.getFieldCount() + " columns, the header " + fields + "; give each row as many");
        }
        int number = 0;
        for (TrajectoryColumn column : NUMBERS) {
            if (has(column)) {
                sample[number++] = number(row, column);
            }
        }
    }

    /** Read as unsigned. */
    int id(CsvRecord row) throws TrajectoryException {
        String text = text(row, TrajectoryColumn.ID);
        try {
            return Integer.parseUnsignedInt(text.strip());
        } catch (NumberFormatException e) {
            throw problem(TrajectoryColumn.ID, text, "is not a whole number from 0 to 4294967295");
        }
    }

    /** Null where the file has no labels. */
    @Nullable
    String label(CsvRecord row) throws TrajectoryException {
        if (!has(TrajectoryColumn.LABEL)) {
            return null;
        }
        String text = text(row, TrajectoryColumn.LABEL);
        if (text.isEmpty()) {
            throw problem(TrajectoryColumn.LABEL, text, "is no label; give each agent one, or remove the column");
        }
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > Limits.LABEL_BYTES_MAX) {
            throw problem(
                    TrajectoryColumn.LABEL,
                    text,
                    "has " + bytes + " bytes in UTF-8, at most " + Limits.LABEL_BYTES_MAX + "; shorten it");
        }
        return text;
    }

    /** A cell's text within a message: short, on one line, in quotes. */
    static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length() && i < QUOTED_CHARS_MAX; i++) {
            char c = text.charAt(i);
            quoted.append(Character.isISOControl(c) ? '\u00B7' : c);
        }
        return quoted.append(text.length() > QUOTED_CHARS_MAX ? "…\"" : "\"").toString();
    }

    private static TrajectoryColumn columnNamed(String name, int field) throws TrajectoryException {
        for (TrajectoryColumn column : TrajectoryColumn.values()) {
            if (column.title().equals(name)) {
                return column;
            }
        }
        throw new TrajectoryException("column " + (field + 1) + ": " + quoted(name)
                + " is unknown; the first line names the columns, of " + TrajectoryColumn.NAMES
                + ", with commas between them");
    }

    private double number(CsvRecord row, TrajectoryColumn column) throws TrajectoryException {
        String text = text(row, column);
        double number = numberOrNaN(text.strip());
        if (Double.isNaN(number)) {
            throw problem(column, text, "is not a number; write it as -1.5 or 2e-3");
        }
        if (Double.isInfinite(number)) {
            throw problem(column, text, "is too large a number; the largest is 1.8e308");
        }
        return number;
    }

    private static double numberOrNaN(String text) {
        for (int i = 0; i < text.length(); i++) {
            if ("0123456789.-+eE".indexOf(text.charAt(i)) < 0) {
                return Double.NaN;
            }
        }
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }

    private int field(TrajectoryColumn column) {
        return Objects.requireNonNull(fieldOf.get(column));
    }

    private String text(CsvRecord row, TrajectoryColumn column) {
        return row.getField(field(column));
    }

    private TrajectoryException problem(TrajectoryColumn column, String text, String problem) {
        return new TrajectoryException(place(column) + ": " + quoted(text) + " " + problem);
    }

    private String place(TrajectoryColumn column) {
        return "column " + (field(column) + 1) + " (" + column.title() + ")";
    }
}
