package io.essaim.server.terminal;

import java.io.PrintWriter;

/** How something goes: one line that is written over where a person looks, a line every five seconds elsewhere. */
final class ProgressLine implements AutoCloseable {
    private static final long NANOS_LOOKED_AT = 200_000_000;
    private static final long NANOS_LOGGED = 5_000_000_000L;

    private final PrintWriter err;
    private final boolean overwrites;
    private long shownNanos;
    private int width;

    /** @param overwrites whether a person looks at it */
    ProgressLine(PrintWriter err, boolean overwrites) {
        this.err = err;
        this.overwrites = overwrites;
        this.shownNanos = System.nanoTime();
    }

    /** Whether it is time for another one. */
    boolean isDue() {
        return System.nanoTime() - shownNanos >= (overwrites ? NANOS_LOOKED_AT : NANOS_LOGGED);
    }

    void show(String line) {
        shownNanos = System.nanoTime();
        if (overwrites) {
            err.print("\r" + line + " ".repeat(Math.max(0, width - line.length())));
            width = line.length();
        } else {
            err.println(line);
        }
        err.flush();
    }

    /** Takes the line away, so that something else can be printed. */
    @Override
    public void close() {
        if (overwrites && width > 0) {
            err.print("\r" + " ".repeat(width) + "\r");
            err.flush();
            width = 0;
        }
    }
}
