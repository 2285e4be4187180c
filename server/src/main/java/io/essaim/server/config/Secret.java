package io.essaim.server.config;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** A text that is shown to nobody: it prints as {@value #HIDDEN} wherever it gets to. Immutable. */
public final class Secret {
    /** What is shown instead. */
    static final String HIDDEN = "***";

    private final byte[] text;

    public Secret(String text) {
        this.text = text.getBytes(StandardCharsets.UTF_8);
    }

    /** Whether somebody knows it. Takes as long for a good guess as for a bad one. */
    public boolean is(String guess) {
        return MessageDigest.isEqual(text, guess.getBytes(StandardCharsets.UTF_8));
    }

    /** What it is, in UTF-8, for what has to reckon with it: a key of signatures. */
    public byte[] utf8() {
        return text.clone();
    }

    /** In characters, as far as they are ASCII. */
    int length() {
        return text.length;
    }

    /** Whether it stands in a header and in a URL as it is: visible ASCII. */
    boolean isVisibleAscii() {
        for (byte b : text) {
            if (b <= ' ' || b > '~') {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Secret secret && MessageDigest.isEqual(text, secret.text);
    }

    @Override
    public int hashCode() {
        return 0;
    }

    @Override
    public String toString() {
        return HIDDEN;
    }
}
