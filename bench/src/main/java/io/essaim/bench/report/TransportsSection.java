package io.essaim.bench.report;

import io.essaim.bench.result.PeersResult.Skipped;
import io.essaim.bench.result.TransportsResult;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Essaim beside itself: what each way to a socket costs. */
final class TransportsSection {
    private static final String TLS = "tls-";

    private TransportsSection() {}

    static Section of(ReportData data) {
        if (data.transports().isEmpty()) {
            return section(List.of(new Block.Text("Not measured: there is no result of ways to a socket.", Tone.WARN)));
        }
        List<Block> blocks = new ArrayList<>();
        List<Skipped> skipped = data.transports().stream()
                .flatMap(result -> result.skipped().stream())
                .distinct()
                .toList();
        if (!skipped.isEmpty()) {
            blocks.add(GroupBlocks.skipped(skipped));
        }
        blocks.add(new Block.Text("A ratio above 1 is more CPU than the same frames take over epoll, sent directly; in "
                + "JSON, than they take uncompressed. What TLS adds to a frame's bytes is not counted among them."));
        PeerGroup.ofTransports(data.transports()).forEach(group -> blocks.addAll(GroupBlocks.of(group, "way")));
        blocks.add(new Block.Commands(data.commands(TransportsResult.class)));
        return section(blocks);
    }

    private static Section section(List<Block> blocks) {
        return new Section("transports", "Ways to a socket", blocks);
    }

    /** What TLS costs beside plain, in a sentence; by the first number of clients. */
    static String tlsInWords(ReportData data) {
        String costs = PeerGroup.ofTransports(data.transports()).stream()
                .filter(group -> group.servers().stream().anyMatch(TransportsSection::isComparedTls))
                .limit(1)
                .map(group -> group.servers().stream()
                        .filter(TransportsSection::isComparedTls)
                        .map(server -> Numbers.fixed(server.ratio().median(), 2) + " times with " + server.name() + " ("
                                + GroupBlocks.times(server.ratio()) + ")")
                        .collect(Collectors.joining(", ", "TLS takes this many times the CPU of plain: ", ".")))
                .collect(Collectors.joining());
        return costs.isEmpty() ? "What TLS costs beside plain was not measured." : costs;
    }

    private static boolean isComparedTls(PeerGroup.Server server) {
        return server.name().startsWith(TLS) && !server.ratio().isEmpty();
    }
}
