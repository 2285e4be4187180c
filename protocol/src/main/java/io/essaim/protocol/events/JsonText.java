package io.essaim.protocol.events;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One value of JSON (RFC 8259) as UTF-8 text without line breaks, so that it goes out as it came in: a number keeps its
 * digits. Whoever makes one vouches that it is JSON. Immutable: nobody writes to the array.
 */
public final class JsonText {
    /** An object without fields. */
    public static final JsonText EMPTY = of("{}");

    private final byte[] utf8;

    private JsonText(byte[] utf8) {
        this.utf8 = utf8;
    }

    /** @param utf8 is kept, and must not be written to any more */
    public static JsonText of(byte[] utf8) {
        return new JsonText(utf8);
    }

    public static JsonText of(String text) {
        return new JsonText(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The text itself, to be read only. */
    public byte[] utf8() {
        return utf8;
    }

    /** Bytes of the text. */
    public int length() {
        return utf8.length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof JsonText text && Arrays.equals(utf8, text.utf8);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(utf8);
    }

    @Override
    public String toString() {
        return new String(utf8, StandardCharsets.UTF_8);
    }
}
