package io.essaim.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.essaim.server.config.Configuration;
import io.essaim.server.config.ConfigurationException;
import io.essaim.server.config.ConfigurationLoader;
import io.essaim.server.config.Reload;
import io.essaim.server.observe.Counters;
import io.essaim.server.observe.ErrorLog;
import io.essaim.server.security.AccessControl;
import io.essaim.server.security.AccessControl.Rejected;
import io.essaim.server.security.Credentials;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of settings of identity that cannot be used. */
class AccessSetupTest {
    @TempDir
    Path folder;

    private final Counters counters = new Counters();
    private final Reload reload = new Reload(Duration.ofHours(1), new ErrorLog(counters));

    @AfterEach
    void close() {
        reload.close();
    }

    @Test
    void aFileOfTokensThatIsBrokenIsNamedWithItsLine() throws Exception {
        Path file = Files.writeString(folder.resolve("tokens.yaml"), "- name: ann\n  rooms: 7\n");
        assertProblem(
                Map.of("tokens", file.toString()),
                "flag --tokens: tokens=" + file + ": " + file + ":2: rooms is no list");
    }

    @Test
    void aFileOfKeysThatIsBrokenIsNamed() throws Exception {
        Path file = Files.writeString(folder.resolve("keys.json"), "{}");
        assertProblem(
                Map.of("jwt-keys", file.toString()),
                "flag --jwt-keys: jwt-keys=" + file + ": " + file + ": it is no JSON Web Key Set: {\"keys\":[…]}");
        Path none = folder.resolve("none.json");
        assertProblem(
                Map.of("jwt-keys", none.toString()),
                "flag --jwt-keys: jwt-keys=" + none + ": no such file; correct the path");
    }

    @Test
    void aProviderThatIsNotThereIsSaidWithThoseThatAre() {
        assertThatThrownBy(
                        () -> AccessSetup.start(configuration(Map.of("identity-provider", "ldap")), counters, reload))
                .isInstanceOf(ConfigurationException.class)
                .message()
                .startsWith("flag --identity-provider: identity-provider=ldap: the class path has only [")
                .contains("sessions")
                .endsWith("; name its jar in ESSAIM_CLASSPATH, and look whether it has"
                        + " META-INF/services/io.essaim.server.security.IdentityProviderFactory");
    }

    @Test
    void anOptionThatItsProviderMissesIsSaid() {
        assertProblem(
                Map.of("identity-provider", "sessions"),
                "flag --identity-provider: identity-provider=sessions: the option url is missing:"
                        + " url=http://127.0.0.1:9000/session (see identity-options)");
    }

    @Test
    void providersAreAskedInTurn() throws Exception {
        Path tokens = Files.writeString(folder.resolve("tokens.yaml"), "[]");
        AccessControl access = AccessSetup.start(
                configuration(Map.of("tokens", tokens.toString(), "jwt-secret", "0123456789abcdef0123456789abcdef")),
                counters,
                reload);
        String jwt = "eyJhbGciOiJIUzI1NiJ9.e30.AAAA";
        assertThat(access.enter(Credentials.ofToken(jwt)).toCompletableFuture().join())
                .isEqualTo(new Rejected("jwt: its signature does not hold"));
        assertThat(access.enter(Credentials.ofToken("another"))
                        .toCompletableFuture()
                        .join())
                .isEqualTo(new Rejected("no provider knows the token"));
        access.close();
    }

    private void assertProblem(Map<String, String> flags, String problem) {
        assertThatThrownBy(() -> AccessSetup.start(configuration(flags), counters, reload))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(problem);
    }

    private static Configuration configuration(Map<String, String> flags) throws ConfigurationException {
        return new ConfigurationLoader().flags(flags).load();
    }
}
