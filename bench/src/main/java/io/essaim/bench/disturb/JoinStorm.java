package io.essaim.bench.disturb;

import io.essaim.bench.load.LoadPlan.DialectName;
import io.essaim.bench.load.ServerCounters;
import io.essaim.bench.load.ServerProcess;
import io.essaim.bench.load.Viewer;
import io.essaim.bench.result.DisturbancesResult;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.ToLongFunction;

/** Many viewers join within one second. */
final class JoinStorm {
    private static final Duration STORM = Duration.ofSeconds(1);
    private static final String NEWCOMERS = "the newcomers";

    private JoinStorm() {}

    static DisturbancesResult.Scenario run(DisturbancePlan plan, int loops, Stage.Servers servers)
            throws IOException, InterruptedException {
        int clients = plan.clientsOr(DisturbancePlan.CLIENTS);
        int connections = clients + plan.newcomers();
        try (Stage stage = Stage.on(servers.start(connections, loops, List.of()), plan, DialectName.SBE)) {
            List<Viewer> others = stage.join(clients, false);
            Window before = stage.baseline();
            ServerCounters counted = stage.counters();
            ServerProcess.Sample idle = stage.process().sample();
            List<Viewer> newcomers = stage.joining(plan.newcomers(), plan.newcomers(), false);
            Window during = stage.rest(STORM);
            ServerProcess.Sample stormed = stage.process().sample();
            Window after = stage.recovery();
            int without = Stage.awaitJoined(newcomers);
            ToLongFunction<String> rise = FrameLoss.rise(counted, stage.counters());
            stage.end();

            WindowCost meanwhile = stage.cost(others, during);
            List<Viewer> joined = newcomers.stream().filter(Viewer::hasJoined).toList();
            Finding finding = new Finding(
                            Scenario.JOIN_STORM.token(),
                            plan.newcomers() + " viewers join " + clients + " within "
                                    + Amounts.of(STORM.toMillis() / 1e3, "s"),
                            "sbe")
                    .none("newcomers without a frame", without)
                    .none(
                            "frames the others lost, not by lateness of clock or loop",
                            FrameLoss.unexplained(
                                    stage.cost(others, during.through(after)).missed(), clients, 0, rise))
                    .targetMillis(
                            "age of the others' frames meanwhile, p99",
                            meanwhile.ages().getValueAtPercentile(99),
                            Scenario.AGE_MILLIS_MAX);
            newcomers(finding, joined);
            return finding.figure(
                            "server CPU in that second",
                            (stormed.cpuMicros() - idle.cpuMicros()) / 1e6 / during.seconds(),
                            "cores")
                    .count("ticks the clock left out", rise.applyAsLong("ticks_missed"))
                    .phase(Scenario.OTHERS, clients, Scenario.BEFORE, before, stage.cost(others, before))
                    .phase(Scenario.OTHERS, clients, Scenario.DURING, during, meanwhile)
                    .phase(Scenario.OTHERS, clients, Scenario.AFTER, after, stage.cost(others, after))
                    .phase(NEWCOMERS, newcomers.size(), Scenario.AFTER, after, stage.cost(joined, after))
                    .memory(stage.memory().most(before, during, after))
                    .stage(stage, before, during, after)
                    .conclude();
        }
    }

    private static void newcomers(Finding finding, List<Viewer> joined) {
        SortedTimes times = SortedTimes.of(joined, Viewer::microsToFirstFrame);
        SortedTimes bytes = SortedTimes.of(joined, Viewer::bytesToFirstFrame);
        finding.figureMillis("until a newcomer's first frame, p50", times.median())
                .figureMillis("until a newcomer's first frame, p99", times.percentile(99))
                .figureMillis("until a newcomer's first frame, max", times.worst())
                .figure("bytes up to a newcomer's first frame, p50", (double) bytes.median(), "B")
                .figure("bytes up to a newcomer's first frame, p99", (double) bytes.percentile(99), "B")
                .figure("bytes up to a newcomer's first frame, max", (double) bytes.worst(), "B");
    }
}
