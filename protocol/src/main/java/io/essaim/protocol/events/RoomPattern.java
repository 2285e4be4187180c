package io.essaim.protocol.events;

import java.util.regex.Pattern;

/**
 * Names of rooms: {@code *} stands for any characters, none included; all else for itself.
 *
 * @param text as it was written
 */
public record RoomPattern(String text) {
    private static final Pattern SYNTAX = Pattern.compile("[A-Za-z0-9_.:/@*-]{1," + EventNames.ROOM_CHARS_MAX + "}");

    /** @throws IllegalArgumentException when it is no pattern; says what one is */
    public RoomPattern {
        if (!SYNTAX.matcher(text).matches()) {
            throw new IllegalArgumentException("rooms: \"" + EventNames.abridged(text)
                    + "\" is no pattern: letters, digits, _ . : / @ - and *, 1 to " + EventNames.ROOM_CHARS_MAX
                    + " characters");
        }
    }

    public boolean matches(String room) {
        // Greedy with one point to return to: linear but for the last star's part, and never more than the product.
        int at = 0;
        int in = 0;
        int star = -1;
        int starIn = 0;
        while (in < room.length()) {
            if (at < text.length() && text.charAt(at) == '*') {
                star = at++;
                starIn = in;
            } else if (at < text.length() && text.charAt(at) == room.charAt(in)) {
                at++;
                in++;
            } else if (star >= 0) {
                at = star + 1;
                in = ++starIn;
            } else {
                return false;
            }
        }
        while (at < text.length() && text.charAt(at) == '*') {
            at++;
        }
        return at == text.length();
    }

    @Override
    public String toString() {
        return text;
    }
}
