package io.essaim.server.events;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Bounds for tests: those of the settings, with what a test says in place of them. */
final class EventLimitsBuilder {
    int queueEvents = 65_536;
    int roomEvents = 10_000;
    long roomBytes = 16 << 20;
    Duration roomAge = Duration.ofHours(1);
    long memoryBytes = 256 << 20;
    Optional<Path> store = Optional.empty();
    boolean storeSync;
    int idempotencyWindow = 100_000;
    int rooms = 10_000;
    int roomClients = 1_000;
    Duration roomCleaning = Duration.ofMinutes(5);
    int statuses = 100_000;

    EventLimits build() {
        return new EventLimits(
                queueEvents,
                roomEvents,
                roomBytes,
                roomAge,
                memoryBytes,
                store,
                storeSync,
                idempotencyWindow,
                rooms,
                roomClients,
                roomCleaning,
                statuses);
    }
}
