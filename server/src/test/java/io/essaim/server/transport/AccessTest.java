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
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may ask what over HTTP, and what others are told. */
@Timeout(60)
class AccessTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static TestServer required() throws Exception {
        return TestServer.start(ScriptedIdentities::required);
    }

    private static HttpResponse<String> get(TestServer server, String path, String... headers) throws Exception {
        return send(HttpRequest.newBuilder(uri(server, path)), headers);
    }

    private static HttpResponse<String> post(TestServer server, String body, String... headers) throws Exception {
        return send(
                HttpRequest.newBuilder(uri(server, "/api/events"))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body)),
                headers);
    }

    private static HttpResponse<String> send(HttpRequest.Builder request, String... headers) throws Exception {
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HTTP.send(request.build(), BodyHandlers.ofString());
    }

    private static URI uri(TestServer server, String path) {
        return URI.create("http://127.0.0.1:" + server.port() + path);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/api/swarm", "/api/events?wait=10ms", "/api/events/stream", "/api/state", "/admin/anything"})
    void withoutATokenOneIsAskedFor(String path) throws Exception {
        try (TestServer server = required()) {
            HttpResponse<String> refused = get(server, path);
            assertThat(refused.statusCode()).isEqualTo(401);
            assertThat(refused.headers().allValues("www-authenticate")).containsExactly("Bearer");
            assertThat(refused.body()).contains("A token is needed");
            assertThat(server.server().connections()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/swarm", "/api/events?wait=10ms", "/api/state", "/admin/anything"})
    void aTokenThatDoesNotHoldIsRefused(String path) throws Exception {
        try (TestServer server = required()) {
            HttpResponse<String> refused = get(server, path, "Authorization", "Bearer forged");
            assertThat(refused.statusCode()).isEqualTo(401);
            assertThat(refused.headers().allValues("www-authenticate"))
                    .containsExactly("Bearer error=\"invalid_token\"");
            assertThat(refused.body()).isEqualTo("{\"error\":\"Invalid token\"}");
        }
    }

    @ParameterizedTest
    @CsvSource({"/api/swarm, ann", "/api/events?wait=10ms, ann", "/api/state, ann", "/api/state, ann:after=200"})
    void whoMayWatchIsAnswered(String path, String token) throws Exception {
        try (TestServer server = required()) {
            assertThat(get(server, path, "Authorization", "Bearer " + token).statusCode())
                    .isEqualTo(200);
            String joint = path.contains("?") ? "&" : "?";
            assertThat(get(server, path + joint + "access_token=" + token).statusCode())
                    .isEqualTo(200);
            assertThat(get(server, path + joint + "token=" + token).statusCode())
                    .isEqualTo(200);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/api/swarm, ann:may=publish, watch",
        "/api/events?wait=10ms, ann:may=admin, watch",
        "/admin/anything, ann:may=watch+publish, admin"
    })
    void whoLacksAPermissionIsToldWhich(String path, String token, String missing) throws Exception {
        try (TestServer server = required()) {
            HttpResponse<String> refused = get(server, path, "Authorization", "Bearer " + token);
            assertThat(refused.statusCode()).isEqualTo(403);
            assertThat(refused.body()).contains("lacks the permission " + missing);
            assertThat(server.count(Counter.PERMISSIONS_REFUSED)).isEqualTo(1);
        }
    }

    @Test
    void whoMayPublishPublishesAlsoWhenItIsLookedAtSlowly() throws Exception {
        try (TestServer server = required()) {
            String body = "[" + "{\"type\":\"a.b\",\"data\":{\"text\":\"" + "x".repeat(20_000) + "\"}}" + "]";
            assertThat(post(server, body, "Authorization", "Bearer ann:may=publish:after=300")
                            .body())
                    .contains("\"published\"");
            HttpResponse<String> refused = post(server, body, "Authorization", "Bearer ann");
            assertThat(refused.statusCode()).isEqualTo(403);
            assertThat(refused.body()).contains("lacks the permission publish");
            assertThat(server.count(Counter.PUBLISH_FORBIDDEN)).isEqualTo(1);
        }
    }

    @Test
    void nobodyIsAnsweredWhileItCannotBeTold() throws Exception {
        try (TestServer server = required()) {
            HttpResponse<String> later = get(server, "/api/state", "Authorization", "Bearer undecided");
            assertThat(later.statusCode()).isEqualTo(503);
            assertThat(later.headers().firstValue("retry-after")).isPresent();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/health", "/livez", "/readyz", "/metrics", "/"})
    void healthAndThePageNeedNoToken(String path) throws Exception {
        try (TestServer server = required()) {
            assertThat(get(server, path).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void whereNobodyHasToLogInWatchingIsFreeAndTheRestAsBefore() throws Exception {
        try (TestServer server = TestServer.start(configuration ->
                configuration.with(EventSettings.PUBLISH_TOKEN, Optional.of(new Secret("sw0rdfish-42"))))) {
            assertThat(get(server, "/api/state").statusCode()).isEqualTo(200);
            assertThat(get(server, "/api/state?token=whatever").statusCode()).isEqualTo(200);
            assertThat(post(server, "[]").statusCode()).isEqualTo(401);
            assertThat(post(server, "[]", "Authorization", "Bearer sw0rdfish-42")
                            .statusCode())
                    .isEqualTo(200);
            // Nobody runs it from afar unless a token says so.
            assertThat(get(server, "/admin/anything").statusCode()).isIn(401, 403);
        }
    }

    @Test
    void producersAreAskedForATokenThatMayPublishTheSwarm() throws Exception {
        try (TestServer server = TestServer.start(ScriptedIdentities::required, new IngestSource())) {
            assertThat(handshake(server, "/ws/ingest").status()).isEqualTo(401);
            Response forged = handshake(server, "/ws/ingest?token=forged");
            assertThat(forged.status()).isEqualTo(401);
            assertThat(forged.headers()).containsEntry("www-authenticate", "Bearer error=\"invalid_token\"");
            Response lacking = handshake(server, "/ws/ingest?token=ann");
            assertThat(lacking.status()).isEqualTo(403);
            assertThat(lacking.reason()).isEqualTo("\"ann\" lacks the permission ingest");
            assertThat(handshake(server, "/ws/ingest?token=undecided").status()).isEqualTo(503);
            assertThat(handshake(server, "/ws/ingest?token=ann:may=ingest").status())
                    .isEqualTo(101);
            assertThat(server.count(Counter.INGEST_REFUSED)).isEqualTo(4);
        }
    }

    private static Response handshake(TestServer server, String path, String... headers) throws Exception {
        try (RawWebSocket client = RawWebSocket.connect(server.port())) {
            return client.handshake(path, headers);
        }
    }

    /** Behind a proxy, so that the address is none of this machine. */
    private static Configuration proxied(Configuration configuration) {
        return ScriptedIdentities.required(configuration)
                .with(SecuritySettings.TRUSTED_PROXIES, List.of("127.0.0.1"))
                .with(SecuritySettings.BAN_AFTER, 2);
    }

    @Test
    void whoBringsTokensThatDoNotHoldIsBannedFromEverywhere() throws Exception {
        try (TestServer server = TestServer.start(AccessTest::proxied)) {
            String[] from = {"X-Forwarded-For", "203.0.113.9"};
            get(server, "/api/state?token=forged", from);
            get(server, "/api/state?token=forged", from);
            HttpResponse<String> banned = get(server, "/api/state?token=ann", from);
            assertThat(banned.statusCode()).isEqualTo(429);
            assertThat(banned.body()).matches("\\{\"error\":\"Banned for (299|300) s\"}");
            assertThat(banned.headers().firstValue("retry-after").orElse("")).isIn("299", "300");
            Response refused = handshake(server, "/ws/swarm?token=ann", from);
            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.reason()).matches("Banned for (299|300) s");
            assertThat(get(server, "/api/state?token=ann", "X-Forwarded-For", "203.0.113.10")
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void whoAsksTooOftenComesBackLater() throws Exception {
        try (TestServer server = TestServer.start(configuration -> proxied(configuration)
                .with(SecuritySettings.HANDSHAKE_RATE, new Rate(1, Duration.ofHours(1)))
                .with(SecuritySettings.HANDSHAKE_BURST, 2))) {
            String[] from = {"X-Forwarded-For", "203.0.113.9"};
            assertThat(get(server, "/api/state?token=ann", from).statusCode()).isEqualTo(200);
            assertThat(handshake(server, "/ws/swarm?token=ann", from).status()).isEqualTo(101);
            assertThat(handshake(server, "/ws/swarm?token=ann", from).status()).isEqualTo(503);
            HttpResponse<String> later = get(server, "/api/state?token=ann", from);
            assertThat(later.statusCode()).isEqualTo(503);
            assertThat(later.headers().firstValue("retry-after")).isPresent();
            assertThat(server.count(Counter.HANDSHAKES_OVER_RATE)).isEqualTo(2);
        }
    }

    @Test
    void oneMayHaveSoManyConnectionsWhereverTheyComeFrom() throws Exception {
        try (TestServer server = TestServer.start(configuration ->
                        ScriptedIdentities.required(configuration).with(SecuritySettings.IDENTITY_CONNECTIONS, 1));
                RawWebSocket first = RawWebSocket.open(server.port(), "/ws/swarm?token=ann")) {
            assertThat(first.read().text()).contains("connected");
            Response refused = handshake(server, "/ws/events?token=ann");
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.reason()).isEqualTo("Maximum connections of \"ann\" reached");
            assertThat(get(server, "/api/events?token=ann").statusCode()).isEqualTo(503);
            assertThat(handshake(server, "/ws/events?token=bob").status()).isEqualTo(101);
            try (RawWebSocket late = RawWebSocket.open(server.port(), "/ws/events")) {
                late.text("{\"type\":\"auth\",\"token\":\"ann\"}");
                assertThat(late.next(RawWebSocket.CLOSE).closeCode()).isEqualTo(1013);
            }
        }
    }

    @Test
    void messagesAboveTheRateAreRefusedAndThenTheConnectionIsClosed() throws Exception {
        try (TestServer server = TestServer.start(configuration -> ScriptedIdentities.required(configuration)
                        .with(SecuritySettings.BAN_AFTER, 3)
                        .with(SecuritySettings.VIEWER_BURST, 2));
                RawWebSocket client = RawWebSocket.open(server.port(), "/ws/events?token=ann")) {
            for (int i = 0; i < 5; i++) {
                client.text("not even JSON");
            }
            assertThat(client.nextText("\"code\":1003")).contains("Rate limit exceeded; ");
            assertThat(client.next(RawWebSocket.CLOSE).closeReason()).isEqualTo("Banned for 300 s: too many messages");
            Response refused = handshake(server, "/ws/events?token=ann");
            assertThat(refused.status()).isEqualTo(429);
            assertThat(server.count(Counter.MESSAGES_INVALID)).isEqualTo(2);
        }
    }

    @Test
    void whoHasGoneWhenItIsKnownTakesNoPlace() throws Exception {
        try (TestServer server = TestServer.start(
                configuration -> ScriptedIdentities.required(configuration).with(Settings.EVENT_LOOPS, 1))) {
            try (RawWebSocket gone = RawWebSocket.connect(server.port())) {
                gone.write("GET /api/events/stream?token=ann:after=500 HTTP/1.1\r\nHost: localhost\r\n\r\n"
                        .getBytes(StandardCharsets.US_ASCII));
            }
            await().until(() -> server.count(Counter.LOGINS) == 1);
            // By the same loop, so that all is done that follows the login.
            assertThat(get(server, "/health").statusCode()).isEqualTo(200);
            assertThat(server.server().connections()).isZero();
        }
    }

    @Test
    void aStreamOfEventsEndsWithItsLogin() throws Exception {
        try (TestServer server = required()) {
            HttpResponse<String> whole = get(server, "/api/events/stream?token=ann:expires=800");
            assertThat(whole.statusCode()).isEqualTo(200);
            assertThat(whole.body()).contains("retry:");
            assertThat(server.count(Counter.LOGINS_EXPIRED)).isEqualTo(1);
            await().until(() -> server.server().connections() == 0);
        }
    }

    @Test
    void aProducersLoginEndsWithItsToken() throws Exception {
        try (TestServer server = TestServer.start(ScriptedIdentities::required, new IngestSource());
                RawWebSocket producer =
                        RawWebSocket.open(server.port(), "/ws/ingest?token=ann:may=ingest:expires=800")) {
            assertThat(producer.next(RawWebSocket.CLOSE).closeCode()).isEqualTo(4401);
        }
    }

    @Test
    void aProducersLoginEndsAfterTheSessionTimeoutAndItMayComeBack() throws Exception {
        try (TestServer server = TestServer.start(
                        configuration -> ScriptedIdentities.required(configuration)
                                .with(SecuritySettings.SESSION_TIMEOUT, Duration.ofSeconds(1)),
                        new IngestSource());
                RawWebSocket producer = RawWebSocket.open(server.port(), "/ws/ingest?token=ann:may=ingest")) {
            Frame close = producer.next(RawWebSocket.CLOSE);
            assertThat(close.closeReason()).isEqualTo("Login expired");
            assertThat(close.closeCode()).isEqualTo(4401);
            assertThat(server.count(Counter.LOGINS_EXPIRED)).isEqualTo(1);
            try (RawWebSocket again = RawWebSocket.open(server.port(), "/ws/ingest?token=ann:may=ingest")) {
                assertThat(again.nextText("connected")).contains("client_id");
            }
        }
    }

    @Test
    void whoBroughtATokenOfTheSettingsIsNeverAskedToLeave() throws Exception {
        try (TestServer server = TestServer.start(
                        configuration -> ScriptedIdentities.required(configuration)
                                .with(Settings.INGEST_TOKEN, Optional.of(new Secret("sw0rdfish-42")))
                                .with(SecuritySettings.SESSION_TIMEOUT, Duration.ofSeconds(1)),
                        new IngestSource());
                RawWebSocket producer = RawWebSocket.open(server.port(), "/ws/ingest?token=sw0rdfish-42");
                RawWebSocket other = RawWebSocket.open(server.port(), "/ws/ingest?token=ann:may=ingest")) {
            assertThat(other.next(RawWebSocket.CLOSE).closeCode()).isEqualTo(4401);
            producer.text("{\"type\":\"ping\",\"t\":7}");
            assertThat(producer.nextText("pong")).contains("7");
            assertThat(server.count(Counter.LOGINS_EXPIRED)).isEqualTo(1);
        }
    }

    @Test
    void theTokenOfProducersWatchesNothingWhereThatTakesAToken() throws Exception {
        try (TestServer server = TestServer.start(
                configuration -> ScriptedIdentities.required(configuration)
                        .with(Settings.INGEST_TOKEN, Optional.of(new Secret("ingest-42")))
                        .with(EventSettings.PUBLISH_TOKEN, Optional.of(new Secret("publish-42"))),
                new IngestSource())) {
            try (RawWebSocket producer = RawWebSocket.open(server.port(), "/ws/ingest?token=ingest-42");
                    RawWebSocket viewer = RawWebSocket.open(server.port(), "/ws/swarm?token=ingest-42");
                    RawWebSocket publisher = RawWebSocket.open(server.port(), "/ws/events?token=publish-42")) {
                assertThat(producer.nextText("connected")).contains("client_id");
                assertThat(viewer.next(RawWebSocket.CLOSE).closeReason())
                        .isEqualTo("\"producer\" lacks the permission watch");
                assertThat(publisher.nextText("connected")).contains("client_id");
            }
            assertThat(get(server, "/api/state?token=ingest-42").statusCode()).isEqualTo(403);
        }
    }
}
