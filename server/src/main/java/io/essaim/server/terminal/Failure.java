package io.essaim.server.terminal;

/** Why a command ended, for a person: what is wrong, and what to do. */
public final class Failure extends Exception {
    private static final long serialVersionUID = 1L;

    private final String hint;

    Failure(String message, String hint) {
        super(message);
        this.hint = hint;
    }

    /** What to do. */
    public String hint() {
        return hint;
    }
}
