package io.essaim.bench.disturb;

import com.sun.jdi.ThreadReference;
import io.essaim.bench.load.LoadPlan.DialectName;
import io.essaim.bench.load.ServerCounters;
import io.essaim.bench.load.Viewer;
import io.essaim.bench.result.DisturbancesResult;
import java.io.IOException;
import java.util.List;
import java.util.function.ToLongFunction;

/** The clock stands still: nobody sees anything, and then nobody must be flooded with what is past. */
final class PausedClock {
    private static final String THREAD = "swarm-clock";
    private static final String EVERYBODY = "everybody";

    private PausedClock() {}

    static DisturbancesResult.Scenario run(DisturbancePlan plan, int loops, Stage.Servers servers)
            throws IOException, InterruptedException {
        int clients = plan.clientsOr(DisturbancePlan.CLIENTS);
        try (Stage stage = Stage.on(servers.start(clients, loops, List.of(ThreadPauser.FLAG)), plan, DialectName.SBE);
                ThreadPauser pauser = ThreadPauser.attach(stage.server().said())) {
            List<Viewer> all = stage.join(clients, false);
            ThreadReference clock = pauser.thread(THREAD);
            Window before = stage.baseline();
            ServerCounters counted = stage.counters();
            Window during = PausedThread.pause(clock, stage);
            Window after = stage.recovery();
            ToLongFunction<String> rise = FrameLoss.rise(counted, stage.counters());
            stage.end();

            long missed = stage.cost(all, during.through(after)).missed();
            Finding finding = new Finding(
                            Scenario.CLOCK_PAUSED.token(),
                            "the clock stands still for " + Amounts.of(during.seconds(), "s"),
                            "sbe")
                    .none(
                            "frames lost, not by lateness of clock or loop",
                            FrameLoss.unexplained(missed, clients, 0, rise));
            PausedThread.add(finding, EVERYBODY, all, before, during, after);
            return finding.phase(EVERYBODY, clients, Scenario.BEFORE, before, stage.cost(all, before))
                    .phase(EVERYBODY, clients, Scenario.DURING, during, stage.cost(all, during))
                    .phase(EVERYBODY, clients, Scenario.AFTER, after, stage.cost(all, after))
                    .memory(stage.memory().most(before, during, after))
                    .count("ticks the clock left out", rise.applyAsLong("ticks_missed"))
                    .count("times the schedule began anew", rise.applyAsLong("clock_restarts"))
                    .stage(stage, before, during, after)
                    .conclude();
        }
    }
}
