package io.essaim.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.essaim.bench.load.LoadPlan.DialectName;
import io.essaim.bench.load.LoadPlan.Disturbances;
import io.essaim.bench.load.LoadRun.Outcome;
import io.essaim.bench.load.LoadRun.Phase;
import io.essaim.bench.load.LoadRun.Progress;
import io.essaim.bench.load.LoadRun.Steady;
import io.essaim.bench.load.LoadRun.Use;
import io.essaim.bench.result.Ages;
import io.essaim.bench.result.LoadResult;
import io.essaim.bench.result.ResultFiles;
import io.essaim.bench.result.ServerUse;
import io.essaim.bench.result.Verdict;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.EncodableHistogram;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogReader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadFilesTest {
    private static final LoadPlan PLAN = new LoadPlan(
            URI.create("ws://127.0.0.1:8001/ws/swarm"),
            DialectName.SBE,
            60,
            10,
            500,
            1,
            Duration.ZERO,
            Duration.ofSeconds(10),
            true,
            Duration.ofMillis(100),
            Disturbances.NONE);

    @TempDir
    Path folder;

    @Test
    void shouldLogAgesThatHdrHistogramReadsAgain() throws IOException {
        try (LoadFiles files = LoadFiles.to(folder, "run")) {
            files.second(progress(1_000, 2_000));
            files.second(progress());
            files.second(progress(50_000));
        }
        try (HistogramLogReader reader =
                new HistogramLogReader(folder.resolve("run.hlog").toFile())) {
            Histogram first = next(reader);
            assertThat(first.getTotalCount()).isEqualTo(2);
            assertThat(first.valuesAreEquivalent(first.getMaxValue(), 2_000)).isTrue();
            Histogram second = next(reader);
            assertThat(second.getTotalCount()).isEqualTo(1);
            assertThat(second.valuesAreEquivalent(second.getMaxValue(), 50_000)).isTrue();
            assertThat(second.getStartTimeStamp()).isGreaterThanOrEqualTo(first.getEndTimeStamp());
            assertThat(reader.nextIntervalHistogram()).isNull();
        }
    }

    @Test
    void shouldWriteAResultThatAReportReads() throws IOException {
        try (LoadFiles files = LoadFiles.to(folder, "run")) {
            files.write(
                    PLAN,
                    outcome(
                            new Use(1_200_000, 600_000, Map.of("loop", 900_000L), 5.5, 50 << 20, 100 << 10),
                            1_000,
                            3_000),
                    "essaim load x");
        }
        assertThat(ResultFiles.readAll(folder)).singleElement().isInstanceOfSatisfying(LoadResult.class, result -> {
            assertThat(result.label()).isEqualTo("run");
            assertThat(result.command()).isEqualTo("essaim load x");
            assertThat(result.encoding()).isEqualTo("sbe");
            assertThat(result.verdict()).isEqualTo(Verdict.FAIL);
            assertThat(result.reasons()).containsExactly("a reason");
            assertThat(result.frames()).isEqualTo(5_940);
            assertThat(result.framesPerSecond()).isCloseTo(59.4, within(1e-9));
            assertThat(result.framesPerSecondWorst()).isCloseTo(57, within(1e-9));
            assertThat(result.bytesPerFrame()).isCloseTo(100, within(1e-9));
            assertThat(result.bytesPerSecondPerClient()).isCloseTo(5_940, within(1e-9));
            assertThat(result.faults()).isEqualTo(Map.of("corrupt", 1L));
            assertThat(result.gaps()).isEqualTo(Map.of("unexplained", 2L));
            assertThat(result.verified()).isEqualTo(5_000);
            assertThat(result.generatorCpuMicrosPerFrame()).isCloseTo(2, within(1e-9));
            assertThat(result.ages().count()).isEqualTo(2);
            assertThat(result.ages().maxMicros()).isBetween(3_000L, 3_003L);
            assertThat(result.ages().curve())
                    .last()
                    .extracting(Ages.Point::percentile)
                    .isEqualTo(100.0);
            assertThat(result.server())
                    .isEqualTo(new ServerUse(200, 100, 0.12, Map.of("loop", 0.09), 5.5, 50 << 20, 10 << 10));
        });
        assertThat(Files.readString(folder.resolve("run.hgrm"))).contains("#[Max     =        3.0");
    }

    @Test
    void shouldWriteARunThatGotNothing() throws IOException {
        try (LoadFiles files = LoadFiles.to(folder, "run")) {
            files.write(PLAN, outcome(null), "essaim load x");
        }
        assertThat(ResultFiles.readAll(folder)).singleElement().isInstanceOfSatisfying(LoadResult.class, result -> {
            assertThat(result.server()).isNull();
            assertThat(result.ages().count()).isZero();
        });
    }

    @Test
    void shouldWriteNothingWithoutAFolder() throws IOException {
        try (LoadFiles files = LoadFiles.to(null, "run")) {
            files.second(progress(1_000));
            files.write(PLAN, outcome(null, 1_000), "essaim load x");
        }
        assertThat(folder).isEmptyDirectory();
    }

    private static Histogram next(HistogramLogReader reader) {
        EncodableHistogram next = reader.nextIntervalHistogram();
        assertThat(next).isInstanceOf(Histogram.class);
        return (Histogram) next;
    }

    private static Progress progress(long... ages) {
        return new Progress(Phase.MEASURING, 1, 10, 10, 100, 1_000, 0, 0, histogram(ages));
    }

    private static Outcome outcome(@Nullable Use use, long... ages) {
        return new Outcome(
                Verdict.FAIL,
                List.of("a reason"),
                350,
                new Steady(10, 10, 60, 6_000, 5_940, 0.95),
                594_000,
                23_760,
                6_000,
                histogram(ages),
                histogram(),
                histogram(),
                histogram(),
                histogram(),
                0,
                Map.of("corrupt", 1L),
                Map.of("unexplained", 2L),
                5_000,
                939,
                12_000,
                0.1,
                WireUse.PLAIN,
                use);
    }

    private static Histogram histogram(long... values) {
        Histogram histogram = Tally.histogram();
        for (long value : values) {
            histogram.recordValue(value);
        }
        return histogram;
    }
}
