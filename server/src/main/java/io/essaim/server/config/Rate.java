package io.essaim.server.config;

import java.time.Duration;

/**
 * So many in a period of time.
 *
 * @param count at least 1
 * @param period more than zero
 */
public record Rate(int count, Duration period) {}
