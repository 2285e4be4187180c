package io.essaim.server.terminal;

import java.util.regex.Pattern;

/** Makes somebody else's text fit for a terminal. */
final class Printable {
    /** Unicode's control and format characters: they begin commands, move the cursor or turn the writing's direction. */
    private static final Pattern UNFIT = Pattern.compile("[\\p{Cc}\\p{Cf}]");

    private Printable() {}

    /** The text, with a question mark for each character that a terminal would obey. */
    static String of(String text) {
        return UNFIT.matcher(text).replaceAll("?");
    }
}
