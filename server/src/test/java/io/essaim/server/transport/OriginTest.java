package io.essaim.server.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.essaim.server.config.Configuration;
import io.essaim.server.config.ConfigurationLoader;
import io.essaim.server.config.SecuritySettings;
import io.essaim.server.config.Settings;
import io.essaim.server.observe.Counter;
import io.essaim.server.testing.RawWebSocket;
import io.essaim.server.testing.RawWebSocket.Frame;
import io.essaim.server.testing.RawWebSocket.Response;
import io.essaim.server.testing.ScriptedIdentities;
import io.essaim.server.testing.TestServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What pages may ask, over WebSockets and over HTTP. */
@Timeout(60)
class OriginTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    /** One that others reach, too: there the pages of this machine are as foreign as all. */
    private static TestServer open() throws Exception {
        return TestServer.start(configuration -> configuration.with(Settings.HOST, "0.0.0.0"));
    }

    private static TestServer allowing(String... origins) throws Exception {
        return TestServer.start(configuration ->
                configuration.with(Settings.HOST, "0.0.0.0").with(SecuritySettings.ALLOWED_ORIGINS, List.of(origins)));
    }

    private static HttpResponse<String> http(TestServer server, String method, String path, String... headers)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                .method(method, method.equals("POST") ? BodyPublishers.ofString("[]") : BodyPublishers.noBody());
        return HTTP.send(request.headers(headers).build(), BodyHandlers.ofString());
    }

    /** With another Host than an HTTP client lets one say. */
    private static Response get(TestServer server, String path, String... headers) throws Exception {
        StringJoiner request = new StringJoiner("\r\n", "", "\r\n\r\n").add("GET " + path + " HTTP/1.1");
        for (int i = 0; i < headers.length; i += 2) {
            request.add(headers[i] + ": " + headers[i + 1]);
        }
        try (RawWebSocket client = RawWebSocket.connect(server.port())) {
            return client.request(request.toString());
        }
    }

    private static void isTurnedAway(TestServer server, String path, String... headers) throws Exception {
        try (RawWebSocket client = RawWebSocket.open(server.port(), path, headers)) {
            Frame first = client.read();
            assertThat(first.opcode()).isEqualTo(RawWebSocket.CLOSE);
            assertThat(first.closeCode()).isEqualTo(1008);
            assertThat(first.closeReason()).isEqualTo("Unauthorized origin");
        }
    }

    private static void isLetIn(TestServer server, String... headers) throws Exception {
        try (RawWebSocket client = RawWebSocket.open(server.port(), "/ws/swarm", headers)) {
            assertThat(client.read().text()).contains("\"type\":\"connected\"");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/ws/swarm", "/ws/frequency", "/ws/events", "/ws/dashboard", "/ws/simulation"})
    void aForeignPageIsSentNothingButAClose(String path) throws Exception {
        try (TestServer server = open()) {
            isTurnedAway(server, path, "Origin", "https://elsewhere.example");
            assertThat(server.count(Counter.ORIGINS_REFUSED)).isEqualTo(1);
            await().until(() -> server.server().connections() == 0);
        }
    }

    @Test
    void aForeignPageLearnsNothingOfItsToken() throws Exception {
        try (TestServer server = TestServer.start(ScriptedIdentities::required)) {
            isTurnedAway(server, "/ws/swarm?token=forged", "Origin", "https://elsewhere.example");
            isTurnedAway(server, "/ws/swarm?token=ann", "Origin", "https://elsewhere.example");
            assertThat(server.count(Counter.LOGINS) + server.count(Counter.LOGINS_REJECTED))
                    .isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "swarm.example:8001, http://swarm.example:8001",
        "swarm.example, http://swarm.example",
        "SWARM.example:80, http://swarm.example",
        "swarm.example, https://swarm.example",
        "swarm.example:443, https://swarm.example"
    })
    void theServersOwnPagesMayAsk(String host, String origin) throws Exception {
        try (TestServer server = open()) {
            isLetIn(server, "Host", host, "Origin", origin);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "swarm.example:8001, http://swarm.example",
        "swarm.example:8001, http://swarm.example:8002",
        "swarm.example, http://other.swarm.example",
        "swarm.example, http://swarm.example.evil",
        "swarm.example, ftp://swarm.example",
        "swarm.example, swarm.example",
        "127.0.0.1, http://localhost:3000",
        "127.0.0.1, 'null'"
    })
    void othersMayNot(String host, String origin) throws Exception {
        try (TestServer server = open()) {
            isTurnedAway(server, "/ws/swarm", "Host", host, "Origin", origin);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://localhost:3000", "http://127.0.0.1", "https://[::1]:8443", "http://LOCALHOST:5173"})
    void whereOnlyThisMachineConnectsAllItsPagesMayAsk(String origin) throws Exception {
        try (TestServer server = TestServer.start()) {
            isLetIn(server, "Origin", origin);
            isTurnedAway(server, "/ws/swarm", "Origin", "http://localhost.example:3000");
        }
    }

    /** A name that its owner points at this machine, so that a page of his passes for the server's own. */
    @ParameterizedTest
    @ValueSource(strings = {"evil.example", "evil.example:8001", "127.0.0.1.evil.example", "localhost.evil.example:80"})
    void whereOnlyThisMachineConnectsANameOfOthersIsNotTheServers(String host) throws Exception {
        try (TestServer server = TestServer.start()) {
            isTurnedAway(server, "/ws/swarm", "Host", host, "Origin", "http://" + host);
            isTurnedAway(server, "/ws/swarm", "Host", host, "Origin", "https://" + host);
            for (String path : List.of("/api/state", "/api/swarm", "/api/events?wait=1s", "/api/events/stream")) {
                // A browser names no Origin when a page reads from its own server.
                assertThat(get(server, path, "Host", host).status()).isEqualTo(403);
                assertThat(get(server, path, "Host", host, "Origin", "http://" + host)
                                .status())
                        .isEqualTo(403);
            }
            assertThat(server.count(Counter.ORIGINS_REFUSED)).isEqualTo(10);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "localhost:8001", "LOCALHOST", "[::1]:8001"})
    void namesOfThisMachineAre(String host) throws Exception {
        try (TestServer server = TestServer.start()) {
            isLetIn(server, "Host", host, "Origin", "http://" + host);
            assertThat(get(server, "/api/state", "Host", host).status()).isEqualTo(200);
        }
    }

    @Test
    void aNameThatIsAllowedOrThatAProxyWasAskedForIsNotOfOthers() throws Exception {
        try (TestServer server = TestServer.start(configuration -> configuration
                .with(SecuritySettings.TRUSTED_PROXIES, List.of("127.0.0.1"))
                .with(SecuritySettings.ALLOWED_ORIGINS, List.of("http://mine.example:8001")))) {
            isLetIn(server, "Host", "mine.example:8001", "Origin", "http://mine.example:8001");
            assertThat(get(server, "/api/state", "Host", "mine.example:8001").status())
                    .isEqualTo(200);
            String[] forwarded = {"Host", "swarm.example", "X-Forwarded-For", "203.0.113.7"};
            isLetIn(
                    server,
                    "Host",
                    "swarm.example",
                    "X-Forwarded-For",
                    "203.0.113.7",
                    "Origin",
                    "http://swarm.example");
            assertThat(get(server, "/api/state", forwarded).status()).isEqualTo(200);
            assertThat(get(server, "/api/state", "Host", "swarm.example").status())
                    .isEqualTo(403);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "https://app.example.org, https://app.example.org",
        "https://app.example.org, https://app.example.org:443",
        "https://*.example.org, https://a.example.org",
        "https://*.example.org, https://a.b.example.org",
        "http://localhost:*, http://localhost:5173",
        "http://localhost:*, http://localhost",
        "*, https://anything.example:1",
        "HTTPS://App.example.org:8443, https://app.example.org:8443"
    })
    void allowedPagesMayAsk(String allowed, String origin) throws Exception {
        try (TestServer server = allowing("https://first.example", allowed)) {
            isLetIn(server, "Origin", origin);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "https://app.example.org, http://app.example.org",
        "https://app.example.org, https://app.example.org:8443",
        "https://*.example.org, https://example.org",
        "https://*.example.org, https://badexample.org",
        "https://*.example.org, https://a.example.org.evil",
        "http://localhost:*, https://localhost:1",
        "*, 'null'"
    })
    void whatIsNotAllowedIsForeign(String allowed, String origin) throws Exception {
        try (TestServer server = allowing(allowed)) {
            isTurnedAway(server, "/ws/swarm", "Origin", origin);
        }
    }

    @Test
    void pagesThatHideWhereTheyAreFromNeedASetting() throws Exception {
        try (TestServer server = TestServer.with(SecuritySettings.ALLOW_NULL_ORIGIN, true)) {
            isLetIn(server, "Origin", "null");
        }
    }

    @Test
    void whoNamesNoOriginIsTakenUnlessItHasTo() throws Exception {
        try (TestServer server = TestServer.with(SecuritySettings.REQUIRE_ORIGIN, true)) {
            isTurnedAway(server, "/ws/swarm");
            assertThat(http(server, "POST", "/api/events", "Content-Type", "application/json")
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void aForeignPagesGetIsAnsweredButNotForIt() throws Exception {
        try (TestServer server = open()) {
            HttpResponse<String> answer = http(server, "GET", "/api/state", "Origin", "https://elsewhere.example");
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().map()).doesNotContainKey("access-control-allow-origin");
            assertThat(answer.headers().allValues("vary")).contains("Origin");
        }
    }

    @Test
    void aForeignPageMayPostNothing() throws Exception {
        try (TestServer server = open()) {
            HttpResponse<String> refused = http(
                    server,
                    "POST",
                    "/api/events",
                    "Origin",
                    "https://elsewhere.example",
                    "Content-Type",
                    "application/json");
            assertThat(refused.statusCode()).isEqualTo(403);
            assertThat(refused.body()).contains("Unauthorized origin");
            assertThat(server.count(Counter.ORIGINS_REFUSED)).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"/api/events, 204", "/api/swarm, 204", "/admin/bans, 204"})
    void aPreflightOfAnAllowedPageSaysWhatItMaySend(String path, int status) throws Exception {
        try (TestServer server = allowing("https://app.example.org")) {
            HttpResponse<String> answer = http(
                    server,
                    "OPTIONS",
                    path,
                    "Origin",
                    "https://app.example.org",
                    "Access-Control-Request-Method",
                    "POST",
                    "Access-Control-Request-Headers",
                    "authorization,content-type");
            assertThat(answer.statusCode()).isEqualTo(status);
            assertThat(answer.headers().allValues("access-control-allow-origin"))
                    .containsExactly("https://app.example.org");
            assertThat(answer.headers()
                            .firstValue("access-control-allow-methods")
                            .orElse(""))
                    .contains("POST");
            assertThat(answer.headers()
                            .firstValue("access-control-allow-headers")
                            .orElse(""))
                    .contains("Authorization", "Content-Type", "Idempotency-Key");
            assertThat(answer.headers().map()).doesNotContainKey("access-control-allow-credentials");
        }
    }

    @Test
    void aPreflightOfAForeignPageIsRefused() throws Exception {
        try (TestServer server = open()) {
            HttpResponse<String> answer = http(
                    server,
                    "OPTIONS",
                    "/api/events",
                    "Origin",
                    "https://elsewhere.example",
                    "Access-Control-Request-Method",
                    "POST");
            assertThat(answer.statusCode()).isEqualTo(403);
            assertThat(answer.headers().map()).doesNotContainKey("access-control-allow-origin");
        }
    }

    @Test
    void anAllowedPageMayReadTheAnswerAndItsTag() throws Exception {
        try (TestServer server = allowing("https://app.example.org")) {
            HttpResponse<String> answer = http(server, "GET", "/api/swarm", "Origin", "https://app.example.org");
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().allValues("access-control-allow-origin"))
                    .containsExactly("https://app.example.org");
            assertThat(answer.headers()
                            .firstValue("access-control-expose-headers")
                            .orElse(""))
                    .contains("ETag", "Retry-After");
            assertThat(String.join(", ", answer.headers().allValues("vary"))).contains("Accept", "Origin");
        }
    }

    @Test
    void pagesOfTheApiMayBeOthersThanThoseOfSockets() throws Exception {
        try (TestServer server = TestServer.start(configuration -> configuration
                .with(Settings.HOST, "0.0.0.0")
                .with(SecuritySettings.ALLOWED_ORIGINS, List.of("https://sockets.example"))
                .with(SecuritySettings.CORS_ORIGINS, List.of("https://api.example")))) {
            assertThat(http(server, "GET", "/api/state", "Origin", "https://api.example")
                            .headers()
                            .map())
                    .containsKey("access-control-allow-origin");
            assertThat(http(server, "GET", "/api/state", "Origin", "https://sockets.example")
                            .headers()
                            .map())
                    .doesNotContainKey("access-control-allow-origin");
            isLetIn(server, "Origin", "https://sockets.example");
            isTurnedAway(server, "/ws/swarm", "Origin", "https://api.example");
        }
    }

    @Test
    void changedOriginsComeIntoForceWithoutARestartAndBrokenOnesDoNot(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("essaim.yaml"), "allowed-origins: [https://old.example]\n");
        Configuration loaded = new ConfigurationLoader()
                .file(file)
                .flags(Map.of("port", "0", "reload", "100ms"))
                .load();
        try (TestServer server = TestServer.start(defaults -> loaded)) {
            isTurnedAway(server, "/ws/swarm", "Origin", "https://new.example");
            Files.writeString(file, "allowed-origins: [https://new.example]\n");
            await().until(() -> server.count(Counter.LIMITS_RELOADED) == 1);
            isLetIn(server, "Origin", "https://new.example");
            isTurnedAway(server, "/ws/swarm", "Origin", "https://old.example");
            Files.writeString(file, "allowed-origins: [nonsense]\n");
            await().until(() -> server.count(Counter.LIMITS_RELOAD_FAILURES) > 0);
            isLetIn(server, "Origin", "https://new.example");
        }
    }
}
