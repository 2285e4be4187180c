package io.essaim.server.config;

/** A text that is no value of its setting. The message says why and what to write instead, in words that follow the value. */
final class InvalidValueException extends Exception {
    private static final long serialVersionUID = 1L;

    InvalidValueException(String message) {
        super(message);
    }
}
