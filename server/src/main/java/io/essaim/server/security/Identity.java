package io.essaim.server.security;

import java.util.Set;

/**
 * Somebody who is connected.
 *
 * @param name for people and logs; never a secret
 * @param roles lower case, such as {@code observer}
 */
public record Identity(String name, Set<String> roles) {
    public static final Identity ANONYMOUS = new Identity("anonymous", Set.of("observer"));

    public Identity {
        roles = Set.copyOf(roles);
    }
}
