package io.essaim.server.terminal;

/** A colour for each sphere, of the 256 that terminals have; none where they are not wanted. Immutable. */
final class Palette {
    private static final String ESCAPE = "\u001B[";

    /** Apart from each other on dark and on light ground. */
    private static final int[] COLOURS = {39, 208, 70, 170, 178, 37, 203, 105, 142, 245};

    private final boolean coloured;

    Palette(boolean coloured) {
        this.coloured = coloured;
    }

    /** @param sphere its position in the roster's list */
    String begin(int sphere) {
        return coloured ? ESCAPE + "38;5;" + COLOURS[sphere % COLOURS.length] + "m" : "";
    }

    String end() {
        return coloured ? ESCAPE + "0m" : "";
    }

    String bold(String text) {
        return coloured ? ESCAPE + "1m" + text + ESCAPE + "0m" : text;
    }
}
