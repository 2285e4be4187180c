package io.essaim.bench.load;

import io.essaim.bench.load.LoadRun.Outcome;
import io.essaim.bench.load.LoadRun.Progress;
import io.essaim.bench.load.LoadRun.Use;
import io.essaim.bench.result.Ages;
import io.essaim.bench.result.EnvironmentProbe;
import io.essaim.bench.result.LoadResult;
import io.essaim.bench.result.ResultFiles;
import io.essaim.bench.result.ServerUse;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;
import org.HdrHistogram.HistogramLogWriter;
import org.jspecify.annotations.Nullable;

/** Writes what a run leaves behind, or nothing when no folder was named. */
final class LoadFiles implements AutoCloseable {
    private static final double MILLI = 1000;
    private static final int CURVE_TICKS_PER_HALF_DISTANCE = 5;

    private final @Nullable Path folder;
    private final String name;
    private final EnvironmentProbe environment = EnvironmentProbe.begin();
    private final @Nullable PrintStream log;
    private final @Nullable HistogramLogWriter writer;
    private final long startMillis = System.currentTimeMillis();
    private long toldMillis = startMillis;

    private LoadFiles(@Nullable Path folder, String name) throws IOException {
        this.folder = folder;
        this.name = name;
        if (folder == null) {
            log = null;
            writer = null;
        } else {
            Files.createDirectories(folder);
            log = new PrintStream(
                    Files.newOutputStream(folder.resolve(name + ".hlog")), true, StandardCharsets.US_ASCII);
            writer = new HistogramLogWriter(log);
            writer.outputLogFormatVersion();
            writer.outputComment("[ages of frames in microseconds since their tick was due, one histogram a second]");
            writer.outputStartTime(startMillis);
            writer.setBaseTime(startMillis);
            writer.outputLegend();
        }
    }

    static LoadFiles to(@Nullable Path folder, String name) throws IOException {
        return new LoadFiles(folder, name);
    }

    /** Adds a second's ages to the log. */
    void second(Progress progress) {
        if (writer != null && progress.ages().getTotalCount() > 0) {
            Histogram ages = progress.ages();
            ages.setStartTimeStamp(toldMillis);
            toldMillis = System.currentTimeMillis();
            ages.setEndTimeStamp(toldMillis);
            writer.outputIntervalHistogram(ages);
        }
    }

    /** Writes the result and the histogram of the whole window. */
    void write(LoadPlan plan, Outcome outcome, String command) throws IOException {
        if (folder == null) {
            return;
        }
        ResultFiles.write(folder, name, result(plan, outcome, command));
        try (PrintStream percentiles = new PrintStream(
                Files.newOutputStream(folder.resolve(name + ".hgrm")), false, StandardCharsets.US_ASCII)) {
            outcome.ages().outputPercentileDistribution(percentiles, MILLI);
        }
    }

    private LoadResult result(LoadPlan plan, Outcome outcome, String command) {
        return toResult(plan, outcome, command, name, environment);
    }

    /** A run as its result file has it. */
    static LoadResult toResult(
            LoadPlan plan, Outcome outcome, String command, String label, EnvironmentProbe environment) {
        LoadRun.Steady steady = outcome.steady();
        return new LoadResult(
                environment.end(),
                command,
                label,
                plan.url().toString(),
                plan.dialect().name().toLowerCase(Locale.ROOT),
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

    private static ServerUse use(Use use, LoadPlan plan, Outcome outcome) {
        double frames = Math.max(1, outcome.allFrames());
        return new ServerUse(
                use.cpuMicros() / frames,
                use.userMicros() / frames,
                use.cpuMicros() / 1e6 / outcome.steady().seconds(),
                use.residentBytes(),
                use.residentGrowthBytes() / plan.clients());
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

    @Override
    public void close() {
        if (log != null) {
            log.close();
        }
    }
}
