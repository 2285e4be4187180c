package io.essaim.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The settings of producers: what they mean together, and that the token is never shown. */
final class IngestSettingsTest {
    private static final String TOKEN = "sw0rdfish-42";

    @Test
    void theTokenIsReadAndNeverShown() throws Exception {
        Configuration configuration = load(Map.of("source", "ingest", "ingest-token", TOKEN));
        Secret secret = configuration.get(Settings.INGEST_TOKEN).orElseThrow();
        assertThat(secret.is(TOKEN)).isTrue();
        assertThat(secret.is(TOKEN + "x")).isFalse();
        assertThat(secret.is("")).isFalse();
        assertThat(secret).hasToString("***").isEqualTo(new Secret(TOKEN)).isNotEqualTo(new Secret("another-one"));
        assertThat(configuration.toYaml()).doesNotContain(TOKEN).contains("# ingest-token: '***'");
        assertThat(configuration.written(Settings.INGEST_TOKEN)).isEqualTo("ingest-token=***");
    }

    @Test
    void thePrintedConfigurationIsReadAgainWithoutTheToken(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("essaim.yaml");
        Files.writeString(
                file,
                load(Map.of("source", "ingest", "ingest-token", TOKEN, "ingest-rate", "60"))
                        .toYaml());
        Configuration again = new ConfigurationLoader().file(file).load();
        assertThat(again.get(Settings.INGEST_TOKEN)).isEmpty();
        assertThat(again.get(Settings.INGEST_RATE)).isEqualTo(60);
        Files.writeString(file, Configuration.defaults().toYaml());
        assertThat(new ConfigurationLoader().file(file).load().get(Settings.INGEST_TOKEN))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"short", "has a blank in it", "sécret-sécret", "***"})
    void aTokenThatCannotBeIsRefusedAndNotShownEither(String token) {
        String problem =
                problems(Map.of("source", "ingest", "ingest-token", token)).get(0);
        assertThat(problem).startsWith("--ingest-token: ingest-token=***: ");
        if (!token.equals("***")) {
            assertThat(problem).doesNotContain(token);
        }
        assertThatThrownBy(() -> Configuration.defaults()
                        .with(Settings.INGEST_TOKEN, Optional.of(new Secret(token.equals("***") ? "x" : token))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("ingest-token=");
    }

    @Test
    void aProgramMayGiveAToken() {
        assertThat(Configuration.defaults()
                        .with(Settings.INGEST_TOKEN, Optional.of(new Secret(TOKEN)))
                        .get(Settings.INGEST_TOKEN))
                .contains(new Secret(TOKEN));
    }

    @Test
    void whatIsOnlyForProducersNeedsTheirSource() {
        assertThat(problems(Map.of("ingest-token", TOKEN, "ingest-rate", "60")))
                .containsExactly(
                        "flag --ingest-token: ingest-token=***: no producer is taken with source=generator (default);"
                                + " set source to ingest, or remove ingest-token",
                        "flag --ingest-rate: ingest-rate=60: no producer is taken with source=generator (default);"
                                + " set source to ingest, or remove ingest-rate");
        assertThat(problems(Map.of("source", "file:a.csv", "ingest-timeout", "1s")))
                .singleElement()
                .asString()
                .contains("no producer is taken with source=file:a.csv (flag --source)");
    }

    @Test
    void theSourceIsOneOfThree() throws Exception {
        assertThat(load(Map.of("source", "ingest")).get(Settings.SOURCE)).isEqualTo(new SourceChoice.Ingest());
        assertThat(problems(Map.of("source", "ingress")))
                .containsExactly("--source: source=ingress: it is none of generator, flock, ingest and file:PATH");
    }

    private static Configuration load(Map<String, String> flags) throws ConfigurationException {
        return new ConfigurationLoader().flags(flags).load();
    }

    private static List<String> problems(Map<String, String> flags) {
        ConfigurationException e = catchThrowableOfType(ConfigurationException.class, () -> load(flags));
        return e.problems().stream().map(Problem::toString).toList();
    }
}
