package io.essaim.bench.report;

import io.essaim.bench.result.LoadResult;
import io.essaim.bench.result.ServerUse;
import io.essaim.bench.result.SizeResult;
import io.essaim.bench.result.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A number that a later set of files may have too, under the same label and name.
 *
 * @param spread of one value when nothing is known about how far it wanders
 * @param isFact counted, not timed: it does not wander
 */
record Measure(String label, String name, String unit, Spread spread, boolean isFact, Better better) {
    enum Better {
        LOWER,
        HIGHER,
        /** Depends on the unit. */
        UNKNOWN
    }

    boolean isSame(Measure other) {
        return label.equals(other.label) && name.equals(other.name) && unit.equals(other.unit);
    }

    static List<Measure> of(ReportData data) {
        List<Measure> measures = new ArrayList<>();
        data.loads().forEach(run -> addLoad(measures, run));
        data.growths().stream()
                .flatMap(growth -> Stream.concat(growth.byAgents().stream(), growth.byClients().stream()))
                .forEach(run -> addLoad(measures, run));
        for (PeerGroup group : Stream.concat(
                        PeerGroup.of(data.peers()).stream(), PeerGroup.ofTransports(data.transports()).stream())
                .toList()) {
            for (PeerGroup.Server server : group.servers()) {
                if (!server.isNeverHeld()) {
                    measures.add(timed(server.name() + ", " + group.title(), "CPU", "µs/client-frame", server.cpu()));
                }
            }
        }
        for (SizeResult size : data.sizes()) {
            for (SizeResult.Row row : size.rows()) {
                measures.add(new Measure(
                        row.form() + ", " + row.set() + ", " + Numbers.count(row.agents()) + " agents, "
                                + size.source(),
                        "frame",
                        "B",
                        Spread.of(row.bytesPerFrame()),
                        true,
                        Better.LOWER));
            }
        }
        for (JmhScore score : data.jmh()) {
            measures.add(
                    new Measure(score.label(), "score", score.unit(), score.spread(), false, better(score.unit())));
        }
        return measures;
    }

    /** An invalid run says nothing about the server, so nothing about a change of it. */
    private static void addLoad(List<Measure> measures, LoadResult run) {
        if (run.verdict() == Verdict.INVALID) {
            return;
        }
        measures.add(timed(run.label(), "age p99", "ms", Spread.of(run.ages().p99Micros() / 1e3)));
        measures.add(new Measure(
                run.label(), "worst client", "fps", Spread.of(run.framesPerSecondWorst()), false, Better.HIGHER));
        measures.add(timed(run.label(), "bandwidth", "KB/s", Spread.of(run.bytesPerSecondPerClient() / 1e3)));
        @Nullable ServerUse use = run.server();
        if (use != null) {
            measures.add(timed(run.label(), "CPU", "µs/client-frame", Spread.of(use.cpuMicrosPerFrame())));
            measures.add(timed(run.label(), "memory", "B/connection", Spread.of((double) use.bytesPerConnection())));
        }
    }

    private static Measure timed(String label, String name, String unit, Spread spread) {
        return new Measure(label, name, unit, spread, false, Better.LOWER);
    }

    private static Better better(String jmhUnit) {
        if (jmhUnit.startsWith("ops/")) {
            return Better.HIGHER;
        }
        return jmhUnit.endsWith("/op") ? Better.LOWER : Better.UNKNOWN;
    }
}
