package io.essaim.server.security;

import io.essaim.protocol.events.EventScope;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * Somebody who is connected.
 *
 * @param name for people, logs and limits: two with one name are the same; never a secret
 * @param roles lower case, such as {@code observer}
 * @param expires when the login ends; empty when its token does not say
 */
public record Identity(String name, Set<String> roles, Grant grant, Optional<Instant> expires) {
    public static final String OBSERVER_ROLE = "observer";

    /** Later than that is for good: such times cannot be reckoned with in microseconds. */
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    /** Nobody in particular: all who do not log in, together. */
    public static final Identity ANONYMOUS =
            new Identity("anonymous", Set.of(OBSERVER_ROLE), Grant.WATCHING, Optional.empty());

    /** Those of the settings' tokens, of which many may have the same one. */
    private static final Set<Identity> OF_SETTINGS = Set.of(
            handingIn(Set.of(Permission.INGEST), true),
            handingIn(Set.of(Permission.INGEST), false),
            handingIn(Set.of(Permission.PUBLISH), true),
            handingIn(Set.of(Permission.INGEST, Permission.PUBLISH), true));

    public Identity {
        roles = Set.copyOf(roles);
        expires = expires.filter(end -> end.isBefore(LATEST));
    }

    /**
     * Who brought a token of the settings, which say what it may hand in and not who it is.
     *
     * @param required whether to watch takes a token: then a producer's is none, but a publisher's socket is a viewer's
     */
    static Identity handingIn(Set<Permission> permissions, boolean required) {
        Set<Permission> granted = EnumSet.copyOf(permissions);
        if (!required || permissions.contains(Permission.PUBLISH)) {
            granted.add(Permission.WATCH);
        }
        String name = permissions.contains(Permission.INGEST) ? "producer" : "publisher";
        return new Identity(name, Set.of(OBSERVER_ROLE, name), new Grant(granted, EventScope.ALL), Optional.empty());
    }

    /** Whether it is somebody by name, and not only one of those who did not log in. */
    public boolean isKnown() {
        return !equals(ANONYMOUS);
    }

    /** Whether many are the same to the server: then limits count by address. */
    public boolean isShared() {
        return !isKnown() || OF_SETTINGS.contains(this);
    }
}
