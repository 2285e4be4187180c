package io.essaim.server.security;

import java.util.Optional;

/** Decides what somebody may do. Called on event loops: it never blocks. */
public interface Authorizer {
    /** What one may ask to do. */
    enum Permission {
        WATCH
    }

    /** Why not, naming what is missing; empty when it is granted. */
    Optional<String> refusal(Identity identity, Permission permission);

    /** Everybody may watch: the default, which the server offers to loopback only unless it is told otherwise. */
    static Authorizer open() {
        return (identity, permission) -> Optional.empty();
    }
}
