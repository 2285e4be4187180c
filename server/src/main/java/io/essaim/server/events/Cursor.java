package io.essaim.server.events;

/**
 * What a client keeps to be sent, when it comes back, what happened since. To clients it is opaque.
 *
 * @param epoch of the log that the positions are in
 */
public record Cursor(long epoch, Positions positions) {
    /** Safe in a URL. */
    public String text() {
        throw new UnsupportedOperationException();
    }

    /** @throws IllegalArgumentException when it is none of ours; says so without quoting it */
    public static Cursor parse(String text) {
        throw new UnsupportedOperationException(text);
    }
}
