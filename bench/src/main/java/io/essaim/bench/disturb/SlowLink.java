package io.essaim.bench.disturb;

import io.essaim.bench.load.LoadPlan.DialectName;
import io.essaim.bench.load.ServerCounters;
import io.essaim.bench.load.Viewer;
import io.essaim.bench.result.DisturbancesResult;
import java.io.IOException;
import java.util.List;
import java.util.function.ToLongFunction;

/** One viewer is behind a link that carries a fraction of what is sent. */
final class SlowLink {
    private static final String SLOW = "the slow one";

    private SlowLink() {}

    static DisturbancesResult.Scenario run(DisturbancePlan plan, int loops, Stage.Servers servers)
            throws IOException, InterruptedException {
        int clients = plan.clientsOr(DisturbancePlan.CLIENTS);
        try (Stage stage = Stage.on(servers.start(clients + 1, loops, List.of()), plan, DialectName.SBE)) {
            List<Viewer> others = stage.join(clients, false);
            List<Viewer> slow = stage.join(1, true);
            Window before = stage.baseline();
            ServerCounters counted = stage.counters();
            stage.crowd().crawl(slow, plan.slowBytesPerSecond());
            Window during = stage.rest(plan.slow());
            stage.crowd().hurry(slow);
            Window after = stage.recovery();
            ToLongFunction<String> rise = FrameLoss.rise(counted, stage.counters());
            stage.end();

            WindowCost meanwhile = stage.cost(others, during);
            long missed = stage.cost(others, during.through(after)).missed();
            Finding finding = new Finding(
                            Scenario.SLOW_LINK.token(),
                            "one viewer besides " + clients + " is behind a link of "
                                    + Amounts.of(plan.slowBytesPerSecond() / 1e3, "KB/s") + " for "
                                    + Amounts.of(during.seconds(), "s"),
                            "sbe")
                    .none(
                            "frames the others lost, not by lateness of clock or loop",
                            FrameLoss.unexplained(missed, clients, 0, rise))
                    .targetMillis(
                            "age of the others' frames meanwhile, p99",
                            meanwhile.ages().getValueAtPercentile(99),
                            Scenario.AGE_MILLIS_MAX)
                    .count("frames the others missed, for whatever reason", missed);
            slow(finding, slow.get(0), during);
            return finding.phase(Scenario.OTHERS, clients, Scenario.BEFORE, before, stage.cost(others, before))
                    .phase(Scenario.OTHERS, clients, Scenario.DURING, during, meanwhile)
                    .phase(Scenario.OTHERS, clients, Scenario.AFTER, after, stage.cost(others, after))
                    .phase(SLOW, 1, Scenario.BEFORE, before, stage.cost(slow, before))
                    .phase(SLOW, 1, Scenario.DURING, during, stage.cost(slow, during))
                    .phase(SLOW, 1, Scenario.AFTER, after, stage.cost(slow, after))
                    .memory(stage.memory().most(before, during, after))
                    .count("frames skipped for full sockets", rise.applyAsLong("frames_skipped"))
                    .stage(stage, before, during, after)
                    .conclude();
        }
    }

    private static void slow(Finding finding, Viewer viewer, Window during) {
        int frames = viewer.frames().framesBetween(during.fromMicros(), during.toMicros());
        int first = viewer.frames().firstFrom(during.fromMicros());
        long[] ages = new long[frames];
        for (int i = 0; i < frames; i++) {
            ages[i] = viewer.frames().ageMicros(first + i);
        }
        SortedTimes came = SortedTimes.of(ages);
        finding.figure("the slow one's rate", frames / during.seconds(), "fps")
                .figureMillis("age of the frames it read, p50", came.median())
                .figureMillis("age of the frames it read, p99", came.percentile(99))
                .count(
                        "announcements of another rate to it",
                        viewer.rateChanges().size())
                .figureMillis(
                        "link fast again, until a frame younger than 250 ms",
                        Recovery.youngAfter(viewer.frames(), during.toMicros(), Recovery.YOUNG_MICROS));
    }
}
