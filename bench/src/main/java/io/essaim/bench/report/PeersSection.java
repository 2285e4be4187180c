package io.essaim.bench.report;

import io.essaim.bench.result.PeersResult;
import io.essaim.bench.result.PeersResult.Skipped;
import java.util.ArrayList;
import java.util.List;

/** The same work done by other servers. */
final class PeersSection {
    private PeersSection() {}

    static Section of(ReportData data) {
        if (data.peers().isEmpty()) {
            return section(List.of(new Block.Text("Not measured: there is no result of other servers.", Tone.WARN)));
        }
        List<Block> blocks = new ArrayList<>();
        List<Skipped> skipped = data.peers().stream()
                .flatMap(result -> result.skipped().stream())
                .distinct()
                .toList();
        if (!skipped.isEmpty()) {
            blocks.add(GroupBlocks.skipped(skipped));
        }
        blocks.add(new Block.Text(
                "A ratio above 1 is more CPU than essaim takes for the same frames. floor is a bare loop of socket "
                        + "writes: what the kernel alone takes. A server that did not hold the rate did less work than was "
                        + "asked; its CPU per frame is not comparable and has no ratio."));
        PeerGroup.of(data.peers()).forEach(group -> blocks.addAll(GroupBlocks.of(group, "server")));
        blocks.add(new Block.Commands(data.commands(PeersResult.class)));
        return section(blocks);
    }

    private static Section section(List<Block> blocks) {
        return new Section("peers", "CPU per client-frame, by server", blocks);
    }
}
