package io.essaim.bench.disturb;

import io.essaim.bench.load.JoinCheck;
import io.essaim.bench.load.LoadPlan.DialectName;
import io.essaim.bench.load.ServerCounters;
import io.essaim.bench.load.Viewer;
import io.essaim.bench.result.DisturbancesResult;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Viewers join one by one at random moments, see their first frames, and leave. */
final class RandomJoins {
    private static final int JOINS_PER_SECOND = 50;
    private static final Duration STEP = Duration.ofMillis(250);

    /** After the last was to join. */
    private static final long PATIENCE_MICROS = TimeUnit.SECONDS.toMicros(10);

    private static final long SEED = 6;

    // one thread
    private final Stage stage;
    private final List<JoinCheck.Newcomer> newcomers = new ArrayList<>();
    private final List<Viewer> viewers;
    private int next;
    private int wrong;
    private @Nullable String example;

    private RandomJoins(Stage stage, JoinCheck check, List<Long> dueMicros) {
        this.stage = stage;
        this.viewers = stage.joiningAt(dueMicros, () -> {
            JoinCheck.Newcomer newcomer = check.newcomer();
            newcomers.add(newcomer);
            return newcomer;
        });
    }

    static DisturbancesResult.Scenario run(DisturbancePlan plan, int loops, Stage.Servers servers)
            throws IOException, InterruptedException {
        int clients = plan.clientsOr(DisturbancePlan.CLIENTS);
        int connections = clients + plan.newcomers() + 1;
        try (Stage stage = Stage.on(servers.start(connections, loops, List.of()), plan, DialectName.SBE)) {
            JoinCheck check = new JoinCheck();
            List<Viewer> others = stage.join(clients, false);
            Stage.requireJoined(List.of(
                    stage.joiningAt(List.of(stage.nowMicros()), check::witness).get(0)));
            Window before = stage.baseline();
            ServerCounters counted = stage.counters();
            List<Long> moments = moments(stage.nowMicros(), plan.newcomers());
            RandomJoins joins = new RandomJoins(stage, check, moments);
            Window during = joins.watch(moments.get(moments.size() - 1));
            ToLongFunction<String> rise = FrameLoss.rise(counted, stage.counters());
            stage.end();

            WindowCost meanwhile = stage.cost(others, during);
            List<Viewer> joined =
                    joins.viewers.stream().filter(Viewer::hasJoined).toList();
            SortedTimes times = SortedTimes.of(joined, Viewer::microsToFirstFrame);
            SortedTimes bytes = SortedTimes.of(joined, Viewer::bytesToFirstFrame);
            Finding finding = new Finding(
                    Scenario.JOINS.token(),
                    plan.newcomers() + " viewers join " + clients + " at random moments, " + JOINS_PER_SECOND
                            + " a second, and leave" + (joins.example == null ? "" : "; wrong: " + joins.example),
                    "sbe");
            return finding.none("newcomers without a frame", joins.viewers.size() - joined.size())
                    .none("newcomers whose first frames were not those of the others", joins.wrong)
                    .none(
                            "frames the others lost, not by lateness of clock or loop",
                            FrameLoss.unexplained(meanwhile.missed(), clients, 0, rise))
                    .targetMillis(
                            "age of the others' frames meanwhile, p99",
                            meanwhile.ages().getValueAtPercentile(99),
                            Scenario.AGE_MILLIS_MAX)
                    .figureMillis("until a newcomer's first frame, p50", times.median())
                    .figureMillis("until a newcomer's first frame, p99", times.percentile(99))
                    .figureMillis("until a newcomer's first frame, max", times.worst())
                    .figure("bytes up to a newcomer's first frame, p50", (double) bytes.median(), "B")
                    .figure("bytes up to a newcomer's first frame, p99", (double) bytes.percentile(99), "B")
                    .figure("bytes up to a newcomer's first frame, max", (double) bytes.worst(), "B")
                    .phase(Scenario.OTHERS, clients, Scenario.BEFORE, before, stage.cost(others, before))
                    .phase(Scenario.OTHERS, clients, Scenario.DURING, during, meanwhile)
                    .memory(stage.memory().most(before, during, during))
                    .stage(stage, before, during)
                    .conclude();
        }
    }

    private static List<Long> moments(long fromMicros, int count) {
        long within = count * TimeUnit.SECONDS.toMicros(1) / JOINS_PER_SECOND;
        return new SplittableRandom(SEED)
                .longs(count, 0, Math.max(1, within))
                .map(after -> fromMicros + after)
                .sorted()
                .boxed()
                .toList();
    }

    /** Until all have been judged, or the last has had its time. */
    private Window watch(long lastMicros) throws IOException, InterruptedException {
        Window first = stage.rest(STEP);
        Window newest = first;
        while (next < viewers.size() && stage.nowMicros() < lastMicros + PATIENCE_MICROS) {
            newest = stage.rest(STEP);
            judge();
        }
        wrong += viewers.size() - next;
        return new Window(first.fromMicros(), newest.toMicros());
    }

    /** They come in their order, by and large; one that is held up holds up the judging of those behind it, no more. */
    private void judge() throws InterruptedException {
        int from = next;
        while (next < viewers.size() && newcomers.get(next).isComplete()) {
            next++;
        }
        stage.crowd().leave(viewers.subList(from, next));
        for (JoinCheck.Newcomer newcomer : newcomers.subList(from, next)) {
            String fault = newcomer.fault();
            if (fault != null) {
                wrong++;
                example = example == null ? fault : example;
            }
        }
    }
}
