package io.essaim.bench.compare;

import io.essaim.bench.report.PeerGroup;
import io.essaim.bench.report.PeerGroup.Server;
import io.essaim.bench.report.Spread;
import io.essaim.bench.result.PeersResult.Run;
import io.essaim.bench.result.PeersResult.Skipped;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** A comparison in a screenful: medians over the rounds, and ratios to the first of each group within each round. */
final class PeersTable {
    private PeersTable() {}

    static void print(List<PeerGroup> groups, List<Skipped> skipped, PrintWriter out) {
        for (PeerGroup group : groups) {
            out.printf("%n%s; medians, ratios within a round%n", group.title());
            out.printf(
                    "%-15s %12s %22s %8s %10s %10s %9s %9s %9s%n",
                    "server",
                    "us CPU/frame",
                    "times " + group.baseline(),
                    "fps",
                    "p50 ms",
                    "p99 ms",
                    "RSS MiB",
                    "B alloc.",
                    "B/frame");
            group.servers().forEach(server -> print(server, out));
        }
        skipped.forEach(each -> out.println("SKIPPED " + each.server() + ": " + each.reason()));
        out.flush();
    }

    private static void print(Server server, PrintWriter out) {
        out.printf(
                Locale.ROOT,
                "%-15s %12.2f %22s %8.1f %10.1f %10.1f %9.0f %9s %9s%s%n",
                server.name(),
                server.cpu().median(),
                server.ratio().isEmpty()
                        ? "-"
                        : String.format(
                                Locale.ROOT,
                                "%.2f (%.2f-%.2f)",
                                server.ratio().median(),
                                server.ratio().min(),
                                server.ratio().max()),
                server.of(Run::framesPerSecond).median(),
                server.of(Run::p50Micros).median() / 1e3,
                server.of(Run::p99Micros).median() / 1e3,
                server.of(run -> run.use().residentBytes()).median() / 1048576,
                known(server.allocated(), "%.1f"),
                known(server.bytes(), "%,.0f"),
                server.isHeld()
                        ? ""
                        : "  comparable in " + server.heldRuns().size() + " of "
                                + server.runs().size() + " rounds");
    }

    private static String known(Spread spread, String format) {
        return spread.isEmpty() ? "-" : String.format(Locale.ROOT, format, spread.median());
    }
}
