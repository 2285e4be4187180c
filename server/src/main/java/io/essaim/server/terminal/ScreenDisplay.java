package io.essaim.server.terminal;

import io.essaim.client.Rate;
import io.essaim.protocol.Message;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.StreamDescription;
import io.essaim.protocol.swarm.SwarmFrame;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Figures and a picture, drawn ten times a second on the terminal's other screen; what was on it before is there again at the
 * end, even at the process's. Frames are taken on the receiving thread, everything else is the command's thread's.
 */
final class ScreenDisplay implements Display {
    private static final String ESCAPE = "\u001B[";
    private static final String ENTER = ESCAPE + "?1049h" + ESCAPE + "?25l";
    private static final String LEAVE = ESCAPE + "?25h" + ESCAPE + "?1049l";
    private static final String HOME = ESCAPE + "H";
    private static final String REST_OF_LINE = ESCAPE + "K";
    private static final String REST_OF_SCREEN = ESCAPE + "J";

    /** Lines around the picture, and the least that is left for it. */
    private static final int OTHER_LINES = 7;

    private static final int PICTURE_LINES_MIN = 3;

    /** Asking for the size starts a process. */
    private static final int DRAWINGS_A_SIZE = 10;

    /** How long a note is shown. */
    private static final long NOTE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final Terminal terminal;
    private final LongSupplier nanoTime;
    private final OutputStream out;
    private final Palette palette;
    private final Picture picture;
    private final Thread atExit = new Thread(this::leave, "terminal");

    /** The frame to draw next; null: drawn, and another one is wanted. */
    private final AtomicReference<@Nullable Positions> next = new AtomicReference<>();

    /** What happened last; null: nothing yet. Written by any thread. */
    private volatile @Nullable Note note;

    // guarded by this
    private boolean left;
    /** Null until the screen was entered. */
    private @Nullable Status last;

    // command's thread
    private @Nullable Positions drawn;
    private Terminal.Size size;
    private int drawings;

    private record Note(String text, long nanos) {}

    ScreenDisplay(Terminal terminal) {
        this(terminal, System::nanoTime);
    }

    /** @param nanoTime what notes are timed by */
    ScreenDisplay(Terminal terminal, LongSupplier nanoTime) {
        this.terminal = terminal;
        this.nanoTime = nanoTime;
        this.out = terminal.output();
        this.palette = new Palette(terminal.hasColours());
        this.picture = new Picture(terminal.hasUnicode(), palette);
        this.size = terminal.size();
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    @Override
    public long intervalMillis() {
        return 100;
    }

    @Override
    public void frame(SwarmFrame frame, Roster roster, StreamDescription stream) {
        if (next.get() == null) {
            next.set(new Positions(frame, roster, stream));
        }
    }

    @Override
    public void show(Status status) throws IOException {
        if (++drawings % DRAWINGS_A_SIZE == 0) {
            size = terminal.size();
        }
        Positions newest = next.getAndSet(null);
        if (newest != null) {
            if (drawn != null && !newest.stream().equals(drawn.stream())) {
                picture.forget();
            }
            drawn = newest;
        }
        StringBuilder screen = new StringBuilder(HOME);
        List<String> lines = lines(status);
        for (int i = 0; i < lines.size(); i++) {
            screen.append(lines.get(i)).append(REST_OF_LINE).append(i + 1 < lines.size() ? "\r\n" : "");
        }
        draw(status, screen.append(REST_OF_SCREEN).toString());
    }

    @Override
    public void note(String text) {
        note = new Note(Printable.of(text), nanoTime.getAsLong());
    }

    @Override
    public void close() {
        leave();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException alreadyExiting) {
            // Then the hook has found that nothing is left to do.
            return;
        }
    }

    private List<String> lines(Status status) {
        Figures figures = status.figures();
        List<String> lines = new ArrayList<>();
        lines.add(palette.bold(cut(status.uri() + server(status.greeting()))));
        lines.add(cut(String.join(
                "   ", figures.rate(), figures.bandwidth(), figures.ages(), figures.skipped() + " skipped")));
        lines.add(cut(status.tier() + tierSince(status.rate())));
        lines.add(cut(status.agents() + " agents, " + status.source()));
        int pictureLines = size.lines() - OTHER_LINES;
        if (drawn != null && pictureLines >= PICTURE_LINES_MIN) {
            lines.add("");
            lines.addAll(List.of(picture.draw(drawn, size.columns(), pictureLines)));
            lines.add(legend(drawn.roster().spheres()));
        }
        Note newest = note;
        boolean isNew = newest != null && nanoTime.getAsLong() - newest.nanos() < NOTE_NANOS;
        lines.add(cut(newest != null && isNew ? newest.text() : "Ctrl-C ends"));
        return lines.subList(0, Math.min(lines.size(), size.lines()));
    }

    private static String server(Message.@Nullable Connected greeting) {
        return greeting == null
                ? ""
                : "   " + Printable.of(greeting.server()) + ", " + Printable.of(greeting.clientId());
    }

    private static String tierSince(@Nullable Rate rate) {
        return rate == null || rate.tier() == null
                ? ""
                : ", since frame " + rate.tier().sequence();
    }

    private String legend(List<String> spheres) {
        StringBuilder legend = new StringBuilder();
        int width = 0;
        for (int i = 0; i < spheres.size(); i++) {
            String name = (terminal.hasUnicode() ? "\u25CF " : "* ") + Printable.of(spheres.get(i)) + "  ";
            width += name.length();
            if (width > size.columns()) {
                break;
            }
            legend.append(palette.begin(i)).append(name).append(palette.end());
        }
        return legend.toString();
    }

    private String cut(String line) {
        return line.length() <= size.columns() ? line : line.substring(0, size.columns());
    }

    private synchronized void draw(Status status, String screen) throws IOException {
        if (!left) {
            write(last == null ? ENTER + screen : screen);
            last = status;
        }
    }

    /** Also on the thread that ends the process. */
    private synchronized void leave() {
        if (left) {
            return;
        }
        left = true;
        if (last == null) {
            return;
        }
        try {
            write(LEAVE + last.figures().total() + "\n");
        } catch (IOException nobodyLooks) {
            // There is no terminal any more that could be restored.
            return;
        }
    }

    private void write(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }
}
