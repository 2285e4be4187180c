package io.essaim.server.security;

import java.util.Locale;

/** What one may ask to do. */
public enum Permission {
    /** To be sent frames and events. */
    WATCH,
    /** To publish the swarm. */
    INGEST,
    /** To publish events. */
    PUBLISH,
    /** To see and change what is of the server itself. */
    ADMIN;

    /** As claims and files name it. */
    public String token() {
        return name().toLowerCase(Locale.ROOT);
    }
}
