package io.essaim.server.security;

import java.util.Optional;

/** Decides what somebody may do. Called on event loops: it never blocks. */
public interface Authorizer {
    /** What one may ask to do. */
    enum Permission {
        WATCH,
        /** To publish the swarm. */
        INGEST,
        /** To publish events. */
        PUBLISH
    }

    /** Why not, naming what is missing; empty when it is granted. */
    Optional<String> refusal(Identity identity, Permission permission);

    /**
     * Everybody may watch, which the server offers to loopback only unless it is told otherwise; who has the role
     * {@value Identity#PRODUCER_ROLE} may publish the swarm, who has {@value Identity#PUBLISHER_ROLE} events.
     */
    static Authorizer open() {
        return (identity, permission) -> switch (permission) {
            case WATCH -> Optional.empty();
            case INGEST -> needs(identity, Identity.PRODUCER_ROLE);
            case PUBLISH -> needs(identity, Identity.PUBLISHER_ROLE);
        };
    }

    private static Optional<String> needs(Identity identity, String role) {
        return identity.roles().contains(role) ? Optional.empty() : Optional.of("Publishing needs the role " + role);
    }
}
