package io.essaim.server.terminal;

/** A column of lines that are printed as they come: as wide as the widest text that it had. Used by one thread. */
final class Column {
    private final int least;
    private int width;

    /** @param least how wide it is whatever stands in it */
    Column(int least) {
        this.least = least;
        this.width = least;
    }

    /**
     * The text, filled up to the column's width.
     *
     * @param most how wide the column may become; a longer text sticks out
     */
    String fit(String text, int most) {
        width = Math.min(most, Math.max(Math.max(width, least), text.length()));
        return text + " ".repeat(Math.max(0, width - text.length()));
    }
}
