package io.essaim.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ConfigurationFileTest {
    @TempDir
    Path folder;

    private Path file = Path.of("");

    @BeforeEach
    void nameTheFile() {
        file = folder.resolve("essaim.yaml");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "# nothing yet\n", "---\n", "{}"})
    void aFileMaySayNothing(String yaml) throws IOException {
        Layer layer = read(yaml);
        assertThat(layer.values()).isEmpty();
        assertThat(layer.problems()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"spheres: a,b", "spheres: [a, b]", "spheres:\n  - a\n  - b", "spheres: 'a, b'"})
    void aListIsAYamlListOrHasCommas(String yaml) throws IOException {
        assertThat(value(read(yaml), Settings.SPHERES)).isEqualTo(List.of("a", "b"));
    }

    @Test
    void aValueIsTheTextAsWritten() throws IOException {
        Layer layer = read("spheres: [on, 1e3, 0o17]\nlog-level: 'DEBUG'\nallow-anonymous: True\n");
        assertThat(layer.problems()).isEmpty();
        assertThat(value(layer, Settings.SPHERES)).isEqualTo(List.of("on", "1e3", "0o17"));
        assertThat(value(layer, Settings.ALLOW_ANONYMOUS)).isTrue();
    }

    @Test
    void everyErrorNamesItsLine() throws IOException {
        assertThat(problems("""
                        # mine
                        prot: 1
                        fps: 30
                        heartbeat:
                        limits:
                          agents: 5
                        agents: [1, 2]
                        fps: 40
                        seed: {a: 1}
                        """))
                .containsExactly(
                        file + ":2: unknown key prot; did you mean port?",
                        file + ":4: heartbeat has no value; write one, or remove the line",
                        file + ":5: unknown key limits; 'essaim config' prints every setting",
                        file + ":7: agents=[1, 2]: it is a list; write one value",
                        file + ":8: fps stands here a second time, after line 3; keep one",
                        file + ":9: seed has settings below it; settings are flat, as in 'key: value'");
    }

    @Test
    void textThatIsNoYamlNamesItsLine() throws IOException {
        assertThat(problems("port: 1\nspheres: [a, b\n"))
                .singleElement()
                .asString()
                .startsWith(file + ":3: not YAML: ");
        assertThat(problems("just words\n"))
                .containsExactly(file + ":1: expected lines of the form 'key: value', as 'essaim config' prints them");
    }

    @Test
    void twoDocumentsAreRefused() throws IOException {
        assertThat(problems("port: 1\n---\nport: 2\n"))
                .singleElement()
                .asString()
                .contains("not YAML");
    }

    @Test
    void aLongValueIsNotRepeatedAtLength() throws IOException {
        assertThat(problems("port: " + "9".repeat(5_000)))
                .singleElement()
                .asString()
                .hasSizeLessThan(folder.toString().length() + 200);
    }

    @Test
    void aFileThatCannotBeReadSaysWhy() throws IOException {
        assertThat(problems()).containsExactly(file + ": no such file");

        Files.createDirectory(file);
        assertThat(problems()).containsExactly(file + ": cannot be read: it is a directory");
        Files.delete(file);

        Files.write(file, "host: é".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(problems()).containsExactly(file + ": not UTF-8; save it in that encoding");

        Files.write(file, new byte[(1 << 20) + 1]);
        assertThat(problems()).containsExactly(file + ": larger than 1MiB; this is no configuration of Essaim");
    }

    private static <T> T value(Layer layer, Setting<T> setting) {
        return new Configuration(layer.values(), null).get(setting);
    }

    private Layer read(String yaml) throws IOException {
        Files.writeString(file, yaml);
        return ConfigurationFile.read(file);
    }

    private List<String> problems(String yaml) throws IOException {
        return texts(read(yaml));
    }

    private List<String> problems() {
        return texts(ConfigurationFile.read(file));
    }

    private static List<String> texts(Layer layer) {
        return layer.problems().stream().map(Problem::toString).toList();
    }
}
