package io.essaim.server.stream;

import io.essaim.server.observe.ErrorLog;
import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * How feeds of differences are made.
 *
 * @param syncInterval time between two sync points, at most
 * @param preambles makes what who joins needs first, beside the swarm clock: one task at a time, at most one a feed waits
 * @param errors keeps what goes wrong there
 */
public record DeltaSetup(Duration syncInterval, Executor preambles, ErrorLog errors) {

    /** The same interval in ticks. */
    int syncTicks(int ticksPerSecond) {
        return (int) Math.max(1, syncInterval.toMillis() * ticksPerSecond / 1_000);
    }
}
