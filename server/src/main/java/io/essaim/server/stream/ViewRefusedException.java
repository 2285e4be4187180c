package io.essaim.server.stream;

/** A view that cannot be shown now; the message says which limit was reached, and what to do. */
public final class ViewRefusedException extends Exception {
    private static final long serialVersionUID = 1;

    public ViewRefusedException(String message) {
        super(message);
    }
}
