package io.essaim.bench.report;

import io.essaim.bench.result.DisturbancesResult;
import io.essaim.bench.result.Environment;
import io.essaim.bench.result.GrowthResult;
import io.essaim.bench.result.LoadResult;
import io.essaim.bench.result.PeersResult;
import io.essaim.bench.result.Result;
import io.essaim.bench.result.ResultFiles;
import io.essaim.bench.result.SizeResult;
import io.essaim.bench.result.TransportsResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Everything that a folder of results holds, in the order of the files' names. */
record ReportData(List<Result> results, List<JmhScore> jmh) {

    /** @throws IOException also when a file does not hold what its name says; the message names it */
    static ReportData read(Path folder) throws IOException {
        List<Path> jmhFiles;
        try (Stream<Path> entries = Files.list(folder)) {
            jmhFiles = entries.filter(file -> file.getFileName().toString().endsWith(".jmh.json"))
                    .sorted()
                    .toList();
        }
        List<JmhScore> jmh = new ArrayList<>();
        for (Path file : jmhFiles) {
            jmh.addAll(JmhScore.read(file));
        }
        return new ReportData(ResultFiles.readAll(folder), jmh);
    }

    boolean isEmpty() {
        return results.isEmpty() && jmh.isEmpty();
    }

    List<LoadResult> loads() {
        return only(LoadResult.class);
    }

    List<PeersResult> peers() {
        return only(PeersResult.class);
    }

    List<TransportsResult> transports() {
        return only(TransportsResult.class);
    }

    List<SizeResult> sizes() {
        return only(SizeResult.class);
    }

    List<GrowthResult> growths() {
        return only(GrowthResult.class);
    }

    List<DisturbancesResult.Scenario> disturbances() {
        return only(DisturbancesResult.class).stream()
                .flatMap(result -> result.scenarios().stream())
                .toList();
    }

    List<Environment> environments() {
        return results.stream().map(Result::environment).toList();
    }

    List<String> commands(Class<? extends Result> type) {
        return only(type).stream().map(Result::command).distinct().toList();
    }

    private <R extends Result> List<R> only(Class<R> type) {
        return results.stream().filter(type::isInstance).map(type::cast).toList();
    }
}
