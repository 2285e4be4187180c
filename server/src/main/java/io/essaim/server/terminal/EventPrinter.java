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
    private static final int ROOM_COLUMNS_MAX = 24;
    private static final int OFFSET_COLUMNS_MAX = 20;
    private static final int IDS_COLUMNS_MAX = 40;
    private static final int TYPE_COLUMNS_MIN = 12;

    /** Where there is no end of a line. */
    private static final int TYPE_COLUMNS_MAX = 40;

    private static final int DATA_COLUMNS_MIN = 16;
    private static final int LINES_A_SIZE = 50;

    private final Terminal terminal;
    private final boolean raw;
    private final boolean isInteractive;
    private final Palette palette;
    private final OutputStream out;
    private final ZoneId zone;
    private final boolean severalRooms;

    private final Column offsets = new Column(7);
    private final Column rooms = new Column(10);
    private final Column types = new Column(26);
    private final Column ids = new Column(0);

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
                + offsets.fit("#" + event.raw("offset"), OFFSET_COLUMNS_MAX) + "  ";
        String room = severalRooms
                ? rooms.fit(limited(event.text("room"), width, ROOM_COLUMNS_MAX), ROOM_COLUMNS_MAX) + "  "
                : "";
        String about = isWide ? ids.fit(ids(event), IDS_COLUMNS_MAX) : "";
        about += about.isEmpty() ? "" : "  ";
        int others = head.length() + PRIORITY_COLUMNS + 2 + room.length() + about.length();
        int typeMost =
                width == 0 ? TYPE_COLUMNS_MAX : Math.max(TYPE_COLUMNS_MIN, width - others - 2 - DATA_COLUMNS_MIN);
        String type = types.fit(limited(event.text("type"), width, typeMost), typeMost) + "  ";
        int used = others + type.length();
        line(palette.dim(head)
                + palette.priority(priority, padded(priority, PRIORITY_COLUMNS))
                + "  "
                + Printable.of(room)
                + palette.bold(Printable.of(type))
                + palette.dim(about)
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
        List<String> named = new ArrayList<>();
        for (String name : List.of("source_agent", "circle", "project")) {
            Long id = event.number(name + "_id");
            if (id != null) {
                named.add((name.equals("source_agent") ? "agent" : name) + " " + id);
            }
        }
        return String.join(", ", named);
    }

    private String abridged(String data, int columns) {
        return shortened(data, Math.max(DATA_COLUMNS_MIN, columns));
    }

    /** @param width of a line; 0: there is no end, and nothing is too long */
    private String limited(String text, int width, int columns) {
        return width == 0 ? text : shortened(text, columns);
    }

    private String shortened(String text, int columns) {
        if (text.length() <= columns) {
            return text;
        }
        String mark = terminal.hasUnicode() ? "…" : "...";
        return text.substring(0, columns - mark.length()) + mark;
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
