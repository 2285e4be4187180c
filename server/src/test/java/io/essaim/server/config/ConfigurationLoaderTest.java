package io.essaim.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConfigurationLoaderTest {
    @TempDir
    Path folder;

    @Test
    void nothingSaidMeansDefaults() throws ConfigurationException {
        Configuration configuration = new ConfigurationLoader().load();
        assertThat(configuration.get(Settings.PORT)).isEqualTo(8001);
        assertThat(configuration.get(Settings.HEARTBEAT)).isEqualTo(Duration.ofSeconds(30));
        assertThat(configuration.origin(Settings.PORT)).hasToString("default");
    }

    @Test
    void aFlagOverridesAVariableOverridesTheFileOverridesTheDefault() throws Exception {
        Path file = file("fps: 10\nagents: 10\nport: 10\n");
        Configuration configuration = new ConfigurationLoader()
                .file(file)
                .environment(Map.of("ESSAIM_AGENTS", "20", "ESSAIM_PORT", "20"))
                .flags(Map.of("port", "30"))
                .load();

        assertThat(configuration.get(Settings.SEED)).isEqualTo(999);
        assertThat(configuration.get(Settings.FPS)).isEqualTo(10);
        assertThat(configuration.get(Settings.AGENTS)).isEqualTo(20);
        assertThat(configuration.get(Settings.PORT)).isEqualTo(30);
        assertThat(configuration.origin(Settings.FPS)).hasToString("file " + file + ":1");
        assertThat(configuration.origin(Settings.AGENTS)).hasToString("environment ESSAIM_AGENTS");
        assertThat(configuration.origin(Settings.PORT)).hasToString("flag --port");
    }

    @Test
    void theEnvironmentNamesTheFileUnlessAFlagDoes() throws Exception {
        Path one = file("port: 1\n");
        Path two = folder.resolve("two.yaml");
        Files.writeString(two, "port: 2\n");
        Map<String, String> environment = Map.of("ESSAIM_CONFIG", one.toString());

        assertThat(new ConfigurationLoader().environment(environment).load().get(Settings.PORT))
                .isEqualTo(1);
        assertThat(new ConfigurationLoader()
                        .environment(environment)
                        .file(two)
                        .load()
                        .get(Settings.PORT))
                .isEqualTo(2);
    }

    @Test
    void anEmptyVariableIsUnset() throws ConfigurationException {
        Configuration configuration = new ConfigurationLoader()
                .environment(Map.of("ESSAIM_PORT", "", "ESSAIM_CONFIG", " ", "ESSAIM_FPS", " "))
                .load();
        assertThat(configuration.origin(Settings.PORT)).hasToString("default");
    }

    @Test
    void anEmptyFlagIsAnError() {
        assertThat(problems(new ConfigurationLoader().flags(Map.of("port", ""))))
                .containsExactly("--port: port=: it is empty; write a value, or leave the setting out");
    }

    @Test
    void variablesOfOthersArePassedOver() throws ConfigurationException {
        Map<String, String> environment = Map.of(
                "PATH", "/bin",
                "ESSAIM", "1",
                "ESSAIM_JAVA_OPTS", "-Xmx1g",
                "ESSAIM_CLASSPATH", "/opt/sessions.jar",
                "ESSAIM_PORT", "tcp://10.0.0.1:8001",
                "ESSAIM_SERVICE_HOST", "10.0.0.1",
                "ESSAIM_PORT_8001_TCP_ADDR", "10.0.0.1");
        assertThat(new ConfigurationLoader().environment(environment).load().get(Settings.PORT))
                .isEqualTo(8001);
    }

    @Test
    void anUnknownVariableIsAnErrorWithTheNearestOne() {
        assertThat(problems(new ConfigurationLoader().environment(Map.of("ESSAIM_MAX_CONECTIONS", "5"))))
                .containsExactly(
                        "environment: unknown variable ESSAIM_MAX_CONECTIONS; did you mean ESSAIM_MAX_CONNECTIONS?");
        assertThat(problems(new ConfigurationLoader().environment(Map.of("ESSAIM_CONFIGG", "x"))))
                .containsExactly("environment: unknown variable ESSAIM_CONFIGG; did you mean ESSAIM_CONFIG?");
    }

    @Test
    void argumentsThatNobodyUnderstandsAreErrors() {
        ConfigurationLoader loader = new ConfigurationLoader()
                .leftOver(List.of("--prot", "9000", "--colour=red", "extra"), Set.of("--port", "--check"));
        assertThat(problems(loader))
                .containsExactly(
                        "command line: unknown flag --prot; did you mean --port?",
                        "command line: unknown flag --colour; 'essaim config' prints every setting",
                        "command line: unexpected argument 'extra'; settings are flags, as in --port=8001");
    }

    @Test
    void allErrorsAreReportedTogetherEvenOfValuesThatAreOverridden() throws IOException {
        Path file = file("port: 99999\nmax-conections: 3\n");
        ConfigurationLoader loader = new ConfigurationLoader()
                .file(file)
                .environment(Map.of("ESSAIM_HEARTBEAT", "30"))
                .flags(Map.of("port", "80", "agents", "0"));
        assertThat(problems(loader))
                .containsExactly(
                        file + ":1: port=99999: it is out of range; allowed: 0 to 65535",
                        file + ":2: unknown key max-conections; did you mean max-connections?",
                        "ESSAIM_HEARTBEAT: heartbeat=30: it has no unit; write 30s for seconds, or 30ms, 30m, 30h, 30d",
                        "--agents: agents=0: it is out of range; allowed: 1 to 100000");
    }

    @Test
    void otherMachinesAreServedOnlyWhenThatIsMeant() throws ConfigurationException {
        assertThat(problems(new ConfigurationLoader().flags(Map.of("host", "0.0.0.0"))))
                .singleElement()
                .asString()
                .startsWith("flag --host: host=0.0.0.0: other machines could connect")
                .contains("allow-anonymous");
        assertThat(new ConfigurationLoader()
                        .flags(Map.of("host", "0.0.0.0", "allow-anonymous", "true"))
                        .load()
                        .get(Settings.HOST))
                .isEqualTo("0.0.0.0");
    }

    @Test
    void theDrainWindowFitsIntoTheDrainTimeout() {
        assertThat(problems(new ConfigurationLoader().flags(Map.of("drain-timeout", "2s"))))
                .containsExactly("default: drain-window=3s: the process ends before that, drain-timeout=2s "
                        + "(flag --drain-timeout); shorten the window or lengthen the timeout");
    }

    @Test
    void aSettingThatCannotBeReadBreaksNoRuleToo() {
        assertThat(problems(new ConfigurationLoader().flags(Map.of("host", "0.0.0.0", "allow-anonymous", "yes"))))
                .containsExactly("--allow-anonymous: allow-anonymous=yes: it is neither true nor false");
    }

    @Test
    void aProgramMayChangeOneValueWithinItsLimits() {
        Configuration configuration = Configuration.defaults().with(Settings.PORT, 0);
        assertThat(configuration.get(Settings.PORT)).isZero();
        assertThat(configuration.origin(Settings.PORT)).hasToString("program");
        assertThat(Configuration.defaults().get(Settings.PORT)).isEqualTo(8001);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> configuration.with(Settings.PORT, 65_536))
                .withMessage("port=65536: it is out of range; allowed: 0 to 65535");
    }

    @Test
    void thePrintedConfigurationReadsBackAsTheSame() throws Exception {
        Configuration original = Configuration.defaults()
                .with(Settings.SPHERES, List.of("a, b", "999", "true", "# no", "é"))
                .with(Settings.SOURCE, new SourceChoice.File(Path.of("a: b #.csv")))
                .with(Settings.HARMONY_TOLERANCE, 0.25)
                .with(Settings.HOST, "::1")
                .with(Settings.SEED, Long.MIN_VALUE);
        Configuration copy =
                new ConfigurationLoader().file(file(original.toYaml())).load();
        for (Setting<?> setting : Settings.all()) {
            assertThat((Object) copy.get(setting)).as(setting.key()).isEqualTo(original.get(setting));
            assertThat(copy.origin(setting).kind()).isEqualTo(Origin.Kind.FILE);
        }
    }

    private Path file(String yaml) throws IOException {
        return Files.writeString(folder.resolve("essaim.yaml"), yaml);
    }

    private static List<String> problems(ConfigurationLoader loader) {
        ConfigurationException e = catchThrowableOfType(ConfigurationException.class, loader::load);
        return e.problems().stream().map(Problem::toString).toList();
    }
}
