package io.essaim.server.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.essaim.server.config.Configuration;
import io.essaim.server.config.EventSettings;
import io.essaim.server.config.Rate;
import io.essaim.server.config.Secret;
import io.essaim.server.config.SecuritySettings;
import io.essaim.server.config.Settings;
import io.essaim.server.observe.Counter;
import io.essaim.server.swarm.IngestSource;
import io.essaim.server.testing.HttpEvents;
import io.essaim.server.testing.RawWebSocket;
import io.essaim.server.testing.RawWebSocket.Frame;
import io.essaim.server.testing.RawWebSocket.Response;
import io.essaim.server.testing.TestServer;
import io.essaim.server.testing.TestTokens;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How much somebody may ask for. Clients are those whom a trusted proxy names: of this machine's own nothing is limited. */
@Timeout(60)
class LimitsTest {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final String PING = "{\"type\":\"ping\",\"t\":1}";
    private static final String ONE = "203.0.113.7";
    private static final String ANOTHER = "203.0.113.8";

    @TempDir
    Path folder;

    private Path tokens;

    @SuppressWarnings("NullAway.Init") // each test starts one
    private TestServer server;

    @BeforeEach
    void writeTokens() throws IOException {
        tokens = new TestTokens()
                .with("ann")
                .with("bob")
                .with("paul", "publish: true")
                .with("root", "admin: true")
                .write(folder);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void start(UnaryOperator<Configuration> settings) throws IOException {
        server = TestServer.start(defaults ->
                settings.apply(defaults.with(SecuritySettings.TRUSTED_PROXIES, List.of("127.0.0.1"))
                        // So that a test that is slow gets none anew.
                        .with(SecuritySettings.VIEWER_RATE, new Rate(1, Duration.ofHours(1)))
                        .with(SecuritySettings.TOKENS, Optional.of(tokens))));
    }

    private static String from(String address) {
        return "X-Forwarded-For: " + address;
    }

    private static String as(String name) {
        return "Authorization: Bearer " + TestTokens.of(name);
    }

    private RawWebSocket open(String path, String... headers) throws IOException {
        return RawWebSocket.open(server.port(), path, parts(headers));
    }

    private Response handshake(String path, String... headers) throws IOException {
        try (RawWebSocket client = RawWebSocket.connect(server.port())) {
            return client.handshake(path, parts(headers));
        }
    }

    /** Names and values in turn. */
    private static String[] parts(String... headers) {
        return Arrays.stream(headers)
                .flatMap(header -> Arrays.stream(header.split(": ", 2)))
                .toArray(String[]::new);
    }

    private HttpResponse<String> request(String method, String path, String body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(parts(headers));
        }
        return HTTP.send(request.build(), BodyHandlers.ofString());
    }

    /** Sends until it is closed, and returns the reason. */
    private static String flood(RawWebSocket client) throws IOException {
        client.next(RawWebSocket.TEXT);
        for (int i = 0; i < 30; i++) {
            client.text(PING);
        }
        Frame close = client.next(RawWebSocket.CLOSE);
        assertThat(close.closeCode()).isEqualTo(1008);
        return close.closeReason();
    }

    private static long retryAfter(Response response) {
        return Long.parseLong(response.headers().get("retry-after"));
    }

    @Test
    void aRefusedMessageNamesItsRequestAndWhenToAskAgain() throws IOException {
        start(settings -> settings);
        try (RawWebSocket client = open("/ws/events", from(ONE))) {
            for (int i = 0; i < 12; i++) {
                client.text("{\"type\":\"join\",\"id\":\"j" + i + "\",\"room\":\"r" + i + "\"}");
            }
            JsonObject refused = new JsonObject(client.nextText("\"error\""));
            assertThat(refused.getString("id")).isEqualTo("j10");
            assertThat(refused.getJsonObject("data").getInteger("code")).isEqualTo(1003);
            assertThat(refused.getJsonObject("data").getString("message"))
                    .matches("Rate limit exceeded; ask again in \\d{7} ms");
            assertThat(new JsonObject(client.nextText("\"error\"")).getString("id"))
                    .isEqualTo("j11");
            client.text("{ no JSON");
            assertThat(client.nextText("\"error\"")).contains("1003").doesNotContain("\"id\"");
            assertThat(server.count(Counter.MESSAGES_OVER_RATE)).isEqualTo(3);
            assertThat(server.count(Counter.MESSAGES_INVALID)).isZero();
        }
    }

    @Test
    void whoIsNotLoggedInIsBannedByAddress() throws Exception {
        start(settings -> settings);
        try (RawWebSocket client = open("/ws/swarm", from(ONE));
                RawWebSocket neighbour = open("/ws/swarm", from(ANOTHER))) {
            assertThat(flood(client)).isEqualTo("Banned for 300 s: too many messages");
            neighbour.text(PING);
            neighbour.nextText("pong");
        }
        for (String path : List.of("/ws/swarm", "/ws/events", "/ws/ingest")) {
            Response response = handshake(path, from(ONE));
            assertThat(response.status()).isEqualTo(429);
            assertThat(response.reason()).matches("Banned for (300|29\\d) s");
            assertThat(retryAfter(response)).isBetween(270L, 300L);
        }
        assertThat(request("GET", "/api/state", "", from(ONE)).statusCode()).isEqualTo(429);
        assertThat(handshake("/ws/swarm", from(ONE), as("ann")).status()).isEqualTo(429);
        assertThat(handshake("/ws/swarm", from(ANOTHER)).status()).isEqualTo(101);
        assertThat(server.count(Counter.BANS)).isEqualTo(1);
        assertThat(server.count(Counter.BANNED_REFUSED)).isEqualTo(5);
    }

    @Test
    void whoIsLoggedInIsBannedByNameWhereverItIs() throws Exception {
        start(settings -> settings);
        try (RawWebSocket client = open("/ws/swarm", from(ONE), as("ann"))) {
            assertThat(flood(client)).isEqualTo("Banned for 300 s: too many messages");
        }
        assertThat(handshake("/ws/swarm", from(ANOTHER), as("ann")).status()).isEqualTo(429);
        assertThat(handshake("/ws/swarm", as("ann")).status()).isEqualTo(429);
        assertThat(request("GET", "/api/state", "", as("ann")).statusCode()).isEqualTo(429);
        assertThat(handshake("/ws/swarm", from(ONE), as("bob")).status()).isEqualTo(101);
        assertThat(handshake("/ws/swarm", from(ONE)).status()).isEqualTo(101);
    }

    @Test
    void aBanEndsByItself() throws Exception {
        start(settings -> settings.with(SecuritySettings.BAN_TIME, Duration.ofSeconds(1)));
        try (RawWebSocket client = open("/ws/swarm", from(ONE))) {
            assertThat(flood(client)).isEqualTo("Banned for 1 s: too many messages");
        }
        await().until(() -> handshake("/ws/swarm", from(ONE)).status() == 101);
    }

    @Test
    void programsOfThisMachineAreClosedOnly() throws Exception {
        start(settings -> settings.with(SecuritySettings.TRUSTED_PROXIES, List.<String>of())
                .with(EventSettings.PUBLISH_TOKEN, Optional.of(new Secret("a-secret-token"))));
        try (RawWebSocket client = open("/ws/swarm")) {
            assertThat(flood(client)).isEqualTo("Too many messages");
        }
        assertThat(handshake("/ws/swarm").status()).isEqualTo(101);
        assertThat(server.count(Counter.BANS)).isZero();
    }

    @Test
    void aSimulationTakesAHundredAtOnceAndNeverBans() throws Exception {
        start(settings -> settings);
        try (RawWebSocket client = open("/ws/simulation", from(ONE))) {
            for (int i = 0; i < 300; i++) {
                client.text(PING);
            }
            int pongs = 0;
            int refused = 0;
            while (pongs + refused < 300) {
                String text = client.next(RawWebSocket.TEXT).text();
                pongs += text.contains("pong") ? 1 : 0;
                if (text.contains("1003")) {
                    refused++;
                    assertThat(new JsonObject(text).getJsonObject("data").getString("message"))
                            .isEqualTo("Rate limit exceeded");
                }
            }
            assertThat(pongs).isEqualTo(100);
        }
        assertThat(handshake("/ws/simulation", from(ONE)).status()).isEqualTo(101);
        assertThat(server.count(Counter.BANS)).isZero();
    }

    @Test
    void whoMayPublishSendsFarMore() throws Exception {
        start(settings -> settings);
        try (RawWebSocket client = open("/ws/events", from(ONE), as("paul"))) {
            for (int i = 0; i < 1_000; i++) {
                client.text(PING);
                client.nextText("pong");
            }
        }
        assertThat(server.count(Counter.MESSAGES_OVER_RATE)).isZero();
    }

    @Test
    void placesOfTheServerOfAPathOfAnAddressAndOfSomebodyAreBounded() throws Exception {
        start(settings -> settings.with(Settings.MAX_CONNECTIONS, 6)
                .with(SecuritySettings.ENDPOINT_CONNECTIONS, Map.of("/ws/frequency", 1))
                .with(SecuritySettings.ADDRESS_CONNECTIONS, 2)
                .with(SecuritySettings.IDENTITY_CONNECTIONS, 1));
        try (RawWebSocket first = open("/ws/frequency", from(ONE))) {
            assertFull(handshake("/ws/frequency", from(ANOTHER)), "Maximum connections of /ws/frequency reached");
            try (RawWebSocket second = open("/ws/events", from(ONE), as("ann"))) {
                assertFull(handshake("/ws/swarm", from(ONE)), "Maximum connections of this address reached");
                assertFull(handshake("/ws/swarm", from(ANOTHER), as("ann")), "Maximum connections of \"ann\" reached");
                HttpResponse<String> poll = request("GET", "/api/events?wait=1s", "", from(ANOTHER), as("ann"));
                assertThat(poll.statusCode()).isEqualTo(503);
                assertThat(poll.body()).contains("Maximum connections of \\\"ann\\\" reached");
                try (RawWebSocket a = open("/ws/swarm", from("203.0.113.20"));
                        RawWebSocket b = open("/ws/swarm", from("203.0.113.21"));
                        RawWebSocket c = open("/ws/swarm", from("203.0.113.22"));
                        RawWebSocket d = open("/ws/swarm", from("203.0.113.23"))) {
                    assertFull(handshake("/ws/swarm", from("203.0.113.24")), "Maximum connections reached");
                    assertThat(List.of(a, b, c, d)).isNotEmpty();
                }
                assertThat(second).isNotNull();
            }
            assertThat(first).isNotNull();
        }
        await().until(() -> server.server().connections() == 0);
        assertThat(handshake("/ws/frequency", from(ONE), as("ann")).status()).isEqualTo(101);
        assertThat(server.count(Counter.ADDRESSES_OVER_LIMIT)).isEqualTo(1);
        assertThat(server.count(Counter.IDENTITIES_OVER_LIMIT)).isEqualTo(2);
        assertThat(server.count(Counter.CONNECTIONS_OVER_LIMIT)).isEqualTo(2);
    }

    @Test
    void aPathIsBoundedHoweverItIsWritten() throws Exception {
        start(settings -> settings.with(
                SecuritySettings.ENDPOINT_CONNECTIONS, Map.of("/api/events", 1, "/api/events/stream", 1)));
        try (RawWebSocket stream = RawWebSocket.connect(server.port());
                RawWebSocket poll = RawWebSocket.connect(server.port())) {
            assertThat(stream.request(asking("/api/events/stream")).status()).isEqualTo(200);
            String cursor = new JsonObject(request("GET", "/api/events", "").body()).getString("cursor");
            poll.write(asking("/api/events?wait=30s&cursor=" + cursor).getBytes(StandardCharsets.US_ASCII));
            await().until(() -> server.server().connections() == 2);
            for (String path : List.of("/api/events/stream/", "/api//events/stream", "/api/events/%73tream")) {
                assertThat(request("GET", path, "").body())
                        .as(path)
                        .contains("Maximum connections of /api/events/stream reached");
            }
            for (String path : List.of("/api/events/", "/api//events", "/api/./events", "/api/event%73")) {
                assertThat(request("GET", path + "?wait=1s", "").body())
                        .as(path)
                        .contains("Maximum connections of /api/events reached");
            }
        }
    }

    private static String asking(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
    }

    @ParameterizedTest
    @ValueSource(strings = {"/metrics", "/", "/index.html", "/vendor/three/build/three.module.js", "/nothing"})
    void metricsAndThePageAskForTheAddressAndHealthDoesNot(String path) throws Exception {
        start(settings -> settings.with(SecuritySettings.HANDSHAKE_RATE, new Rate(1, Duration.ofHours(1)))
                .with(SecuritySettings.HANDSHAKE_BURST, 3)
                .with(SecuritySettings.BAN_AFTER, 1));
        for (int i = 0; i < 3; i++) {
            assertThat(request("GET", path, "", from(ONE)).statusCode()).isLessThan(500);
        }
        assertThat(request("GET", path, "", from(ONE)).statusCode()).isEqualTo(503);
        assertThat(server.count(Counter.HANDSHAKES_OVER_RATE)).isEqualTo(1);
        assertThat(request("GET", path, "").statusCode()).isLessThan(500);
        assertThat(request("GET", "/api/state", "", from(ANOTHER), "Authorization: Bearer forged")
                        .statusCode())
                .isEqualTo(401);
        assertThat(request("GET", path, "", from(ANOTHER)).statusCode()).isEqualTo(429);
        for (String watched : List.of("/health", "/livez", "/readyz")) {
            assertThat(request("GET", watched, "", from(ONE)).statusCode()).isEqualTo(200);
            assertThat(request("GET", watched, "", from(ANOTHER)).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void anUnknownPathOfTheApiCountsOnce() throws Exception {
        start(settings -> settings.with(SecuritySettings.HANDSHAKE_RATE, new Rate(1, Duration.ofHours(1)))
                .with(SecuritySettings.HANDSHAKE_BURST, 3));
        for (int i = 0; i < 3; i++) {
            assertThat(request("GET", "/api/nothing", "", from(ONE)).statusCode())
                    .isEqualTo(404);
        }
        assertThat(request("GET", "/api/nothing", "", from(ONE)).statusCode()).isEqualTo(503);
        assertThat(request("PUT", "/metrics", "").statusCode()).isEqualTo(405);
    }

    private static void assertFull(Response response, String reason) {
        assertThat(response.status()).isEqualTo(503);
        assertThat(response.reason()).isEqualTo(reason);
        assertThat(retryAfter(response)).isPositive();
    }

    @Test
    void aStormOfConnectionsIsRefusedBeyondTheBurstAndLeavesNothing() throws Exception {
        start(settings -> settings.with(SecuritySettings.HANDSHAKE_RATE, new Rate(1, Duration.ofHours(1)))
                .with(SecuritySettings.HANDSHAKE_BURST, 50));
        int opened = 0;
        int refused = 0;
        for (int i = 0; i < 2_000; i++) {
            Response response = handshake("/ws/swarm", from(ONE));
            if (response.status() == 101) {
                opened++;
            } else {
                assertFull(response, "Too many handshakes and requests of this address");
                refused++;
            }
        }
        assertThat(opened).isEqualTo(50);
        assertThat(refused).isEqualTo(1_950);
        assertThat(request("GET", "/api/state", "", from(ONE)).statusCode()).isEqualTo(503);
        assertThat(handshake("/ws/swarm", from(ANOTHER)).status()).isEqualTo(101);
        await().until(() -> server.server().connections() == 0);
        assertThat(server.count(Counter.HANDSHAKES_OVER_RATE)).isEqualTo(1_951);
        assertThat(server.get("/metrics").body()).contains("essaim_addresses_tracked 2.0");
    }

    @Test
    void tokensThatDoNotHoldBanTheirAddress() throws Exception {
        start(settings -> settings.with(SecuritySettings.BAN_AFTER, 3));
        for (int i = 0; i < 2; i++) {
            assertThat(request("GET", "/api/state", "", from(ONE), "Authorization: Bearer forged")
                            .statusCode())
                    .isEqualTo(401);
        }
        assertThat(handshake("/ws/swarm", from(ONE)).status()).isEqualTo(101);
        try (RawWebSocket client = open("/ws/swarm?token=forged", from(ONE))) {
            assertThat(client.next(RawWebSocket.CLOSE).closeReason()).isEqualTo("Invalid token");
        }
        assertThat(handshake("/ws/swarm", from(ONE)).status()).isEqualTo(429);
        assertThat(handshake("/ws/swarm", from(ANOTHER)).status()).isEqualTo(101);
    }

    @Test
    void aForeignPageCannotBanItsVisitor() throws Exception {
        start(settings -> settings.with(SecuritySettings.BAN_AFTER, 3));
        String[] foreign = {"Sec-Fetch-Site: cross-site", "Sec-Fetch-Site: same-site", "Origin: https://evil.example"};
        for (String page : foreign) {
            for (int i = 0; i < 3; i++) {
                // HttpClient would keep these headers to itself.
                assertThat(handshake("/api/state?token=forged", from(ONE), page).status())
                        .isEqualTo(403);
            }
        }
        assertThat(server.count(Counter.ORIGINS_REFUSED)).isEqualTo(9);
        assertThat(server.count(Counter.LOGINS_REJECTED)).isZero();
        assertThat(handshake("/api/state", from(ONE), foreign[0]).status()).isEqualTo(200);
        // Who says so of itself, and brings it as no page can, is no visitor.
        for (int i = 0; i < 3; i++) {
            assertThat(handshake("/api/state", from(ONE), foreign[0], "Authorization: Bearer forged")
                            .status())
                    .isEqualTo(401);
        }
        assertThat(handshake("/api/state", from(ONE)).status()).isEqualTo(429);
    }

    @Test
    void guessesAtTheTokensOfTheSettingsBanTheirAddress() throws Exception {
        server = TestServer.start(
                defaults -> defaults.with(SecuritySettings.TRUSTED_PROXIES, List.of("127.0.0.1"))
                        .with(SecuritySettings.BAN_AFTER, 3)
                        .with(EventSettings.PUBLISH_TOKEN, Optional.of(new Secret("a-secret-token")))
                        .with(Settings.INGEST_TOKEN, Optional.of(new Secret("another-secret-token"))),
                new IngestSource());
        String guess = "Authorization: Bearer guess";
        for (String host : List.of("203.0.113.10", "203.0.113.11", "203.0.113.12", "203.0.113.13")) {
            for (int i = 0; i < 3; i++) {
                switch (host) {
                    case "203.0.113.10" ->
                        assertThat(request(
                                                "POST",
                                                "/api/events",
                                                "{}",
                                                from(host),
                                                guess,
                                                "Content-Type: application/json")
                                        .statusCode())
                                .isEqualTo(401);
                    case "203.0.113.11" ->
                        assertThat(handshake("/ws/ingest", from(host), guess).status())
                                .isEqualTo(401);
                    case "203.0.113.12" -> {
                        try (RawWebSocket client = open("/ws/events", from(host))) {
                            client.text("{\"type\":\"auth\",\"token\":\"guess\"}");
                            client.nextText("authenticated");
                        }
                    }
                    default -> {
                        try (RawWebSocket client = open("/ws/events", from(host), guess)) {
                            // However often: it was one guess.
                            client.text("{\"type\":\"publish\",\"event\":{\"type\":\"a.b\"}}");
                            client.text("{\"type\":\"publish\",\"event\":{\"type\":\"a.b\"}}");
                            client.nextText("1002");
                            client.nextText("1002");
                        }
                    }
                }
            }
            assertThat(handshake("/ws/swarm", from(host)).status()).isEqualTo(429);
        }
        assertThat(server.count(Counter.LOGINS_REJECTED)).isEqualTo(12);
        // Without a token nothing was guessed.
        for (int i = 0; i < 3; i++) {
            assertThat(handshake("/ws/ingest", from(ONE)).status()).isEqualTo(401);
        }
        assertThat(handshake("/ws/swarm", from(ONE)).status()).isEqualTo(101);
    }

    @Test
    void eventsOverHttpCountByWhoHandsThemIn() throws Exception {
        start(settings -> settings.with(SecuritySettings.PUBLISHER_RATE, new Rate(1, Duration.ofHours(1)))
                .with(SecuritySettings.PUBLISHER_BURST, 10));
        String[] paul = {from(ONE), as("paul"), "Content-Type: application/json"};
        String event = "{\"type\":\"note.made\",\"data\":{}}";
        String ten = new JsonArray(Collections.nCopies(10, new JsonObject(event))).encode();
        assertThat(request("POST", "/api/events", ten, paul).statusCode()).isEqualTo(200);
        HttpResponse<String> refused = request("POST", "/api/events", event, paul);
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.headers().firstValueAsLong("Retry-After").orElseThrow())
                .isBetween(3_000L, 3_600L);
        assertThat(refused.body()).contains("More events than publisher-rate permits");
        paul[0] = from(ANOTHER);
        assertThat(request("POST", "/api/events", event, paul).statusCode()).isEqualTo(429);
        assertThat(server.count(Counter.EVENTS_PUBLISHED)).isEqualTo(10);
        assertThat(server.count(Counter.MESSAGES_OVER_RATE)).isEqualTo(2);
    }

    @Test
    void aBodyOfLinesEndsWhereTheRateDoes() throws Exception {
        start(settings -> settings.with(SecuritySettings.PUBLISHER_RATE, new Rate(1, Duration.ofHours(1)))
                .with(SecuritySettings.PUBLISHER_BURST, 100));
        String lines = "{\"type\":\"note.made\",\"data\":{}}\n".repeat(100_000);
        HttpResponse<String> answer =
                request("POST", "/api/events", lines, from(ONE), as("paul"), "Content-Type: application/x-ndjson");
        assertThat(answer.statusCode()).isEqualTo(429);
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        long published = server.count(Counter.EVENTS_PUBLISHED);
        assertThat(published).isBetween(100L, 10_000L);
        assertThat(new JsonObject(answer.body()).getLong("count")).isEqualTo(published);
    }

    @Test
    void anAdministratorSeesBansAndLiftsThem() throws Exception {
        start(settings -> settings);
        try (RawWebSocket client = open("/ws/swarm", from("2001:db8:0:1::5"));
                RawWebSocket ann = open("/ws/swarm", from(ONE), as("ann"))) {
            flood(client);
            flood(ann);
        }
        assertThat(request("GET", "/admin/bans", "").statusCode()).isEqualTo(401);
        assertThat(request("GET", "/admin/bans", "", as("bob")).statusCode()).isEqualTo(403);
        HttpResponse<String> listed = request("GET", "/admin/bans", "", as("root"));
        assertThat(listed.statusCode()).isEqualTo(200);
        JsonObject answer = new JsonObject(listed.body());
        assertThat(answer.getInteger("total")).isEqualTo(2);
        assertThat(answer.getJsonArray("bans").stream().map(JsonObject.class::cast))
                .allSatisfy(ban -> {
                    assertThat(ban.getInteger("seconds_left")).isBetween(270, 300);
                    assertThat(ban.getString("reason")).isEqualTo("too many messages");
                })
                .extracting(ban -> ban.getString("what") + " " + ban.getString("key"))
                .containsExactlyInAnyOrder("address 2001:db8:0:1::/64", "identity ann");
        assertThat(request("DELETE", "/admin/bans/ann", "", as("bob")).statusCode())
                .isEqualTo(403);
        assertThat(request("DELETE", "/admin/bans/ann", "", as("root")).statusCode())
                .isEqualTo(204);
        HttpResponse<String> again = request("DELETE", "/admin/bans/ann", "", as("root"));
        assertThat(again.statusCode()).isEqualTo(404);
        assertThat(new JsonObject(again.body()).getString("error")).isEqualTo("\"ann\" is not banned");
        assertThat(request("DELETE", "/admin/bans/" + HttpEvents.encoded("2001:db8:0:1::/64"), "", as("root"))
                        .statusCode())
                .isEqualTo(204);
        assertThat(handshake("/ws/swarm", from(ONE), as("ann")).status()).isEqualTo(101);
        assertThat(handshake("/ws/swarm", from("2001:db8:0:1::9")).status()).isEqualTo(101);
    }
}
