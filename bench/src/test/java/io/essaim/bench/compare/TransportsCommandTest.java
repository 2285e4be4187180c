package io.essaim.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TransportsCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @CsvSource({
        "--only=smoke, '--only: ''smoke'' is none; see --help for those there are'",
        "--rounds=0, '--rounds, --seconds, --fps and the numbers of clients are at least 1'",
        "--json-clients=0, the numbers of clients are at least 1",
        "--warmup=-1, '--warmup=-1, 0 seconds or more are possible'",
    })
    void shouldSayWhichOptionIsWrong(String option, String message) {
        assertThat(execute(option)).isEqualTo(2);
        assertThat(err.toString()).contains(message);
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void shouldExplainItself() {
        assertThat(execute("--help")).isZero();
        assertThat(out.toString())
                .contains("--only=NAME", "--clients=N", "--json-clients=N", "--rounds=N", "--pin=BOOL", "--out=FOLDER")
                .doesNotContain("%%", "${");
        String helped = out.toString().replaceAll("\\s", "");
        assertThat(Arrays.stream(Variant.values()).map(Variant::token))
                .allSatisfy(name -> assertThat(helped).contains(name));
    }

    @Test
    void shouldTellTheWaysApartByTheirFlagsOnly() throws Exception {
        Checkout checkout = new Checkout(Path.of("").toAbsolutePath());
        for (Variant variant : Variant.values()) {
            Contestant contestant = variant.contestant(checkout, 60);
            boolean tls = variant.token().startsWith("tls-");
            assertThat(contestant.scheme()).isEqualTo(tls ? "wss" : "ws");
            assertThat(contestant.wire().deflate()).isEqualTo(variant == Variant.JSON_DEFLATE);
        }
        assertThat(Variant.TLS_OPENSSL.contestant(checkout, 60).version())
                .isEqualTo("--tls-self-signed=true --tls-engine=openssl");
        assertThat(List.of(Variant.values()).stream().map(Variant::token).distinct())
                .hasSize(Variant.values().length);
    }

    private int execute(String... arguments) {
        return TransportsCommand.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
    }
}
