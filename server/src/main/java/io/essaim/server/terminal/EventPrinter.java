package io.essaim.server.terminal;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Prints what is told of events, a line each: for a person, or as it came. Used by one thread. */
final class EventPrinter {
    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT);
    private static final DateTimeFormatter SHORT_CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);

    /** Below it the ids are left out, which the data have as a rule, and the milliseconds. */
    private static final int WIDE_COLUMNS = 120;

    private static final int PRIORITY_COLUMNS = 8;
    private static final int ROOM_COLUMNS = 10;
    private static final int OFFSET_COLUMNS = 6;
    private static final int TYPE_COLUMNS = 20;
    private static final int WIDE_TYPE_COLUMNS = 24;
    private static final int DATA_COLUMNS_MIN = 16;
    private static final int LINES_A_SIZE = 50;

    private final Terminal terminal;
    private final boolean raw;
    private final boolean isInteractive;
    private final Palette palette;
    private final OutputStream out;
    private final ZoneId zone;
    private final boolean severalRooms;

    /** What fits into a line; 0: there is no end. */
    private int columns;

    private int lines;

    /**
     * @param raw whether as it came
     * @param severalRooms whether each line has to name its room
     */
    EventPrinter(Terminal terminal, boolean raw, ZoneId zone, boolean severalRooms) {
        this.severalRooms = severalRooms;
        this.terminal = terminal;
        this.raw = raw;
        this.isInteractive = !raw && terminal.isInteractive();
        this.palette = new Palette(isInteractive && terminal.hasColours());
        this.out = terminal.output();
        this.zone = zone;
    }

    /** Nobody reads what is printed any more. */
    static final class NobodyReads extends IOException {
        private static final long serialVersionUID = 1L;

        NobodyReads(IOException cause) {
            super(cause);
        }
    }

    void event(JsonFields event) throws IOException {
        if (raw) {
            line(event.raw());
            return;
        }
        int width = columns();
        boolean isWide = width == 0 || width >= WIDE_COLUMNS;
        String priority = event.text("priority");
        String head = clock(event, isWide ? CLOCK : SHORT_CLOCK) + "  "
                + padded("#" + event.raw("offset"), OFFSET_COLUMNS) + "  ";
        String room = severalRooms ? padded(event.text("room"), ROOM_COLUMNS) + "  " : "";
        String type = padded(event.text("type"), isWide ? WIDE_TYPE_COLUMNS : TYPE_COLUMNS) + "  ";
        String ids = isWide ? ids(event) : "";
        int used = head.length() + PRIORITY_COLUMNS + 2 + room.length() + type.length() + ids.length();
        line(palette.dim(head)
                + palette.priority(priority, padded(priority, PRIORITY_COLUMNS))
                + "  "
                + Printable.of(room)
                + palette.bold(Printable.of(type))
                + palette.dim(ids)
                + abridged(Printable.of(event.raw("data")), width == 0 ? Integer.MAX_VALUE : width - used));
    }

    /** Events that this client does not get. */
    void gap(JsonFields gap) throws IOException {
        if (raw) {
            line(gap.raw());
            return;
        }
        line(palette.priority(
                "critical",
                Printable.of("-- lost: " + gap.raw("count") + " events of room "
                        + gap.text("room") + ", which this client did not read fast enough; offsets within "
                        + gap.raw("ranges"))));
    }

    /** Who came and went. */
    void presence(JsonFields presence) throws IOException {
        if (raw) {
            line(presence.raw());
            return;
        }
        StringBuilder text = new StringBuilder("-- room " + presence.text("room") + ": " + presence.raw("members")
                + (presence.raw("members").equals("1") ? " client" : " clients"));
        append(text, "; came: ", presence.texts("joined"));
        append(text, "; left: ", presence.texts("left"));
        line(palette.dim(Printable.of(text.toString())));
    }

    private static void append(StringBuilder text, String what, List<String> names) {
        if (!names.isEmpty()) {
            text.append(what).append(String.join(", ", names));
        }
    }

    private String clock(JsonFields event, DateTimeFormatter clock) throws IOException {
        Long micros = event.number("time_us");
        try {
            Instant time = micros == null
                    ? Instant.parse(event.text("timestamp"))
                    : Instant.EPOCH.plusNanos(Math.multiplyExact(micros, 1_000L));
            return clock.format(time.atZone(zone));
        } catch (DateTimeException | ArithmeticException e) {
            return "??:??:??.???";
        }
    }

    private static String ids(JsonFields event) throws IOException {
        List<String> ids = new ArrayList<>();
        for (String name : List.of("source_agent", "circle", "project")) {
            Long id = event.number(name + "_id");
            if (id != null) {
                ids.add((name.equals("source_agent") ? "agent" : name) + " " + id);
            }
        }
        return ids.isEmpty() ? "" : String.join(", ", ids) + "  ";
    }

    private String abridged(String data, int columns) {
        int room = Math.max(DATA_COLUMNS_MIN, columns);
        if (data.length() <= room) {
            return data;
        }
        String mark = terminal.hasUnicode() ? "…" : "...";
        return data.substring(0, room - mark.length()) + mark;
    }

    private int columns() {
        if (isInteractive && lines++ % LINES_A_SIZE == 0) {
            columns = terminal.size().columns();
        }
        return columns;
    }

    private static String padded(String text, int columns) {
        return text.length() >= columns ? text : text + " ".repeat(columns - text.length());
    }

    private void line(String text) throws IOException {
        try {
            out.write((text + "\n").getBytes(StandardCharsets.UTF_8));
            out.flush();
        } catch (IOException e) {
            throw new NobodyReads(e);
        }
    }
}
