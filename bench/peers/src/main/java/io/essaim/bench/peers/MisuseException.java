package io.essaim.bench.peers;

/** The command line has an error; the message is one line for the user. */
final class MisuseException extends RuntimeException {
    private static final long serialVersionUID = 1;

    MisuseException(String message) {
        super(message);
    }
}
