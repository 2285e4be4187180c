package io.essaim.server.security;

import java.util.Optional;

/** Decides what somebody may do. Called on event loops: it never blocks. */
public interface Authorizer {
    /** What one may ask to do. */
    enum Permission {
        WATCH,
        /** To publish the swarm. */
        INGEST
    }

    /** Why not, naming what is missing; empty when it is granted. */
    Optional<String> refusal(Identity identity, Permission permission);

    /**
     * Everybody may watch, which the server offers to loopback only unless it is told otherwise; who has the role
     * {@value Identity#PRODUCER_ROLE} may publish.
     */
    static Authorizer open() {
        return (identity, permission) -> switch (permission) {
            case WATCH -> Optional.empty();
            case INGEST ->
                identity.roles().contains(Identity.PRODUCER_ROLE)
                        ? Optional.empty()
                        : Optional.of("Publishing needs the role " + Identity.PRODUCER_ROLE);
        };
    }
}
