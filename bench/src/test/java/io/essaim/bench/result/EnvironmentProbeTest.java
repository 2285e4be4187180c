package io.essaim.bench.result;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnvironmentProbeTest {
    @TempDir
    Path folder;

    @Test
    void shouldReadWhatTheKernelTells() throws IOException {
        Files.writeString(folder.resolve("cpuinfo"), """
                processor\t: 0
                model name\t: Some Processor: 2.50GHz

                processor\t: 1
                model name\t: Another
                """);
        Files.writeString(folder.resolve("meminfo"), """
                MemTotal:        8000000 kB
                MemFree:          123456 kB
                """);
        Environment environment = new EnvironmentProbe(folder, folder).end();
        assertThat(environment.processor()).isEqualTo("Some Processor: 2.50GHz");
        assertThat(environment.memoryBytes()).isEqualTo(8_192_000_000L);
    }

    @Test
    void shouldDoWithoutFilesAndWithoutCheckout() {
        Environment environment = new EnvironmentProbe(folder.resolve("absent"), folder).end();
        assertThat(environment.processor()).isEqualTo("unknown");
        assertThat(environment.memoryBytes()).isZero();
        assertThat(environment.commit()).isEmpty();
        assertThat(environment.cores()).isPositive();
        assertThat(environment.loadBefore()).isNotNegative();
        assertThat(environment.loadAfter()).isNotNegative();
    }

    @Test
    void shouldNotFailOnAFolderThatIsGone() {
        assertThat(new EnvironmentProbe(folder, folder.resolve("absent")).end().commit())
                .isEmpty();
    }

    @Test
    void shouldNameTheCommitAndSayWhenFilesDiffer() throws Exception {
        Path file = folder.resolve("file");
        Files.writeString(file, "committed");
        git("init", "-q");
        git("add", "file");
        git("-c", "user.name=n", "-c", "user.email=e@example.org", "commit", "-q", "-m", "m");
        assertThat(new EnvironmentProbe(folder, folder).end().commit()).matches("[0-9a-f]{7,}");
        Files.writeString(file, "changed");
        assertThat(new EnvironmentProbe(folder, folder).end().commit()).matches("[0-9a-f]{7,}\\+");
    }

    @Test
    void shouldDescribeThisMachine() {
        Environment environment = EnvironmentProbe.begin().end();
        assertThat(Instant.parse(environment.startedAt())).isBeforeOrEqualTo(Instant.now());
        assertThat(environment.system()).startsWith(System.getProperty("os.name"));
        assertThat(environment.java()).endsWith(System.getProperty("java.runtime.version"));
    }

    private void git(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("git"));
        command.addAll(List.of(arguments));
        Process git = new ProcessBuilder(command).directory(folder.toFile()).start();
        assertThat(git.waitFor()).isZero();
    }
}
