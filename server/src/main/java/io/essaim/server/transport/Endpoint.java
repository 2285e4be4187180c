package io.essaim.server.transport;

import java.util.Arrays;
import java.util.Optional;

/** The WebSocket paths. */
enum Endpoint {
    SWARM("/ws/swarm", EventProfile.ESSAIM),
    FREQUENCY("/ws/frequency", EventProfile.ESSAIM),
    INGEST("/ws/ingest", EventProfile.ESSAIM),
    EVENTS("/ws/events", EventProfile.ESSAIM),
    DASHBOARD("/ws/dashboard", EventProfile.DASHBOARD),
    SIMULATION("/ws/simulation", EventProfile.SIMULATION);

    private final String path;
    private final EventProfile profile;

    Endpoint(String path, EventProfile profile) {
        this.path = path;
        this.profile = profile;
    }

    static Optional<Endpoint> at(String path) {
        return Arrays.stream(values())
                .filter(endpoint -> endpoint.path.equals(path))
                .findFirst();
    }

    String path() {
        return path;
    }

    /** Of those who name none. */
    EventProfile profile() {
        return profile;
    }

    /** Whether it is for events: who connects gets them unasked, and frames of the swarm only when it asks. */
    boolean isForEvents() {
        return this == EVENTS || this == DASHBOARD || this == SIMULATION;
    }
}
