package io.essaim.server.security;

import static io.essaim.server.security.TestKey.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.essaim.server.config.Reload;
import io.essaim.server.observe.Counter;
import io.essaim.server.observe.Counters;
import io.essaim.server.observe.ErrorLog;
import io.essaim.server.security.IdentityProvider.Invalid;
import io.essaim.server.security.IdentityProvider.Known;
import io.essaim.server.security.IdentityProvider.Unknown;
import io.essaim.server.security.IdentityProvider.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tokens of a file: whose they are, what is wrong with a file, and what happens when it changes. */
@Timeout(60)
class StaticTokensTest {
    private static final String TOKEN = "ess_abc";
    private static final String ANN = "- name: ann\n  hash: " + TokenHash.written(TOKEN) + "\n";

    private final Counters counters = new Counters();
    private final Reload reload = new Reload(Duration.ofMillis(20), new ErrorLog(counters));
    private Instant now = NOW;
    private Path file;

    @BeforeEach
    void place(@TempDir Path folder) {
        file = folder.resolve("tokens.yaml");
    }

    @AfterEach
    void close() {
        reload.close();
    }

    @Test
    void aTokenIsKnownByItsHash() throws Exception {
        IdentityProvider tokens = tokens(ANN);
        assertThat(verdict(tokens, TOKEN))
                .isEqualTo(new Known(new Identity("ann", Set.of(), Grant.WATCHING, Optional.empty())));
        assertThat(verdict(tokens, TOKEN + "d")).isInstanceOf(Unknown.class);
        assertThat(verdict(tokens, TokenHash.written(TOKEN))).isInstanceOf(Unknown.class);
        assertThat(Files.readString(file)).doesNotContain(TOKEN);
    }

    @Test
    void anEntrySaysWhatItsTokenMayDo() throws Exception {
        IdentityProvider tokens = tokens(ANN + """
                  roles: [Observer, ops]
                  rooms: [general, "project.*"]
                  types: ["agent.*"]
                  circles: [1, 2]
                  projects: []
                  watch: false
                  publish: true
                  ingest: true
                  admin: true
                  expires: 2027-01-01T00:00:00Z
                """);
        Identity ann = ((Known) verdict(tokens, TOKEN)).identity();
        assertThat(ann.roles()).containsExactlyInAnyOrder("observer", "ops");
        assertThat(ann.grant().permissions())
                .containsExactlyInAnyOrder(Permission.PUBLISH, Permission.INGEST, Permission.ADMIN);
        assertThat(ann.grant().events().permitsRoom("project.7")).isTrue();
        assertThat(ann.grant().events().permitsRoom("secret")).isFalse();
        assertThat(ann.grant().events().circles().orElseThrow()).containsExactlyInAnyOrder(1L, 2L);
        assertThat(ann.grant().events().projects().orElseThrow()).isEmpty();
        assertThat(ann.expires()).contains(Instant.parse("2027-01-01T00:00:00Z"));
    }

    @Test
    void aTokenEndsWhenItsEntrySaysSo() throws Exception {
        IdentityProvider tokens = tokens(ANN + "  expires: 2026-11-22T10:00:01Z\n");
        assertThat(verdict(tokens, TOKEN)).isInstanceOf(Known.class);
        now = NOW.plusSeconds(1);
        assertThat(verdict(tokens, TOKEN)).isEqualTo(new Invalid("it has expired; it was that of \"ann\""));
    }

    @Test
    void oneMayHaveTwoTokens() throws Exception {
        IdentityProvider tokens = tokens(ANN + ANN.replace(TokenHash.written(TOKEN), TokenHash.written("second")));
        assertThat(verdict(tokens, TOKEN)).isEqualTo(verdict(tokens, "second")).isInstanceOf(Known.class);
    }

    @Test
    void aFileWithoutEntriesIsNobodys() throws Exception {
        assertThat(verdict(tokens("# nobody yet\n"), TOKEN)).isInstanceOf(Unknown.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "name: ann                         | :1: a list is expected",
                "- ann                             | :1: a token is 'name: …', 'hash: …' and what it may do",
                "- name: ann                       | :1: hash is missing",
                "- hash: HASH                      | :1: name is missing",
                "- {name: ann, hash: 'sha256:abc'} | :1: hash is not sha256: and 64 hexadecimal digits",
                "- {name: ann, hash: ess_abc}      | :1: hash is not sha256: and 64 hexadecimal digits",
                "- {name: ann, name: bob, hash: HASH} | :1: name stands here a second time",
                "- {name: [ann], hash: HASH}       | :1: name is no text",
                "- {name: Publisher, hash: HASH}   | :1: the name \"Publisher\" stands for those without a name",
                "- {name: ann, hash: HASH, rommos: [a]} | :1: unknown key rommos; there are name, hash, expires, roles",
                "- {name: ann, hash: HASH, rooms: general} | :1: rooms is no list",
                "- {name: ann, hash: HASH, rooms: } | :1: rooms is no list",
                "- {name: ann, hash: HASH, rooms: [#}] | not YAML",
                "- {name: ann, hash: HASH, rooms: ['#']} | :1: rooms: \"#\" is no pattern",
                "- {name: ann, hash: HASH, publish: yes} | :1: publish is not true or false",
                "- {name: ann, hash: HASH, circles: ['1']} | :1: circles holds something else than whole numbers",
                "- {name: ann, hash: HASH, circles: [1.0]} | :1: circles holds something else than whole numbers",
                "- {name: ann, hash: HASH, circles: [99999999999999999999]} | :1: circles holds something else than",
                "- {name: ann, hash: HASH, expires: tomorrow} | :1: expires is no time as 2027-01-01T00:00:00Z",
            })
    void whatIsWrongIsSaidWithItsLine(String yaml, String problem) {
        String text = yaml.replace("HASH", "'" + TokenHash.written(TOKEN) + "'");
        assertThatThrownBy(() -> tokens(text))
                .isInstanceOf(IdentityFileException.class)
                .hasMessageContaining(problem)
                .message()
                .startsWith(file.toString())
                .doesNotContain(TOKEN);
    }

    @Test
    void theLineIsThatOfTheMistake() {
        assertThatThrownBy(() -> tokens(ANN + "  publish: true\n  rooms: 7\n"))
                .hasMessageContaining(":4: rooms is no list");
        assertThatThrownBy(() -> tokens(ANN + ANN.replace("ann", "bob")))
                .hasMessageContaining(":3: the hash is that of the token of line 1 already");
    }

    @Test
    void aFileHasSoManyTokensAndNoMore() throws Exception {
        StringBuilder yaml = new StringBuilder();
        for (int i = 0; i < 5_000; i++) {
            yaml.append("- name: user-").append(i).append("\n  hash: ");
            yaml.append(TokenHash.written("token-" + i)).append('\n');
        }
        try (IdentityProvider tokens = tokens(yaml.toString())) {
            assertThat(verdict(tokens, "token-4999")).isInstanceOf(Known.class);
        }
        assertThatThrownBy(() -> tokens(yaml + ANN)).hasMessageContaining("more than 5000 tokens; for so many use JWT");
    }

    @Test
    void aFileThatIsNotThereIsSaid() {
        assertThatThrownBy(() -> StaticTokens.of(file, reload, () -> now, counters))
                .isInstanceOf(IdentityFileException.class)
                .hasMessage("no such file; correct the path");
    }

    @Test
    void aFileThatIsNoTextIsSaid() throws Exception {
        Files.write(file, new byte[] {'-', ' ', (byte) 0xFF});
        assertThatThrownBy(() -> StaticTokens.of(file, reload, () -> now, counters))
                .hasMessage("it is not UTF-8; save it in that encoding");
    }

    @Test
    void aTokenThatIsRemovedHoldsNoLonger() throws Exception {
        IdentityProvider tokens = tokens(ANN);
        assertThat(verdict(tokens, TOKEN)).isInstanceOf(Known.class);
        write(ANN.replace(TokenHash.written(TOKEN), TokenHash.written("another")));
        await().until(() -> verdict(tokens, TOKEN) instanceof Unknown);
        assertThat(verdict(tokens, "another")).isInstanceOf(Known.class);
        assertThat(counters.value(Counter.LIMITS_RELOADED)).isEqualTo(1);
    }

    @Test
    void aFileThatBreaksLaterChangesNothingButACounter() throws Exception {
        IdentityProvider tokens = tokens(ANN);
        write("- {");
        await().until(() -> counters.value(Counter.LIMITS_RELOAD_FAILURES) == 1);
        assertThat(verdict(tokens, TOKEN)).isInstanceOf(Known.class);
        Files.delete(file);
        await().until(() -> counters.value(Counter.LIMITS_RELOAD_FAILURES) == 2);
        assertThat(verdict(tokens, TOKEN)).isInstanceOf(Known.class);
        write("[]");
        await().until(() -> verdict(tokens, TOKEN) instanceof Unknown);
        assertThat(counters.value(Counter.LIMITS_RELOAD_FAILURES)).isEqualTo(2);
    }

    @Test
    void keysOfAFileAreLookedAtLikewise() throws Exception {
        TestKey old = TestKey.quick("old");
        TestKey next = TestKey.quick("next");
        write(TestKey.set(old));
        JwtRules rules = new JwtRules(Optional.empty(), Optional.empty(), Duration.ZERO);
        IdentityProvider jwt = JwtIdentities.ofFile(file, reload, rules, () -> now, counters);
        String first = old.sign("ES256", TestKey.claims("ann"));
        assertThat(verdict(jwt, first)).isInstanceOf(Known.class);
        write("{\"keys\":[]}");
        await().until(() -> counters.value(Counter.LIMITS_RELOAD_FAILURES) == 1);
        assertThat(verdict(jwt, first)).isInstanceOf(Known.class);
        write(TestKey.set(next));
        await().until(() -> verdict(jwt, next.sign("ES256", TestKey.claims("ann"))) instanceof Known);
        assertThat(verdict(jwt, first)).isEqualTo(new Invalid("no key has the kid that it names"));
    }

    @Test
    void aFileThatOthersCanReadIsWarnedOf() throws Exception {
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        assertThat(WatchedFile.openToOthers(file)).isEmpty();
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertThat(WatchedFile.openToOthers(file).orElseThrow()).contains("can be read by others", "chmod 600");
    }

    private IdentityProvider tokens(String yaml) throws IOException, IdentityFileException {
        write(yaml);
        return StaticTokens.of(file, reload, () -> now, counters);
    }

    /** At once, as whoever replaces a file in use should. */
    private void write(String text) throws IOException {
        Path next = file.resolveSibling("next");
        Files.writeString(next, text);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static Verdict verdict(IdentityProvider provider, String token) {
        return provider.identify(token).toCompletableFuture().join();
    }
}
