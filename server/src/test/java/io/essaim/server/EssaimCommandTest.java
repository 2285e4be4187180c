package io.essaim.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.server.config.Configuration;
import io.essaim.server.config.Group;
import io.essaim.server.config.Setting;
import io.essaim.server.config.Settings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.BindException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class EssaimCommandTest {
    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final List<Configuration> served = new ArrayList<>();
    private Serve serve = configuration -> {
        served.add(configuration);
        return ExitCode.OK;
    };

    @AfterEach
    void forgetTheLogLevel() {
        System.clearProperty("essaim.log.level");
    }

    @Test
    void serveRunsTheServerWithTheConfiguration() {
        assertThat(run(Map.of("ESSAIM_FPS", "30"), "serve", "--port", "9000", "--agents=5", "--log-level=debug"))
                .isEqualTo(ExitCode.OK);
        assertThat(served).singleElement().satisfies(configuration -> {
            assertThat(configuration.get(Settings.PORT)).isEqualTo(9000);
            assertThat(configuration.get(Settings.AGENTS)).isEqualTo(5);
            assertThat(configuration.get(Settings.FPS)).isEqualTo(30);
        });
        assertThat(System.getProperty("essaim.log.level")).isEqualTo("DEBUG");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void theExitCodeIsTheServers() {
        serve = configuration -> 1;
        assertThat(run("serve")).isEqualTo(1);
    }

    @Test
    void aSwitchNeedsNoValue() {
        assertThat(run("serve", "--host=0.0.0.0", "--allow-anonymous", "--port=0"))
                .isEqualTo(ExitCode.OK);
        assertThat(run("serve", "--allow-anonymous=false")).isEqualTo(ExitCode.OK);
        assertThat(served)
                .extracting(configuration -> configuration.get(Settings.ALLOW_ANONYMOUS))
                .containsExactly(true, false);
    }

    @Test
    void theLastOfTwoEqualFlagsHolds() {
        assertThat(run("serve", "--port=1", "--port=2")).isEqualTo(ExitCode.OK);
        assertThat(served.get(0).get(Settings.PORT)).isEqualTo(2);
    }

    @Test
    void errorsOfTheConfigurationAreToldTogetherOnStderr() {
        assertThat(run(Map.of("ESSAIM_FSP", "1"), "serve", "--prot", "9000", "--heartbeat=30"))
                .isEqualTo(ExitCode.MISUSED);
        assertThat(served).isEmpty();
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString().lines())
                .containsExactly(
                        "essaim: 3 errors in the configuration",
                        "  environment: unknown variable ESSAIM_FSP; did you mean ESSAIM_FPS?",
                        "  --heartbeat: heartbeat=30: it has no unit; write 30s for seconds, or 30ms, 30m, 30h, 30d",
                        "  command line: unknown flag --prot; did you mean --port?",
                        "hint: 'essaim serve --help' explains every setting");
    }

    @Test
    void aFlagWithoutItsValueIsAnError() {
        assertThat(run("serve", "--port")).isEqualTo(ExitCode.MISUSED);
        assertThat(run("serve", "--port", "--fps=3")).isEqualTo(ExitCode.MISUSED);
        assertThat(err.toString()).contains("--port").contains("hint: see 'essaim serve --help'");
    }

    @Test
    void aCertificateThatCannotBeReadIsAnErrorOfTheConfiguration() {
        serve = new Serving();
        Path file = folder.resolve("chain.pem");
        assertThat(run("serve", "--tls-certificate=" + file, "--tls-key=" + file, "--port=0"))
                .isEqualTo(ExitCode.MISUSED);
        assertThat(err.toString().lines())
                .containsExactly(
                        "essaim: flag --tls-certificate: tls-certificate=" + file + ": no such file; correct the path",
                        "hint: 'essaim serve --help' explains every setting");
    }

    @Test
    void aFailureIsOneLineAndAHintWithoutAStackTrace() {
        serve = configuration -> {
            throw new IOException("cannot listen on 127.0.0.1:8001", new BindException("Address already in use"));
        };
        assertThat(run("serve")).isEqualTo(ExitCode.FAILED);
        assertThat(err.toString().lines())
                .containsExactly(
                        "essaim: cannot listen on 127.0.0.1:8001",
                        "hint: choose another --port, or 0 for any that is free");
    }

    @Test
    void aFailureWithoutAMessageStillSaysSomething() {
        serve = configuration -> {
            throw new IllegalStateException();
        };
        assertThat(run("serve")).isEqualTo(ExitCode.FAILED);
        assertThat(err.toString()).contains("IllegalStateException").contains("--log-level=debug");
    }

    @Test
    void configPrintsEachValueWithItsOrigin() {
        assertThat(run(Map.of("ESSAIM_FPS", "30"), "config", "--port=9000")).isEqualTo(ExitCode.OK);
        assertThat(out.toString())
                .containsPattern("(?m)^fps: 30 +# environment ESSAIM_FPS$")
                .containsPattern("(?m)^port: 9000 +# flag --port$")
                .containsPattern("(?m)^host: 127.0.0.1 +# default$");
    }

    @Test
    void whatConfigPrintsPassesTheCheck() throws IOException {
        run("config", "--host=::", "--allow-anonymous", "--spheres=a,b c,é", "--source=file:some file.csv");
        Path file = Files.writeString(folder.resolve("essaim.yaml"), out.toString());
        assertThat(run("config", "--check", file.toString())).isEqualTo(ExitCode.OK);
        assertThat(out.toString()).endsWith(file + ": no errors\n");
        assertThat(run("serve", "-c", file.toString())).isEqualTo(ExitCode.OK);
        assertThat(served.get(0).get(Settings.SPHERES)).containsExactly("a", "b c", "é");
    }

    @Test
    void checkTellsAllErrorsAndStartsNothing() throws IOException {
        Path file = Files.writeString(folder.resolve("essaim.yaml"), "prot: 1\nfps: 0\n");
        assertThat(run("config", "--check=" + file)).isEqualTo(ExitCode.FAILED);
        assertThat(err.toString())
                .contains("essaim: 2 errors in the configuration")
                .contains(file + ":1: ")
                .contains(file + ":2: ");
        assertThat(served).isEmpty();
    }

    @Test
    void checkAndConfigTogetherAreAmbiguous() {
        assertThat(run("config", "--check=a", "--config=b")).isEqualTo(ExitCode.MISUSED);
        assertThat(err.toString()).contains("--check and --config both name a file");
    }

    @Test
    void markdownHasEveryGroup() {
        assertThat(run("config", "--markdown")).isEqualTo(ExitCode.OK);
        for (Group group : Group.values()) {
            assertThat(out.toString()).contains("### " + group.title());
        }
    }

    @ParameterizedTest
    @MethodSource("io.essaim.server.config.Settings#all")
    void helpNamesEveryFlagWithItsDefault(Setting<?> setting) {
        assertThat(run("serve", "--help")).isEqualTo(ExitCode.OK);
        String words = out.toString().replaceAll("\\s+", " ");
        assertThat(words).contains(setting.flag() + (setting.isSwitch() ? "[=" : "=") + setting.placeholder());
        assertThat(words.replace(" ", "")).contains(("(default " + setting.defaultText()).replace(" ", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"help", "--help", "-h"})
    void helpTeachesCommandsExamplesAndExitCodes(String argument) {
        assertThat(run(argument)).isEqualTo(ExitCode.OK);
        assertThat(out.toString())
                .contains(
                        "serve", "watch", "inspect", "load", "bench", "config", "version", "Examples:", "Exit codes:");
        assertThat(out.toString().lines()).allMatch(line -> line.length() <= 80);
    }

    @ParameterizedTest
    @ValueSource(strings = {"version", "--version", "-V"})
    void versionIsTheBuilds(String argument) {
        assertThat(run(argument)).isEqualTo(ExitCode.OK);
        assertThat(out.toString()).matches("essaim [0-9]+\\.[0-9]+\\.[0-9]+\\S*, Java .*\\R");
    }

    @ParameterizedTest
    @ValueSource(strings = {"watch", "inspect"})
    void helpOfACommandTeachesByExamples(String command) {
        assertThat(run("help", command)).isEqualTo(ExitCode.OK);
        assertThat(out.toString()).contains("Usage: essaim " + command, "Parameters:", "Examples:", "localhost:8001");
        assertThat(out.toString().lines()).allMatch(line -> line.length() <= 80);
    }

    @Test
    void aCommandThatFailsSaysWhatToDo() {
        assertThat(run("inspect", "nowhere.bin")).isEqualTo(ExitCode.FAILED);
        assertThat(err.toString().lines())
                .containsExactly(
                        "essaim: no such file: nowhere.bin",
                        "hint: name a file, - for standard input, or a stream as localhost:8001");
        assertThat(run("watch", "--fps=241")).isEqualTo(ExitCode.MISUSED);
        assertThat(err.toString()).contains("fps=241, from 0 to 240").contains("essaim watch --help");
    }

    @Test
    void noCommandIsAnErrorThatListsThem() {
        assertThat(run()).isEqualTo(ExitCode.MISUSED);
        assertThat(err.toString())
                .contains(
                        "serve, watch, inspect, events, publish, generate, config, token, load, bench, version or help");
    }

    @Test
    void anUnknownCommandIsAnErrorWithTheNearestOne() {
        assertThat(run("srve")).isEqualTo(ExitCode.MISUSED);
        assertThat(err.toString().lines())
                .containsExactly("essaim: 'srve' is not a command", "hint: did you mean 'essaim serve'?");
    }

    @Test
    void aFlagWithoutACommandIsShownItsPlace() {
        assertThat(run("--port", "9000")).isEqualTo(ExitCode.MISUSED);
        assertThat(err.toString()).contains("hint: --port belongs to a command: 'essaim serve --port 9000'");
    }

    @Test
    void whatMeasuresSaysWhereItIs() {
        assertThat(run("bench", "--anything")).isEqualTo(ExitCode.MISUSED);
        assertThat(run("load", "ws://localhost", "--clients=1")).isEqualTo(ExitCode.MISUSED);
        assertThat(err.toString()).contains("./essaim bench", "./essaim load");
    }

    private int run(String... arguments) {
        return run(Map.of(), arguments);
    }

    private int run(Map<String, String> environment, String... arguments) {
        return EssaimCommand.of(serve, environment)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .setUsageHelpAutoWidth(false)
                .execute(arguments);
    }
}
