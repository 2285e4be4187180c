package io.essaim.fuzz;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Fuzzes each target for so many seconds in a process of its own, one after the other, and prints a line for each. What it
 * learnt stays in {@code corpus} and is where the next run begins; inputs with which something does not hold are in
 * {@code findings}.
 *
 * <pre>FuzzAll SECONDS DIRECTORY [TARGET…]</pre>
 */
public final class FuzzAll {
    private static final int FINDINGS_MAX = 20;
    private static final int INPUT_BYTES_MAX = 4_096;
    private static final Pattern EXECUTIONS = Pattern.compile("stat::number_of_executed_units:\\s+(\\d+)");
    private static final Pattern FINDING = Pattern.compile("DEDUP_TOKEN: (\\w+)");
    private static final Pattern BROKEN = Pattern.compile("ERROR: libFuzzer: |libFuzzer: (?:timeout|out-of-memory)");

    private FuzzAll() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        int seconds = Integer.parseInt(args[0]);
        Path directory = Path.of(args[1]);
        List<String> names = Arrays.stream(args).skip(2).toList();
        int findings = 0;
        for (FuzzTarget target : FuzzTargets.all()) {
            if (names.isEmpty() || names.contains(target.name())) {
                findings += fuzz(target, seconds, directory.resolve(target.name()));
            }
        }
        System.exit(findings == 0 ? 0 : 1);
    }

    private static int fuzz(FuzzTarget target, int seconds, Path directory) throws IOException, InterruptedException {
        Path corpus = Files.createDirectories(directory.resolve("corpus"));
        Path seeds = Files.createDirectories(directory.resolve("seeds"));
        Path found = Files.createDirectories(directory.resolve("findings"));
        for (int i = 0; i < target.seeds().size(); i++) {
            Files.write(seeds.resolve(String.valueOf(i)), target.seeds().get(i));
        }
        Path log = directory.resolve("log");
        Process process = new ProcessBuilder(command(target.name(), seconds, corpus, seeds, found))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        int exit = process.waitFor();
        String said = Files.readString(log, StandardCharsets.ISO_8859_1);
        String count = "no";
        // Said at each finding and at the end.
        for (Matcher executions = EXECUTIONS.matcher(said); executions.find(); ) {
            count = executions.group(1);
        }
        Set<String> different = new HashSet<>();
        Matcher finding = FINDING.matcher(said);
        while (finding.find()) {
            different.add(finding.group(1));
        }
        int findings = Math.max(different.size(), BROKEN.matcher(said).find() || (exit != 0 && different.isEmpty()) ? 1 : 0);
        System.out.printf(
                "%-18s %12s executions in %d s, %d findings%s%n",
                target.name(), count, seconds, findings, findings == 0 ? "" : ", see " + log);
        return findings;
    }

    private static List<String> command(String target, int seconds, Path corpus, Path seeds, Path found) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(
                "-Xmx1g",
                "-XX:+UseSerialGC",
                "-XX:-OmitStackTraceInFastThrow",
                "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
                "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED",
                "-Dessaim.fuzz.target=" + target,
                "-cp",
                System.getProperty("java.class.path"),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + Fuzzed.class.getName(),
                "--instrumentation_includes=io.essaim.**",
                "--instrumentation_excludes=io.essaim.protocol.sbe.generated.**:io.essaim.fuzz.**",
                "--custom_hook_includes=io.essaim.**",
                "--keep_going=" + FINDINGS_MAX,
                "--reproducer_path=" + found,
                "-artifact_prefix=" + found + File.separator,
                "-max_total_time=" + seconds,
                "-max_len=" + INPUT_BYTES_MAX,
                "-rss_limit_mb=3072",
                "-timeout=10",
                "-print_final_stats=1",
                corpus.toString(),
                seeds.toString()));
        return command;
    }
}
