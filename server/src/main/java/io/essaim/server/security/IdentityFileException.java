package io.essaim.server.security;

/** A file of tokens or keys that is no good. The message says where in it what is wrong, and never holds a secret. */
public final class IdentityFileException extends Exception {
    private static final long serialVersionUID = 1L;

    IdentityFileException(String message) {
        super(message);
    }
}
