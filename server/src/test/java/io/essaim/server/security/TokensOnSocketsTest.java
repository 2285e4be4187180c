package io.essaim.server.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.essaim.server.config.Configuration;
import io.essaim.server.config.SecuritySettings;
import io.essaim.server.testing.RawWebSocket;
import io.essaim.server.testing.RawWebSocket.Frame;
import io.essaim.server.testing.RawWebSocket.Response;
import io.essaim.server.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jose4j.jwt.JwtClaims;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tokens as whoever connects with them meets them: let in, and no longer when they have ended, by whichever way. */
@Timeout(60)
class TokensOnSocketsTest {
    @TempDir
    Path folder;

    @Test
    void aTokenThatIsTakenFromTheFileIsRefusedAtTheNextLogin() throws Exception {
        Path tokens = write("tokens.yaml", entry("ann", "ess_first") + entry("bob", "ess_second"));
        try (TestServer server = server(c -> c.with(SecuritySettings.TOKENS, Optional.of(tokens)))) {
            assertLetIn(server, "ess_first");
            assertLetIn(server, "ess_second");
            assertRefused(server, "ess_third");
            write("tokens.yaml", entry("bob", "ess_second"));
            await().until(() -> isRefused(server, "ess_first"));
            assertLetIn(server, "ess_second");
        }
    }

    @Test
    void aTokenOfAKeyThatWasReplacedIsRefusedAtTheNextLogin() throws Exception {
        TestKey old = TestKey.quick("old");
        TestKey next = TestKey.quick("next");
        Path keys = write("keys.json", TestKey.set(old));
        try (TestServer server = server(c -> c.with(SecuritySettings.JWT_KEYS, Optional.of(keys.toString())))) {
            String first = old.sign("ES256", claims("ann", Duration.ofHours(1)));
            assertLetIn(server, first);
            write("keys.json", TestKey.set(next));
            await().until(() -> isRefused(server, first));
            assertLetIn(server, next.sign("ES256", claims("ann", Duration.ofHours(1))));
        }
    }

    @Test
    void aTokenThatHasExpiredIsRefusedAtTheNextLogin() throws Exception {
        TestKey key = TestKey.quick("a");
        Path keys = write("keys.json", TestKey.set(key));
        try (TestServer server = server(c -> c.with(SecuritySettings.JWT_KEYS, Optional.of(keys.toString()))
                .with(SecuritySettings.JWT_LEEWAY, Duration.ZERO))) {
            String token = key.sign("ES256", claims("ann", Duration.ofSeconds(3)));
            assertLetIn(server, token);
            await().until(() -> isRefused(server, token));
        }
    }

    @Test
    void theFirstMessageLogsInAsWell() throws Exception {
        Path tokens = write("tokens.yaml", entry("ann", "ess_first"));
        try (TestServer server = server(c -> c.with(SecuritySettings.TOKENS, Optional.of(tokens)));
                RawWebSocket client = RawWebSocket.open(server.port(), "/ws/events")) {
            client.text("{\"type\":\"auth\",\"id\":\"1\",\"token\":\"ess_first\"}");
            assertThat(client.read().text()).contains("\"authenticated\"", "\"id\":\"1\"", "\"name\":\"ann\"");
        }
    }

    @Test
    void whileNobodyHasTheKeysOneIsToldToComeBack() throws Exception {
        TestKey key = TestKey.quick("a");
        String token = key.sign("ES256", claims("ann", Duration.ofHours(1)));
        int port;
        try (KeyServer gone = KeyServer.start(KeyServer.keys(key))) {
            port = gone.url().getPort();
        }
        String url = "http://127.0.0.1:" + port + "/keys";
        try (TestServer server = server(c -> c.with(SecuritySettings.JWT_KEYS, Optional.of(url)));
                RawWebSocket client = RawWebSocket.connect(server.port())) {
            Response response = client.handshake("/ws/events", "Authorization", "Bearer " + token);
            assertThat(response.status()).isEqualTo(503);
            assertThat(response.headers()).containsKey("retry-after");
        }
    }

    @Test
    void aProviderOfSomebodyElseIsFoundByItsName() throws Exception {
        try (KeyServer sessions = KeyServer.start(exchange -> {
                    boolean known = "7".equals(exchange.getRequestHeaders().getFirst("X-Session"));
                    (known ? KeyServer.text("{\"name\":\"ann\"}") : KeyServer.status(404)).give(exchange);
                });
                TestServer server = server(c -> c.with(SecuritySettings.IDENTITY_PROVIDER, Optional.of("sessions"))
                        .with(SecuritySettings.IDENTITY_OPTIONS, List.of("url=" + sessions.url())))) {
            assertLetIn(server, "session:7");
            assertRefused(server, "session:8");
            assertRefused(server, "another");
            assertThat(sessions.asked()).isEqualTo(2);
        }
    }

    private TestServer server(UnaryOperator<Configuration> settings) throws IOException {
        return TestServer.start(c -> settings.apply(
                c.with(SecuritySettings.AUTH_REQUIRED, true).with(SecuritySettings.RELOAD, Duration.ofMillis(100))));
    }

    /** At once, as whoever replaces a file in use should. */
    private Path write(String name, String text) throws IOException {
        Path next = folder.resolve("next");
        Files.writeString(next, text);
        return Files.move(next, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    private static String entry(String name, String token) {
        return "- name: " + name + "\n  hash: " + TokenHash.written(token) + "\n";
    }

    private static JwtClaims claims(String name, Duration length) {
        JwtClaims claims = TestKey.claims(name);
        claims.setExpirationTime(TestKey.date(Instant.now().plus(length)));
        return claims;
    }

    private static void assertLetIn(TestServer server, String token) throws IOException {
        assertThat(first(server, token).text()).contains("connected");
    }

    private static void assertRefused(TestServer server, String token) throws IOException {
        assertThat(isRefused(server, token)).isTrue();
    }

    private static boolean isRefused(TestServer server, String token) throws IOException {
        try (RawWebSocket client = RawWebSocket.open(server.port(), "/ws/events", "Authorization", "Bearer " + token)) {
            String text = client.read().text();
            if (!text.contains("\"error\"")) {
                return false;
            }
            assertThat(text).contains("1002", "Invalid token").doesNotContain(token);
            Frame close = client.next(RawWebSocket.CLOSE);
            assertThat(close.closeCode()).isEqualTo(1008);
            assertThat(close.closeReason()).isEqualTo("Invalid token");
            return true;
        }
    }

    private static Frame first(TestServer server, String token) throws IOException {
        try (RawWebSocket client = RawWebSocket.open(server.port(), "/ws/events", "Authorization", "Bearer " + token)) {
            return client.read();
        }
    }
}
