package io.essaim.fuzz;

import io.essaim.server.ingest.IngestTargets;
import io.essaim.server.security.SecurityTargets;
import io.essaim.server.transport.TransportTargets;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;

/** Every parser that faces the network, or a file that somebody else wrote. */
final class FuzzTargets {
    private FuzzTargets() {}

    static List<FuzzTarget> all() throws IOException {
        return Stream.of(
                        SbeTargets.all(),
                        JsonTargets.all(),
                        IngestTargets.all(Seeds.golden(".bin")),
                        TransportTargets.all(),
                        SecurityTargets.all(),
                        FileTargets.all())
                .flatMap(List::stream)
                .toList();
    }

    static FuzzTarget named(String name) throws IOException {
        return all().stream()
                .filter(target -> target.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no target is called " + name));
    }
}
