package io.essaim.server.security;

import java.util.Locale;

/** As which somebody's messages are limited, by what it is permitted: the first that fits. */
public enum Role {
    ADMIN(Permission.ADMIN),
    /** Of events. */
    PUBLISHER(Permission.PUBLISH),
    VIEWER(Permission.WATCH);

    private final Permission permission;

    Role(Permission permission) {
        this.permission = permission;
    }

    /** Whom it is for. */
    public Permission permission() {
        return permission;
    }

    public String token() {
        return name().toLowerCase(Locale.ROOT);
    }
}
