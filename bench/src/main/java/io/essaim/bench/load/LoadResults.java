package io.essaim.bench.load;

import io.essaim.bench.load.LoadRun.Outcome;
import io.essaim.bench.load.LoadRun.Use;
import io.essaim.bench.result.Ages;
import io.essaim.bench.result.Environment;
import io.essaim.bench.result.LoadResult;
import io.essaim.bench.result.ServerUse;
import io.essaim.protocol.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;

/** Turns what a run found into what a result file holds. */
public final class LoadResults {
    private static final int CURVE_TICKS_PER_HALF_DISTANCE = 5;

    private LoadResults() {}

    /** A run as its result file has it. */
    public static LoadResult of(LoadPlan plan, Outcome outcome, String command, String label, Environment environment) {
        LoadRun.Steady steady = outcome.steady();
        return new LoadResult(
                environment,
                command,
                label,
                plan.url().toString(),
                encoding(plan, outcome),
                plan.clients(),
                outcome.agents(),
                plan.framesPerSecond(),
                steady.seconds(),
                outcome.verdict(),
                outcome.reasons(),
                steady.frames(),
                steady.framesPerSecond(),
                steady.worstShare() * steady.framesPerSecondDue(),
                outcome.bytes() / (double) Math.max(1, steady.frames()),
                LoadSummary.bytesPerSecond(outcome),
                ages(outcome.ages()),
                outcome.faults(),
                outcome.gaps(),
                outcome.verified(),
                outcome.generatorCpuMicros() / (double) Math.max(1, outcome.allFrames()),
                outcome.generatorCpuMicros() / 1e6 / steady.seconds(),
                outcome.server() == null ? null : use(outcome.server(), plan, outcome));
    }

    private static String encoding(LoadPlan plan, Outcome outcome) {
        Message.Form form = plan.wire().form().form();
        return plan.dialect().name().toLowerCase(Locale.ROOT)
                + (form == Message.Form.DELTA ? "-delta" : "")
                + (outcome.wire().isDeflated() ? "-deflate" : "");
    }

    private static ServerUse use(Use use, LoadPlan plan, Outcome outcome) {
        double frames = Math.max(1, outcome.allFrames());
        return new ServerUse(
                use.cpuMicros() / frames,
                use.userMicros() / frames,
                use.cpuMicros() / 1e6 / outcome.steady().seconds(),
                threads(use, outcome.steady().seconds()),
                use.allocatedBytesPerFrame(),
                use.residentBytes(),
                use.residentGrowthBytes() / plan.clients());
    }

    private static Map<String, Double> threads(Use use, double seconds) {
        Map<String, Double> threads = new TreeMap<>();
        use.threadMicros().forEach((name, micros) -> threads.put(name, micros / 1e6 / seconds));
        return threads;
    }

    private static Ages ages(Histogram micros) {
        List<Ages.Point> curve = new ArrayList<>();
        for (HistogramIterationValue value : micros.percentiles(CURVE_TICKS_PER_HALF_DISTANCE)) {
            curve.add(new Ages.Point(value.getPercentileLevelIteratedTo(), value.getValueIteratedTo()));
        }
        return new Ages(
                micros.getTotalCount(),
                micros.getTotalCount() == 0 ? 0 : micros.getMean(),
                micros.getValueAtPercentile(50),
                micros.getValueAtPercentile(90),
                micros.getValueAtPercentile(99),
                micros.getValueAtPercentile(99.9),
                micros.getMaxValue(),
                curve);
    }
}
