package io.essaim.protocol.swarm;

/** What of somebody else's text goes into a message of ours. */
final class Texts {
    private static final int CHARS_MAX = 40;

    private Texts() {}

    static String abridged(String text) {
        return text.length() <= CHARS_MAX ? text : text.substring(0, CHARS_MAX - 3) + "...";
    }
}
