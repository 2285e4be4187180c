package io.essaim.server.transport;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Kinds of clients, by the messages that they know. */
enum EventProfile {
    /** The protocol's own, in JSON or binary. */
    ESSAIM,
    /** The dashboards of an agent platform. */
    DASHBOARD,
    /** The viewers of a simulation: envelopes, times as seconds since 1970. */
    SIMULATION,
    /** Observers of an agent platform: each event as a message of another type. */
    SENECA;

    /** As it stands in URLs. */
    String token() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<EventProfile> of(String token) {
        return Arrays.stream(values())
                .filter(profile -> profile.token().equals(token))
                .findFirst();
    }
}
