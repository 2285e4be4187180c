package io.essaim.bench.load;

import io.essaim.bench.load.LoadRun.Outcome;
import io.essaim.bench.load.LoadRun.Progress;
import io.essaim.bench.result.EnvironmentProbe;
import io.essaim.bench.result.ResultFiles;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;
import org.jspecify.annotations.Nullable;

/** Writes what a run leaves behind, or nothing when no folder was named. */
final class LoadFiles implements AutoCloseable {
    private static final double MILLI = 1000;

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
        ResultFiles.write(folder, name, LoadResults.of(plan, outcome, command, name, environment.end()));
        try (PrintStream percentiles = new PrintStream(
                Files.newOutputStream(folder.resolve(name + ".hgrm")), false, StandardCharsets.US_ASCII)) {
            outcome.ages().outputPercentileDistribution(percentiles, MILLI);
        }
    }

    @Override
    public void close() {
        if (log != null) {
            log.close();
        }
    }
}
