package io.essaim.server.events;

import java.time.Duration;

/**
 * What may wait for one client.
 *
 * @param events beyond it those of the lowest priority are dropped
 * @param bytes likewise
 * @param behind a client for which something waits for so long is closed
 */
public record OutboxLimits(int events, long bytes, Duration behind) {}
