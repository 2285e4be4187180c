package io.essaim.server.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.essaim.protocol.Message;
import io.essaim.protocol.sbe.SbeMessageEncoder;
import io.essaim.server.config.SecuritySettings;
import io.essaim.server.config.Settings;
import io.essaim.server.observe.Counter;
import io.essaim.server.testing.RawWebSocket;
import io.essaim.server.testing.RawWebSocket.Frame;
import io.essaim.server.testing.RawWebSocket.Response;
import io.essaim.server.testing.ScriptedIdentities;
import io.essaim.server.testing.TestServer;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is let in on a WebSocket, by which token, and for how long. */
@Timeout(60)
class LoginTest {
    private static TestServer required() throws Exception {
        return TestServer.start(ScriptedIdentities::required);
    }

    private static RawWebSocket open(TestServer server, String path, String... headers) throws Exception {
        return RawWebSocket.open(server.port(), path, headers);
    }

    private static void auth(RawWebSocket client, String token) throws Exception {
        client.text("{\"type\":\"auth\",\"id\":\"1\",\"token\":\"" + token + "\"}");
    }

    private static JsonObject error(Frame frame) {
        JsonObject error = new JsonObject(frame.text());
        assertThat(error.getString("type")).isEqualTo("error");
        return error.getJsonObject("data");
    }

    private static void closes(RawWebSocket client, int code, String reason) throws Exception {
        Frame close = client.next(RawWebSocket.CLOSE);
        assertThat(close.closeReason()).isEqualTo(reason);
        assertThat(close.closeCode()).isEqualTo(code);
    }

    @ParameterizedTest
    @CsvSource({
        "/ws/swarm, Authorization, Bearer ann",
        "/ws/swarm, authorization, bearer   ann",
        "/ws/swarm?access_token=ann, X-None, none",
        "/ws/swarm?token=ann, X-None, none",
        "/ws/swarm, Sec-WebSocket-Protocol, 'essaim.v1.json, essaim.token.ann'",
        "/ws/swarm, Sec-WebSocket-Protocol, 'essaim.token.ann, essaim.v1.json'",
        "/ws/swarm, Sec-WebSocket-Protocol, essaim.token.ann"
    })
    void aTokenMayComeByTheHeaderTheUrlOrASubprotocol(String path, String header, String value) throws Exception {
        try (TestServer server = required();
                RawWebSocket client = RawWebSocket.connect(server.port())) {
            Response response = client.handshake(path, header, value);
            assertThat(response.status()).isEqualTo(101);
            // Never told again.
            assertThat(response.headers().getOrDefault("sec-websocket-protocol", ""))
                    .isEqualTo(value.contains("essaim.v1.json") ? "essaim.v1.json" : "");
            assertThat(client.read().text()).contains("\"type\":\"connected\"");
            assertThat(server.count(Counter.LOGINS)).isEqualTo(1);
        }
    }

    @Test
    void theHeaderCountsBeforeTheUrlAndThatBeforeASubprotocol() throws Exception {
        try (TestServer server = required();
                RawWebSocket byHeader = open(server, "/ws/swarm?token=forged", "Authorization", "Bearer ann");
                RawWebSocket byUrl =
                        open(server, "/ws/swarm?token=ann", "Sec-WebSocket-Protocol", "essaim.token.forged")) {
            assertThat(byHeader.read().text()).contains("connected");
            assertThat(byUrl.read().text()).contains("connected");
        }
    }

    @Test
    void unknownSubprotocolsBesideATokenAreRefusedAsWithoutOne() throws Exception {
        try (TestServer server = required();
                RawWebSocket client = RawWebSocket.connect(server.port())) {
            Response response = client.handshake("/ws/swarm", "Sec-WebSocket-Protocol", "graphql-ws, essaim.token.ann");
            assertThat(response.status()).isEqualTo(400);
            assertThat(response.reason()).doesNotContain("ann");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/ws/swarm",
                "/ws/frequency",
                "/ws/events",
                "/ws/dashboard",
                "/ws/simulation",
                "/ws/events?profile=seneca"
            })
    void aTokenThatDoesNotHoldIsToldSoAndClosed(String path) throws Exception {
        try (TestServer server = TestServer.start(ScriptedIdentities::known)) {
            try (RawWebSocket client = open(server, path, "Authorization", "Bearer forged")) {
                JsonObject error = error(client.read());
                assertThat(error.getInteger("code")).isEqualTo(1002);
                assertThat(error.getString("message")).isEqualTo("Invalid token");
                closes(client, 1008, "Invalid token");
                assertThat(server.count(Counter.LOGINS_REJECTED)).isEqualTo(1);
            }
            await().until(() -> server.server().connections() == 0);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ann%20", "ann%00", "%C3%A4nn"})
    void whatCanBeNoTokenDoesNotReachThoseWhoKnowTokens(String token) throws Exception {
        try (TestServer server = required();
                RawWebSocket client = open(server, "/ws/swarm?token=" + token);
                RawWebSocket longer = open(server, "/ws/swarm?access_token=" + "a".repeat(3_500))) {
            closes(client, 1008, "Invalid token");
            assertThat(longer.read().text()).contains("connected");
        }
    }

    @Test
    void theErrorHasTheShapeThatSimulationsKnow() throws Exception {
        try (TestServer server = required();
                RawWebSocket client = open(server, "/ws/simulation?token=forged")) {
            JsonObject error = new JsonObject(client.read().text());
            assertThat(error.fieldNames()).containsExactlyInAnyOrder("type", "data", "timestamp");
            assertThat(error.getJsonObject("data").getInteger("code")).isEqualTo(1002);
        }
    }

    @Test
    void whereNobodyHasToLogInAndNoTokenIsKnownOneIsIgnored() throws Exception {
        try (TestServer server = TestServer.start();
                RawWebSocket client = open(server, "/ws/swarm?token=whatever")) {
            assertThat(client.read().text()).contains("connected");
            auth(client, "another");
            assertThat(client.nextText("\"type\":\"authenticated\"")).contains("anonymous");
            assertThat(server.count(Counter.LOGINS)).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({"undecided", "failing", "stuck"})
    void nobodyIsLetInWhileItCannotBeTold(String token) throws Exception {
        try (TestServer server = TestServer.start(configuration -> ScriptedIdentities.required(configuration)
                        .with(Settings.HANDSHAKE_TIMEOUT, Duration.ofSeconds(2)));
                RawWebSocket client = RawWebSocket.connect(server.port())) {
            Response refused = client.handshake("/ws/swarm", "Authorization", "Bearer " + token);
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.headers()).containsKey("retry-after");
            assertThat(server.count(Counter.LOGINS_UNDECIDED)).isEqualTo(1);
            await().until(() -> server.server().connections() == 0);
        }
    }

    @Test
    @SuppressWarnings("StringConcatToTextBlock") // lines end by CR LF
    void aHandshakeWaitsForTheAnswerAndHoldsNobodyElseUp() throws Exception {
        try (TestServer server = TestServer.start(configuration ->
                        ScriptedIdentities.required(configuration).with(Settings.EVENT_LOOPS, 1));
                RawWebSocket slow = RawWebSocket.connect(server.port())) {
            slow.write(("GET /ws/swarm?token=ann:after=1000 HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n"
                            + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            await().until(() -> server.server().connections() == 1);
            try (RawWebSocket quick = open(server, "/ws/swarm?token=bob")) {
                assertThat(quick.read().text()).contains("connected");
                assertThat(server.count(Counter.LOGINS)).isEqualTo(1);
            }
            assertThat(slow.request("").status()).isEqualTo(101);
            assertThat(slow.read().text()).contains("connected");
        }
    }

    @Test
    void whoMayNotWatchIsToldWhichPermissionIsMissing() throws Exception {
        try (TestServer server = required();
                RawWebSocket client = open(server, "/ws/swarm?token=ann:may=publish")) {
            JsonObject error = error(client.read());
            assertThat(error.getInteger("code")).isEqualTo(1002);
            assertThat(error.getString("message")).isEqualTo("\"ann\" lacks the permission watch");
            closes(client, 1008, "\"ann\" lacks the permission watch");
            assertThat(server.count(Counter.PERMISSIONS_REFUSED)).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/ws/swarm", "/ws/frequency", "/ws/events", "/ws/dashboard", "/ws/events?profile=seneca"})
    void nothingIsSentBeforeTheLoginAndEverythingAfterIt(String path) throws Exception {
        try (TestServer server = TestServer.start(configuration ->
                        ScriptedIdentities.required(configuration).with(Settings.HEARTBEAT, Duration.ofMillis(100)));
                RawWebSocket client = open(server, path);
                RawWebSocket other = open(server, "/ws/swarm?token=bob")) {
            // Heartbeats and frames went to somebody else meanwhile.
            other.nextText("\"type\":\"heartbeat\"");
            other.nextText("\"type\":\"heartbeat\"");
            auth(client, "ann");
            JsonObject first = new JsonObject(client.read().text());
            assertThat(first.getString("type")).isEqualTo("authenticated");
            assertThat(first.getString("id")).isEqualTo("1");
            assertThat(first.getString("name")).isEqualTo("ann");
            assertThat(Instant.parse(first.getString("expires_at")))
                    .isBetween(Instant.now().plusSeconds(3_500), Instant.now().plusSeconds(3_601));
            assertThat(client.read().text()).doesNotContain("\"type\":\"error\"");
            assertThat(server.count(Counter.LOGINS)).isEqualTo(2);
        }
    }

    @Test
    void whatFollowsTheTokenWaitsUntilItIsLookedAt() throws Exception {
        try (TestServer server = required();
                RawWebSocket client = open(server, "/ws/events")) {
            auth(client, "ann:after=300");
            client.text("{\"type\":\"ping\",\"t\":7}");
            assertThat(client.read().text()).contains("authenticated");
            assertThat(client.nextText("\"type\":\"pong\"")).contains("7");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"type\":\"ping\"}", "{\"type\":\"subscribe\"}", "nonsense", "{\"type\":\"auth\"}"})
    void anythingElseThanALoginIsRefused(String message) throws Exception {
        try (TestServer server = required();
                RawWebSocket client = open(server, "/ws/swarm")) {
            client.text(message);
            JsonObject error = error(client.read());
            assertThat(error.getInteger("code")).isEqualTo(1002);
            assertThat(error.getString("message")).isEqualTo("Log in first: {\"type\":\"auth\",\"token\":\"…\"}");
            closes(client, 1008, "Log in first: {\"type\":\"auth\",\"token\":\"…\"}");
        }
    }

    @Test
    void aFirstTokenThatDoesNotHoldIsToldSoAndClosed() throws Exception {
        try (TestServer server = required();
                RawWebSocket client = open(server, "/ws/swarm")) {
            auth(client, "forged");
            assertThat(error(client.read()).getString("message")).isEqualTo("Invalid token");
            closes(client, 1008, "Invalid token");
        }
    }

    @Test
    void aFirstTokenThatNobodyCanLookAtMayComeBack() throws Exception {
        try (TestServer server = required();
                RawWebSocket client = open(server, "/ws/swarm")) {
            auth(client, "undecided");
            closes(client, 1013, "Nobody can tell now whether the token holds; try again later");
        }
    }

    @Test
    void whoSendsNoTokenInTimeIsClosedWithoutAWord() throws Exception {
        try (TestServer server = TestServer.start(configuration -> ScriptedIdentities.required(configuration)
                .with(SecuritySettings.LOGIN_TIMEOUT, Duration.ofMillis(300)))) {
            try (RawWebSocket client = open(server, "/ws/swarm")) {
                Frame close = client.read();
                assertThat(close.opcode()).isEqualTo(RawWebSocket.CLOSE);
                assertThat(close.closeReason()).isEqualTo("Login timeout");
                assertThat(close.closeCode()).isEqualTo(1008);
                assertThat(server.count(Counter.LOGIN_TIMEOUTS)).isEqualTo(1);
            }
            await().until(() -> server.server().connections() == 0);
        }
    }

    @Test
    void whoIsStillLookedAtWhenItsTimeIsUpIsClosedAsWell() throws Exception {
        try (TestServer server = TestServer.start(configuration -> ScriptedIdentities.required(configuration)
                        .with(SecuritySettings.LOGIN_TIMEOUT, Duration.ofMillis(300)));
                RawWebSocket client = open(server, "/ws/swarm")) {
            auth(client, "stuck");
            assertThat(client.read().closeReason()).isEqualTo("Login timeout");
        }
    }

    private static TestServer withTwelvePlaces() throws Exception {
        return TestServer.start(configuration -> ScriptedIdentities.required(configuration)
                .with(Settings.MAX_CONNECTIONS, 12)
                .with(SecuritySettings.LOGIN_TIMEOUT, Duration.ofMinutes(10)));
    }

    private static List<RawWebSocket> open(int count, TestServer server, String path) throws Exception {
        List<RawWebSocket> opened = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            opened.add(open(server, path));
        }
        return opened;
    }

    private static void isFull(TestServer server, String path, String reason) throws Exception {
        try (RawWebSocket client = RawWebSocket.connect(server.port())) {
            Response refused = client.handshake(path);
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.reason()).isEqualTo(reason);
            assertThat(refused.headers()).containsKey("retry-after");
        }
    }

    @Test
    void whoHasNotLoggedInTakesNoPlaceOfThoseWhoHave() throws Exception {
        try (TestServer server = withTwelvePlaces()) {
            List<RawWebSocket> waiting = open(10, server, "/ws/events");
            isFull(server, "/ws/events", "Maximum connections that are not logged in reached");
            assertThat(server.count(Counter.LOGINS_OVER_LIMIT)).isEqualTo(1);
            List<RawWebSocket> inside = open(12, server, "/ws/events?token=ann");
            isFull(server, "/ws/events?token=ann", "Maximum connections reached");
            auth(waiting.get(0), "ann");
            closes(waiting.get(0), 1013, "Maximum connections reached");
            assertThat(server.server().connections()).isEqualTo(22);
            inside.get(0).close();
            await().until(() -> server.server().connections() == 21);
            auth(waiting.get(1), "ann");
            assertThat(waiting.get(1).read().text()).contains("authenticated");
            inside.get(1).close();
            await().until(() -> server.server().connections() == 20);
            // Where the one waited who is in now there is room for another.
            try (RawWebSocket next = open(server, "/ws/events")) {
                auth(next, "ann");
                assertThat(next.read().text()).contains("authenticated");
            }
            for (RawWebSocket client : waiting) {
                client.close();
            }
            for (RawWebSocket client : inside) {
                client.close();
            }
            await().until(() -> server.server().connections() == 0);
        }
    }

    @Test
    void whoIsTurnedAwayAndStaysTakesNoPlaceEither() throws Exception {
        try (TestServer server = withTwelvePlaces()) {
            // None of these answers the close.
            List<RawWebSocket> turnedAway = open(10, server, "/ws/swarm?token=forged");
            isFull(server, "/ws/swarm?token=forged", "Maximum connections that are not logged in reached");
            List<RawWebSocket> inside = open(12, server, "/ws/events?token=ann");
            for (RawWebSocket client : turnedAway) {
                closes(client, 1008, "Invalid token");
                client.close();
            }
            await().until(() -> server.server().connections() == 12);
            for (RawWebSocket client : inside) {
                client.close();
            }
            await().until(() -> server.server().connections() == 0);
        }
    }

    @Test
    void aFaultAfterTheTokenEndsTheConnectionAndGivesItsPlaceBack() throws Exception {
        try (TestServer server = withTwelvePlaces();
                RawWebSocket client = open(server, "/ws/swarm", "Sec-WebSocket-Protocol", "essaim.v1.sbe")) {
            // Nobody can be told a name as long as this.
            client.binary(new SbeMessageEncoder().encode(new Message.Auth("1", "ann:times=70000")));
            await().until(() -> server.server().connections() == 0);
            assertThat(server.count(Counter.INTERNAL_ERRORS)).isEqualTo(1);
            assertThat(client.endsNow()).isTrue();
        }
    }

    @Test
    void aLoginEndsAfterTheSessionTimeout() throws Exception {
        try (TestServer server = TestServer.start(configuration -> ScriptedIdentities.required(configuration)
                        .with(SecuritySettings.SESSION_TIMEOUT, Duration.ofSeconds(1)));
                RawWebSocket client = open(server, "/ws/events?token=ann")) {
            closes(client, 4401, "Login expired");
            assertThat(server.count(Counter.LOGINS_EXPIRED)).isEqualTo(1);
        }
    }

    @Test
    void aLoginEndsWithItsTokenIfThatIsBefore() throws Exception {
        try (TestServer server = required();
                RawWebSocket client = open(server, "/ws/events?token=ann:expires=700")) {
            closes(client, 4401, "Login expired");
        }
    }

    @Test
    void aRenewedLoginGoesOn() throws Exception {
        try (TestServer server = required();
                RawWebSocket client = open(server, "/ws/events?token=ann:expires=1500")) {
            auth(client, "ann");
            assertThat(client.nextText("\"type\":\"authenticated\"")).contains("\"id\":\"1\"");
            Thread.sleep(2_500);
            client.text("{\"type\":\"ping\",\"t\":9}");
            assertThat(client.nextText("\"type\":\"pong\"")).contains("9");
            assertThat(server.count(Counter.LOGINS_RENEWED)).isEqualTo(1);
            assertThat(server.count(Counter.LOGINS)).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"bob, The token is of somebody else", "forged, Invalid token"})
    void aRenewalNeedsAnotherTokenOfTheSameOne(String token, String reason) throws Exception {
        try (TestServer server = required();
                RawWebSocket client = open(server, "/ws/events?token=ann")) {
            auth(client, token);
            assertThat(client.nextText("\"type\":\"error\"")).contains("1002", reason);
            closes(client, 1008, reason);
        }
    }

    @Test
    void otherPermissionsNeedAnotherConnection() throws Exception {
        try (TestServer server = required();
                RawWebSocket client = open(server, "/ws/events?token=ann")) {
            auth(client, "ann:may=watch+publish");
            closes(client, 4403, "Permissions changed; come back");
        }
    }

    @Test
    void whoCameWithoutATokenWhereNobodyHasToMayGiveItsName() throws Exception {
        try (TestServer server = TestServer.start(ScriptedIdentities::known);
                RawWebSocket client = open(server, "/ws/events");
                RawWebSocket more = open(server, "/ws/events")) {
            auth(client, "ann");
            assertThat(client.nextText("\"type\":\"authenticated\"")).contains("\"name\":\"ann\"");
            auth(more, "ann:may=watch+admin");
            closes(more, 1008, "Bring the token with the handshake: it permits other things than to come without one");
        }
    }

    @Test
    void aDrainingServerClosesThoseWhoHaveNotLoggedInAsWell() throws Exception {
        try (TestServer server = TestServer.start(configuration ->
                ScriptedIdentities.required(configuration).with(Settings.DRAIN_WINDOW, Duration.ofMillis(100)))) {
            Thread drain = new Thread(() -> {
                try {
                    server.server().drain();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            try (RawWebSocket client = open(server, "/ws/swarm")) {
                drain.start();
                assertThat(client.next(RawWebSocket.CLOSE).closeCode()).isEqualTo(1012);
            }
            drain.join();
        }
    }

    @Test
    void noTokenStandsInTheMetricsOrAnErrorOfTheServer() throws Exception {
        try (TestServer server = required();
                RawWebSocket client = RawWebSocket.connect(server.port())) {
            Response refused = client.handshake("/ws/swarm?token=undecided:may=watch");
            assertThat(refused.toString()).doesNotContain("undecided");
            assertThat(server.get("/metrics").body()).doesNotContain("undecided:may");
        }
    }
}
