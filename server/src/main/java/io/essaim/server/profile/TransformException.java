package io.essaim.server.profile;

/** A file of transforms that cannot be used; says where in it, and why. */
public final class TransformException extends Exception {
    private static final long serialVersionUID = 1L;

    TransformException(String message) {
        super(message);
    }
}
