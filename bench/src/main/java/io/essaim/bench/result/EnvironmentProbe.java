package io.essaim.bench.result;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Notes where and when a measurement is taken: {@link #begin} before it, {@link #end} after it. What a system does not tell
 * is {@value #UNKNOWN} or 0, never a failure.
 */
public final class EnvironmentProbe {
    static final String UNKNOWN = "unknown";

    private static final long GIT_SECONDS_MAX = 10;

    private final Path proc;
    private final Path checkout;
    private final Instant startedAt = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    private final double loadBefore = load();

    /** Before anybody may be pinned to some of them. */
    private final int cores = Runtime.getRuntime().availableProcessors();

    /**
     * @param proc where the kernel tells of itself
     * @param checkout any folder of the checkout
     */
    EnvironmentProbe(Path proc, Path checkout) {
        this.proc = proc;
        this.checkout = checkout;
    }

    /** Notes time and load. */
    public static EnvironmentProbe begin() {
        return new EnvironmentProbe(Path.of("/proc"), codeFolder());
    }

    /** Notes the load again, and everything that does not change. */
    public Environment end() {
        double loadAfter = load();
        return new Environment(
                startedAt.toString(),
                commit(),
                field("cpuinfo", "model name").orElse(UNKNOWN),
                cores,
                memoryBytes(),
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version"),
                loadBefore,
                loadAfter);
    }

    private static double load() {
        return Math.max(0, ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    }

    private long memoryBytes() {
        Optional<String> kibibytes = field("meminfo", "MemTotal").map(text -> text.replace(" kB", ""));
        try {
            return Long.parseLong(kibibytes.orElse("0")) * 1024;
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** The first value of that name in a file of lines {@code name : value}. */
    private Optional<String> field(String file, String name) {
        try (Stream<String> lines = Files.lines(proc.resolve(file), StandardCharsets.ISO_8859_1)) {
            return lines.map(line -> line.split(":", 2))
                    .filter(parts -> parts.length == 2 && parts[0].strip().equals(name))
                    .map(parts -> parts[1].strip())
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Tags are excluded: the commit's own name says more than the distance from a release. */
    private String commit() {
        ProcessBuilder git = new ProcessBuilder(
                        List.of("git", "describe", "--always", "--exclude=*", "--abbrev=7", "--dirty=+"))
                .directory(checkout.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        try {
            Process process = git.start();
            if (!process.waitFor(GIT_SECONDS_MAX, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return "";
            }
            String name = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return process.exitValue() == 0 ? name : "";
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    /** The folder that this class was loaded from, or that of its jar. */
    private static Path codeFolder() {
        try {
            Path code = Path.of(EnvironmentProbe.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            Path parent = code.getParent();
            return Files.isDirectory(code) || parent == null ? code : parent;
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
