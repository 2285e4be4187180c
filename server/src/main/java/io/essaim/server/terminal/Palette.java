package io.essaim.server.terminal;

/** A colour for each sphere and priority, of the 256 that terminals have; none where they are not wanted. Immutable. */
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

    /** The text in the colour of a priority, by its name: the more urgent, the louder. */
    String priority(String name, String text) {
        return switch (name) {
            case "critical" -> paint("1;38;5;197", text);
            case "high" -> paint("38;5;208", text);
            case "metrics", "low" -> dim(text);
            default -> text;
        };
    }

    /** For what matters less. */
    String dim(String text) {
        return paint("38;5;245", text);
    }

    private String paint(String code, String text) {
        return coloured ? ESCAPE + code + "m" + text + ESCAPE + "0m" : text;
    }

    String bold(String text) {
        return coloured ? ESCAPE + "1m" + text + ESCAPE + "0m" : text;
    }
}
