package io.essaim.server.security;

import java.util.Set;

/**
 * Somebody who is connected.
 *
 * @param name for people and logs; never a secret
 * @param roles lower case, such as {@code observer}
 */
public record Identity(String name, Set<String> roles) {
    /** Of those who may publish the swarm. */
    public static final String PRODUCER_ROLE = "producer";

    public static final Identity ANONYMOUS = new Identity("anonymous", Set.of("observer"));

    /** Who brought the token of producers, or works on the server's own machine where none is set. */
    public static final Identity PRODUCER = new Identity("producer", Set.of("observer", PRODUCER_ROLE));

    /** Of those who may publish events. */
    public static final String PUBLISHER_ROLE = "publisher";

    /** Who brought the token of publishers, or works on the server's own machine where none is set. */
    public static final Identity PUBLISHER = new Identity("publisher", Set.of("observer", PUBLISHER_ROLE));

    public Identity {
        roles = Set.copyOf(roles);
    }
}
