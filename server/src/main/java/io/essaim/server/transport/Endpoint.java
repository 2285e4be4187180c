package io.essaim.server.transport;

import java.util.Arrays;
import java.util.Optional;

/** The WebSocket paths. */
enum Endpoint {
    SWARM("/ws/swarm"),
    FREQUENCY("/ws/frequency"),
    INGEST("/ws/ingest");

    private final String path;

    Endpoint(String path) {
        this.path = path;
    }

    static Optional<Endpoint> at(String path) {
        return Arrays.stream(values())
                .filter(endpoint -> endpoint.path.equals(path))
                .findFirst();
    }
}
