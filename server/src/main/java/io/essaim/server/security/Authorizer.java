package io.essaim.server.security;

import java.util.Optional;

/** Decides what somebody may do. Called on event loops: it never blocks. */
public interface Authorizer {
    /** Why not, naming what is missing; empty when it is granted. */
    Optional<String> refusal(Identity identity, Permission permission);

    /** By what the identity was granted. */
    static Authorizer byGrant() {
        return (identity, permission) -> identity.grant().has(permission)
                ? Optional.empty()
                : Optional.of("\"" + identity.name() + "\" lacks the permission " + permission.token());
    }
}
