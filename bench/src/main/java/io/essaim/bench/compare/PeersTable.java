package io.essaim.bench.compare;

import io.essaim.bench.result.PeersResult;
import io.essaim.bench.result.PeersResult.Run;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** A comparison in a screenful: medians over the rounds, and ratios to Essaim taken within each round. */
final class PeersTable {
    /** Below this share of the asked rate, a server does less work than the others and its cost does not compare. */
    private static final double COMPARABLE_RATE = 0.95;

    private final PeersResult result;

    PeersTable(PeersResult result) {
        this.result = result;
    }

    void print(PrintWriter out) {
        List<Integer> clients =
                result.runs().stream().map(Run::clients).distinct().sorted().toList();
        List<String> servers =
                result.runs().stream().map(Run::server).distinct().toList();
        for (int count : clients) {
            out.printf(
                    Locale.ROOT,
                    "%n%,d clients, %,d bytes a frame; medians of the rounds, CPU of essaim / server within a round%n",
                    count,
                    result.payloadBytes());
            out.printf(
                    "%-15s %12s %22s %8s %10s %10s %9s%n",
                    "server", "us CPU/frame", "essaim is", "fps", "p50 ms", "p99 ms", "RSS MiB");
            for (String server : servers) {
                print(out, server, runs(server, count));
            }
        }
        result.skipped().forEach(skipped -> out.println("SKIPPED " + skipped.server() + ": " + skipped.reason()));
        out.flush();
    }

    private void print(PrintWriter out, String server, List<Run> runs) {
        if (runs.isEmpty()) {
            return;
        }
        double rate = median(runs, Run::framesPerSecond);
        boolean comparable = rate >= COMPARABLE_RATE * runs.get(0).framesPerSecondAsked();
        out.printf(
                Locale.ROOT,
                "%-15s %12.2f %22s %8.1f %10.1f %10.1f %9.0f%s%n",
                server,
                median(runs, run -> run.use().cpuMicrosPerFrame()),
                ratios(runs),
                rate,
                median(runs, Run::p50Micros) / 1e3,
                median(runs, Run::p99Micros) / 1e3,
                median(runs, run -> run.use().residentBytes()) / 1048576,
                comparable ? "" : "  does not hold the rate: not comparable");
    }

    /** Median, least and most of Essaim's cost divided by the server's, round by round. */
    private String ratios(List<Run> runs) {
        List<Double> ratios = new ArrayList<>();
        for (Run run : runs) {
            essaim(run)
                    .ifPresent(essaim -> ratios.add(
                            essaim.use().cpuMicrosPerFrame() / run.use().cpuMicrosPerFrame()));
        }
        if (ratios.isEmpty()) {
            return "-";
        }
        List<Double> sorted = ratios.stream().sorted().toList();
        return String.format(
                Locale.ROOT, "%.2f (%.2f-%.2f)", median(sorted), sorted.get(0), sorted.get(sorted.size() - 1));
    }

    private Optional<Run> essaim(Run other) {
        return result.runs().stream()
                .filter(run -> run.server().equals(Peer.ESSAIM.token()))
                .filter(run -> run.round() == other.round() && run.clients() == other.clients())
                .findFirst();
    }

    private List<Run> runs(String server, int clients) {
        return result.runs().stream()
                .filter(run -> run.server().equals(server) && run.clients() == clients)
                .toList();
    }

    private static double median(List<Run> runs, ToDoubleFunction<Run> figure) {
        return median(runs.stream().mapToDouble(figure).sorted().boxed().toList());
    }

    private static double median(List<Double> sorted) {
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
