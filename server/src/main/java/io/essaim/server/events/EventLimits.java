package io.essaim.server.events;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What bounds the log and its rooms; the settings of the same names say what each is.
 *
 * @param store where events survive the process; empty: nowhere
 */
public record EventLimits(
        int queueEvents,
        int roomEvents,
        long roomBytes,
        Duration roomAge,
        long memoryBytes,
        Optional<Path> store,
        boolean storeSync,
        int idempotencyWindow,
        int rooms,
        int roomClients,
        Duration roomCleaning,
        int statuses) {}
