package io.essaim.server.terminal;

/** Why a command ended, for a person: what is wrong, and what to do. Both are fit for a terminal. */
public final class Failure extends Exception {
    private static final long serialVersionUID = 1L;

    private final String hint;

    public Failure(String message, String hint) {
        super(Printable.of(message));
        this.hint = Printable.of(hint);
    }

    /** What to do. */
    public String hint() {
        return hint;
    }
}
