package io.essaim.bench.result;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The same work done by several servers, in turn, in several rounds.
 *
 * @param runs in the order they were made
 */
public record PeersResult(
        Environment environment, String command, int payloadBytes, List<Run> runs, List<Skipped> skipped)
        implements Result {

    /**
     * @param server the name in tables; {@code essaim} is ours, {@code floor} a loop of bare socket writes
     * @param round from 1
     * @param bytesPerFrame as it came, with its WebSocket header; null in files from before it was written
     */
    public record Run(
            String server,
            String version,
            int round,
            int clients,
            int framesPerSecondAsked,
            double framesPerSecond,
            long p50Micros,
            long p99Micros,
            long p999Micros,
            Verdict verdict,
            List<String> reasons,
            ServerUse use,
            @Nullable Double bytesPerFrame) {}

    /** @param reason what is missing and how to install it */
    public record Skipped(String server, String reason) {}
}
