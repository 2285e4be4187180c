package io.essaim.bench.result;

import io.essaim.bench.result.PeersResult.Run;
import io.essaim.bench.result.PeersResult.Skipped;
import java.util.List;

/** The same work done by Essaim over several ways to a socket, in turn, in several rounds. */
public record TransportsResult(
        Environment environment, String command, List<Comparison> comparisons, List<Skipped> skipped)
        implements Result {

    /**
     * Ways that carry the same bytes to the client.
     *
     * @param baseline the one that the others are held against
     * @param runs in the order they were made
     */
    public record Comparison(String encoding, String baseline, List<Run> runs) {}
}
