package io.essaim.bench.disturb;

import com.sun.jdi.ThreadReference;
import io.essaim.bench.load.LoadPlan.DialectName;
import io.essaim.bench.load.ServerCounters;
import io.essaim.bench.load.Viewer;
import io.essaim.bench.result.DisturbancesResult;
import java.io.IOException;
import java.util.List;
import java.util.function.ToLongFunction;

/** One of two event loops stands still: half of the viewers see nothing, the other half must not notice. */
final class PausedLoop {
    private static final int LOOPS = 2;
    private static final String THREAD = "vert.x-eventloop-thread-";
    private static final String PAUSED = "the paused loop's";
    private static final String OTHER = "the other loop's";

    private PausedLoop() {}

    static DisturbancesResult.Scenario run(DisturbancePlan plan, Stage.Servers servers)
            throws IOException, InterruptedException {
        int clients = plan.clientsOr(DisturbancePlan.CLIENTS);
        try (Stage stage = Stage.on(servers.start(clients, LOOPS, List.of(ThreadPauser.FLAG)), plan, DialectName.SBE);
                ThreadPauser pauser = ThreadPauser.attach(stage.server().said())) {
            List<Viewer> all = stage.join(clients, false);
            ThreadReference loop = pauser.thread(THREAD);
            Window before = stage.baseline();
            ServerCounters counted = stage.counters();
            Window during = PausedThread.pause(loop, stage);
            Window after = stage.recovery();
            ToLongFunction<String> rise = FrameLoss.rise(counted, stage.counters());
            stage.end();

            List<Viewer> paused = all.stream()
                    .filter(viewer -> PausedThread.wasSilent(viewer.frames(), during))
                    .toList();
            List<Viewer> others = all.stream()
                    .filter(viewer -> !PausedThread.wasSilent(viewer.frames(), during))
                    .toList();
            return conclude(stage, rise, paused, others, before, during, after);
        }
    }

    private static DisturbancesResult.Scenario conclude(
            Stage stage,
            ToLongFunction<String> rise,
            List<Viewer> paused,
            List<Viewer> others,
            Window before,
            Window during,
            Window after) {
        Window all = during.through(after);
        long missedByPaused = stage.cost(paused, all).missed();
        long missedByOthers = stage.cost(others, all).missed();
        WindowCost othersMeanwhile = stage.cost(others, during);
        long byTicks = rise.applyAsLong("ticks_missed") * paused.size();
        // Of the two loops the paused one alone filled its ring: of what that cost, its viewers' losses are part.
        long elsewhere = Math.max(missedByPaused - byTicks, rise.applyAsLong("ring_full") * others.size());
        Finding finding = new Finding(
                        Scenario.LOOP_PAUSED.token(),
                        "one of " + LOOPS + " event loops stands still for "
                                + Amounts.of(during.seconds(), "s") + "; " + paused.size() + " of "
                                + (paused.size() + others.size()) + " viewers are its",
                        "sbe")
                .none(
                        "frames the other loop's viewers lost, not by lateness of clock or loop",
                        FrameLoss.unexplained(missedByOthers, others.size(), elsewhere, rise))
                .targetMillis(
                        "age of the other loop's frames meanwhile, p99",
                        othersMeanwhile.ages().getValueAtPercentile(99),
                        Scenario.AGE_MILLIS_MAX);
        PausedThread.add(finding, PAUSED, paused, before, during, after);
        PausedThread.add(finding, OTHER, others, before, during, after);
        phases(finding, PAUSED, stage, paused, before, during, after);
        phases(finding, OTHER, stage, others, before, during, after);
        return finding.memory(stage.memory().most(before, during, after))
                .count("frames a loop did not get, its ring being full", rise.applyAsLong("ring_full"))
                .count("frames left out for being old", rise.applyAsLong("frames_stale"))
                .count("frames skipped for full sockets", rise.applyAsLong("frames_skipped"))
                .count("ticks the clock left out", rise.applyAsLong("ticks_missed"))
                .stage(stage, before, during, after)
                .conclude();
    }

    private static void phases(
            Finding finding,
            String kind,
            Stage stage,
            List<Viewer> viewers,
            Window before,
            Window during,
            Window after) {
        finding.phase(kind, viewers.size(), Scenario.BEFORE, before, stage.cost(viewers, before))
                .phase(kind, viewers.size(), Scenario.DURING, during, stage.cost(viewers, during))
                .phase(kind, viewers.size(), Scenario.AFTER, after, stage.cost(viewers, after));
    }
}
