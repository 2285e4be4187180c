package io.essaim.bench.result;

/**
 * Where and when a number was taken. Without it a number means nothing.
 *
 * @param commit the checkout's, with {@code +} behind it when files were changed; empty outside of one
 * @param processor its name, as the kernel has it
 * @param loadBefore the one-minute load average as the measurement began
 * @param loadAfter and as it ended, the measurement's own load in it
 */
public record Environment(
        String startedAt,
        String commit,
        String processor,
        int cores,
        long memoryBytes,
        String system,
        String java,
        double loadBefore,
        double loadAfter) {}
