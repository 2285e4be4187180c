package io.essaim.bench.disturb;

import io.essaim.bench.load.LoadPlan.DialectName;
import io.essaim.bench.load.ServerCounters;
import io.essaim.bench.load.Viewer;
import io.essaim.bench.result.DisturbancesResult;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;

/** Some viewers stop reading, and begin again. */
final class StalledReaders {
    private static final double YOUNG_WITHIN_MILLIS = 1_000;
    private static final double FULL_RATE_WITHIN_MILLIS = 10_000;
    private static final String STALLED = "the stalled";

    private StalledReaders() {}

    static DisturbancesResult.Scenario run(DisturbancePlan plan, DialectName encoding, int loops, Stage.Servers servers)
            throws IOException, InterruptedException {
        int clients = plan.clientsOr(DisturbancePlan.CLIENTS_WHEN_STALLED);
        int stalling = plan.stalledOf(clients);
        try (Stage stage = Stage.on(servers.start(clients, loops, List.of()), plan, encoding)) {
            List<Viewer> others = stage.join(clients - stalling, false);
            List<Viewer> stalled = stage.join(stalling, true);
            Window before = stage.baseline();
            ServerCounters counted = stage.counters();
            stage.crowd().reading(stalled, false);
            Window during = stage.rest(plan.stall());
            long again = stage.nowMicros();
            stage.crowd().reading(stalled, true);
            Window after = stage.recovery();
            ToLongFunction<String> rise = FrameLoss.rise(counted, stage.counters());
            stage.end();

            WindowCost meanwhile = stage.cost(others, during);
            long missed = stage.cost(others, during.through(after)).missed();
            Finding finding = new Finding(
                            Scenario.STALLED.token(),
                            stalling + " of " + clients + " viewers read nothing for "
                                    + Amounts.of(plan.stall().toMillis() / 1e3, "s"),
                            encoding.name().toLowerCase(Locale.ROOT))
                    .none(
                            "frames the others lost, not by lateness of clock or loop",
                            FrameLoss.unexplained(missed, others.size(), 0, rise))
                    .targetMillis(
                            "age of the others' frames meanwhile, p99",
                            meanwhile.ages().getValueAtPercentile(99),
                            Scenario.AGE_MILLIS_MAX)
                    .count("frames the others missed, for whatever reason", missed);
            young(finding, stalled, again);
            fullRate(finding, stalled, again);
            return finding.phase(Scenario.OTHERS, others.size(), Scenario.BEFORE, before, stage.cost(others, before))
                    .phase(Scenario.OTHERS, others.size(), Scenario.DURING, during, meanwhile)
                    .phase(Scenario.OTHERS, others.size(), Scenario.AFTER, after, stage.cost(others, after))
                    .phase(STALLED, stalling, Scenario.BEFORE, before, stage.cost(stalled, before))
                    .phase(STALLED, stalling, Scenario.AFTER, after, stage.cost(stalled, after))
                    .memory(stage.memory().most(before, during, after))
                    .count("frames skipped for full sockets", rise.applyAsLong("frames_skipped"))
                    .count("ticks the clock left out", rise.applyAsLong("ticks_missed"))
                    .stage(stage, before, during, after)
                    .conclude();
        }
    }

    private static void young(Finding finding, List<Viewer> stalled, long again) {
        SortedTimes times =
                SortedTimes.of(stalled, viewer -> Recovery.youngAfter(viewer.frames(), again, Recovery.YOUNG_MICROS));
        finding.targetMillis(
                        "reading again, until a frame younger than 250 ms, worst", times.worst(), YOUNG_WITHIN_MILLIS)
                .figureMillis("reading again, until a frame younger than 250 ms, median", times.median());
    }

    private static void fullRate(Finding finding, List<Viewer> stalled, long again) {
        SortedTimes times = SortedTimes.of(
                stalled, viewer -> Recovery.fullRateAfter(viewer, again, DisturbancePlan.FRAMES_PER_SECOND));
        long told = stalled.stream()
                .mapToLong(viewer -> viewer.rateChanges().size())
                .sum();
        finding.targetMillis("reading again, until the full rate, worst", times.worst(), FULL_RATE_WITHIN_MILLIS)
                .figureMillis("reading again, until the full rate, median", times.median())
                .count("announcements of another rate, all the stalled", told);
    }
}
