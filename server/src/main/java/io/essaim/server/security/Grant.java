package io.essaim.server.security;

import io.essaim.protocol.events.EventScope;
import java.util.Set;

/**
 * What somebody may do. Immutable; equal ones permit the same.
 *
 * @param events which events it may see and, with {@link Permission#PUBLISH}, publish
 */
public record Grant(Set<Permission> permissions, EventScope events) {
    /** Watches everything, hands in nothing. */
    public static final Grant WATCHING = new Grant(Set.of(Permission.WATCH), EventScope.ALL);

    public Grant {
        permissions = Set.copyOf(permissions);
    }

    public boolean has(Permission permission) {
        return permissions.contains(permission);
    }
}
