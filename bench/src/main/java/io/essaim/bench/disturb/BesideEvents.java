package io.essaim.bench.disturb;

import io.essaim.bench.events.EventTraffic;
import io.essaim.bench.load.LoadPlan.DialectName;
import io.essaim.bench.load.ServerCounters;
import io.essaim.bench.load.Viewer;
import io.essaim.bench.result.DisturbancesResult;
import java.io.IOException;
import java.util.List;
import java.util.function.ToLongFunction;

/** Events flow by the thousand beside the swarm: state and events must not feel each other. */
final class BesideEvents {
    private static final int EVENTS_PER_SECOND = 10_000;
    private static final int PUBLISHERS = 4;
    private static final int ROOMS = 10;

    /** Each gets a tenth of the events. */
    private static final int CLIENTS = 20;

    private BesideEvents() {}

    static DisturbancesResult.Scenario run(DisturbancePlan plan, int loops, Stage.Servers servers)
            throws IOException, InterruptedException {
        int clients = plan.clientsOr(500);
        try (Stage stage = Stage.on(servers.start(clients + CLIENTS, loops, List.of()), plan, DialectName.SBE)) {
            List<Viewer> viewers = stage.join(clients, false);
            Window before = stage.baseline();
            ServerCounters counted = stage.counters();
            Window during;
            EventTraffic.Result events;
            try (EventTraffic traffic =
                    new EventTraffic(stage.server().port(), PUBLISHERS, ROOMS, CLIENTS, EVENTS_PER_SECOND)) {
                stage.rest(plan.warmup());
                during = stage.rest(plan.quiet());
                events = traffic.stop();
            }
            Window after = stage.recovery();
            ToLongFunction<String> rise = FrameLoss.rise(counted, stage.counters());
            stage.end();

            WindowCost meanwhile = stage.cost(viewers, during);
            Finding finding = new Finding(
                            Scenario.EVENTS.token(),
                            EVENTS_PER_SECOND + " events/s flow to " + CLIENTS + " clients beside " + clients
                                    + " viewers",
                            "sbe")
                    .none(
                            "frames lost, not by lateness of clock or loop",
                            FrameLoss.unexplained(meanwhile.missed(), clients, 0, rise))
                    .none("events missing, repeated or out of order", events.faults())
                    .targetMillis(
                            "age of frames meanwhile, p99",
                            meanwhile.ages().getValueAtPercentile(99),
                            Scenario.AGE_MILLIS_MAX)
                    .count("events published", events.published())
                    .count("events delivered", events.delivered())
                    .figure("age of events, p99", events.ageP99Millis(), "ms");
            return finding.phase("viewers", clients, Scenario.BEFORE, before, stage.cost(viewers, before))
                    .phase("viewers", clients, Scenario.DURING, during, meanwhile)
                    .phase("viewers", clients, Scenario.AFTER, after, stage.cost(viewers, after))
                    .memory(stage.memory().most(before, during, after))
                    .stage(stage, before, during, after)
                    .conclude();
        }
    }
}
