package io.essaim.server.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.server.config.Configuration;
import io.essaim.server.config.ConfigurationLoader;
import io.essaim.server.config.Settings;
import io.essaim.server.testing.RequiredInCi;
import io.essaim.server.testing.TestServer;
import io.vertx.core.json.JsonArray;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The Dockerfile by its text, and its commands by running them: these tests need no container engine. */
class DockerfileTest {
    private final List<String> lines = lines();

    private static List<String> lines() {
        try {
            return Files.readAllLines(Checkout.file("Dockerfile"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whatItCopiesIsThere() {
        List<String> copied = lines.stream()
                .filter(line -> line.startsWith("COPY ") && !line.contains("--from="))
                .map(line -> line.split(" ", -1)[1])
                .toList();
        assertThat(copied)
                .isNotEmpty()
                .allSatisfy(path -> assertThat(Checkout.file(path)).exists());
        // Every module that the top pom names, or Maven does not begin.
        assertThat(copied).contains("pom.xml", "protocol", "clients", "server", "bench");
    }

    @Test
    void itServesOnEveryAddressByKnownSettings() throws Exception {
        List<String> command = exec("CMD");
        assertThat(command).startsWith("serve");
        Configuration configuration = new ConfigurationLoader()
                .flags(flags(command.subList(1, command.size())))
                .load();
        assertThat(configuration.get(Settings.HOST)).isEqualTo("0.0.0.0");
        assertThat(configuration.get(Settings.ALLOW_ANONYMOUS)).isTrue();
        assertThat(argument("EXPOSE"))
                .isEqualTo(configuration.get(Settings.PORT).toString());
    }

    /** {@code --host 0.0.0.0 --allow-anonymous} as the settings it names. */
    private static Map<String, String> flags(List<String> words) {
        Map<String, String> flags = new HashMap<>();
        for (int i = 0; i < words.size(); i++) {
            assertThat(words.get(i)).startsWith("--");
            boolean isSwitch = i + 1 == words.size() || words.get(i + 1).startsWith("--");
            flags.put(words.get(i).substring(2), isSwitch ? "true" : words.get(++i));
        }
        return flags;
    }

    @Test
    void itRunsTheJarAsTheLauncherDoes() throws IOException {
        List<String> command = exec("ENTRYPOINT");
        assertThat(command).startsWith("java").endsWith("-jar", "/opt/essaim/essaim.jar");
        assertThat(lines).contains("COPY --from=build /essaim/server/target/essaim.jar /opt/essaim/essaim.jar");
        List<String> flags = command.subList(1, command.size() - 2);
        assertThat(Files.readString(Checkout.file("essaim"))).contains(flags);
    }

    @Test
    void itIsNotRootAndStopsBySigterm() {
        assertThat(argument("USER")).matches("[1-9][0-9]+:[1-9][0-9]+");
        assertThat(argument("STOPSIGNAL")).isEqualTo("SIGTERM");
    }

    @Test
    void itsHealthCheckAsksWhetherTheServerIsReady() throws Exception {
        String check = argument("HEALTHCHECK");
        List<String> command = words(check.substring(check.indexOf('[')));
        RequiredInCi.assume(Files.isExecutable(Path.of("/usr/bin/curl")), "/usr/bin/curl; apt-get install curl");
        try (TestServer server = TestServer.start()) {
            Object[] here = command.stream()
                    .map(word -> word.replace(":8001/", ":" + server.port() + "/"))
                    .toArray();
            assertThat(Arrays.asList(here)).contains("http://127.0.0.1:" + server.port() + "/readyz");
            assertThat(new Program(Checkout.file("."), here).run(Duration.ofSeconds(10)))
                    .isEqualTo("ready\n");
        }
    }

    private List<String> exec(String instruction) {
        return words(argument(instruction));
    }

    private static List<String> words(String array) {
        return new JsonArray(array).stream().map(Object::toString).toList();
    }

    private String argument(String instruction) {
        return lines.stream()
                .filter(line -> line.startsWith(instruction + " "))
                .map(line -> line.substring(instruction.length() + 1))
                .reduce((first, last) -> last)
                .orElseThrow();
    }
}
