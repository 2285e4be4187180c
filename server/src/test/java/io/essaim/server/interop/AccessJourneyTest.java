package io.essaim.server.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.essaim.server.config.Configuration;
import io.essaim.server.config.Rate;
import io.essaim.server.config.SecuritySettings;
import io.essaim.server.testing.RawWebSocket;
import io.essaim.server.testing.RawWebSocket.Frame;
import io.essaim.server.testing.RawWebSocket.Response;
import io.essaim.server.testing.SignedTokens;
import io.essaim.server.testing.TestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who may connect, and how much, as somebody meets it: over real sockets, with real tokens, behind a real nginx. */
@Timeout(120)
class AccessJourneyTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration BAN_TIME = Duration.ofSeconds(5);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final String PING = "{\"type\":\"ping\"}";

    /** Beyond what a viewer may send here, and beyond what it is banned for. */
    private static final int FLOOD = 30;

    @TempDir
    Path folder;

    private final SignedTokens keys = SignedTokens.of("first");
    private Path keyFile;
    private TestServer server;

    @BeforeEach
    void start() throws Exception {
        keyFile = Files.writeString(folder.resolve("keys.json"), keys.keySet());
        server = TestServer.start(this::settings);
    }

    private Configuration settings(Configuration configuration) {
        return configuration
                .with(SecuritySettings.JWT_KEYS, Optional.of(keyFile.toString()))
                .with(SecuritySettings.JWT_LEEWAY, Duration.ZERO)
                .with(SecuritySettings.RELOAD, Duration.ofMillis(100))
                .with(SecuritySettings.TRUSTED_PROXIES, List.of("127.0.0.1"))
                .with(SecuritySettings.VIEWER_RATE, new Rate(5, Duration.ofMinutes(1)))
                .with(SecuritySettings.VIEWER_BURST, 5)
                .with(SecuritySettings.BAN_AFTER, 5)
                .with(SecuritySettings.BAN_TIME, BAN_TIME);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void whoFloodsIsBannedForAWhileAndNobodyElseIs() throws Exception {
        try (RawWebSocket flooding = from("203.0.113.7")) {
            assertThat(banned(flooding)).isEqualTo("Banned for 5 s: too many messages");
        }
        Response refused = handshake("203.0.113.7");
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.reason()).matches("Banned for [1-5] s.*");
        assertThat(refused.headers().get("retry-after")).matches("[1-5]");
        assertThat(handshake("203.0.113.8").status()).isEqualTo(101);
        // It ends by itself.
        await().atMost(PATIENCE).until(() -> handshake("203.0.113.7").status() == 101);
    }

    @Test
    void aRoomThatATokenDoesNotNameIsRefusedAndTheRestGoesOn() throws Exception {
        try (RawWebSocket ann = loggedIn(keys.signed(SignedTokens.claims("ann", HOUR, ",\"rooms\":[\"general\"]")))) {
            ann.text("{\"type\":\"join\",\"id\":\"1\",\"room\":\"secret\"}");
            assertThat(ann.nextText("\"type\":\"error\""))
                    .contains("\"code\":1002", "room \\\"secret\\\" is not permitted", "\"id\":\"1\"");
            assertAnswers(ann);
        }
    }

    @Test
    void aTokenThatEndedLetsNobodyIn() throws Exception {
        try (RawWebSocket ann = loggedIn(keys.signed(SignedTokens.claims("ann", HOUR.negated(), "")))) {
            assertThat(ann.nextText("\"type\":\"error\"")).contains("\"code\":1002", "Invalid token");
            assertClosed(ann, 1008, "Invalid token");
        }
    }

    @Test
    void aLoginEndsWithItsTokenUnlessItIsRenewed() throws Exception {
        String brief = keys.signed(SignedTokens.claims("ann", Duration.ofSeconds(5), ""));
        try (RawWebSocket renewing = loggedIn(brief);
                RawWebSocket forgetful = loggedIn(brief)) {
            String next = keys.signed(SignedTokens.claims("ann", HOUR, ""));
            renewing.text("{\"type\":\"auth\",\"id\":\"r\",\"token\":\"" + next + "\"}");
            assertThat(renewing.nextText("\"type\":\"authenticated\""))
                    .contains("\"id\":\"r\"", "\"name\":\"ann\"", "\"expires_at\":");
            assertClosed(forgetful, 4401, "Login expired");
            assertAnswers(renewing);
        }
    }

    @Test
    void whenKeysAreExchangedOnlyTokensOfTheNewOnesHold() throws Exception {
        SignedTokens rotated = SignedTokens.of("second");
        String old = keys.signed(SignedTokens.claims("ann", HOUR, ""));
        try (RawWebSocket before = loggedIn(old)) {
            assertAnswers(before);
        }
        Path next = Files.writeString(folder.resolve("next.json"), rotated.keySet());
        Files.move(next, keyFile, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        String fresh = rotated.signed(SignedTokens.claims("ann", HOUR, ""));
        await().atMost(PATIENCE).until(() -> holds(fresh));
        assertThat(holds(old)).isFalse();
    }

    @Test
    void behindNginxWhoFloodsIsBannedWhateverItSaysOfItselfAndItsNeighbourIsNot() throws Exception {
        try (Nginx nginx = Nginx.inFrontOf(server.port(), folder, AccessJourneyTest::withAddresses)) {
            try (RawWebSocket flooding = through(nginx, "127.0.0.2", "198.51.100.1");
                    RawWebSocket neighbour = through(nginx, "127.0.0.3", "198.51.100.1")) {
                assertThat(banned(flooding)).isEqualTo("Banned for 5 s: too many messages");
                assertAnswers(neighbour);
            }
            for (String pretended : List.of("198.51.100.1", "198.51.100.2", "127.0.0.1", "203.0.113.3")) {
                try (RawWebSocket again =
                        RawWebSocket.over(local(nginx, "127.0.0.2"), "/ws/events", pretending(pretended))) {
                    throw new AssertionError(
                            "let in as " + pretended + ": " + again.read().text());
                } catch (IOException e) {
                    assertThat(e).hasMessageContaining("status=429").hasMessageContaining("Banned for");
                }
            }
            through(nginx, "127.0.0.3", "203.0.113.2").close();
        }
    }

    /** Loopback addresses have no limits: nginx tells of clients as if they came from elsewhere. */
    private static String withAddresses(String configuration) {
        return """
                map $remote_addr $client {
                    127.0.0.2 203.0.113.2;
                    127.0.0.3 203.0.113.3;
                }
                """
                + configuration
                        .replace("$proxy_add_x_forwarded_for", "\"$http_x_forwarded_for, $client\"")
                        .replace("X-Real-IP $remote_addr", "X-Real-IP $client");
    }

    private static RawWebSocket through(Nginx nginx, String address, String pretended) throws IOException {
        return RawWebSocket.over(local(nginx, address), "/ws/events", pretending(pretended));
    }

    private static Socket local(Nginx nginx, String address) throws IOException {
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress(InetAddress.getByName(address), 0));
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), nginx.port()));
        return socket;
    }

    private static String[] pretending(String address) {
        return new String[] {"X-Forwarded-For", address};
    }

    /** As a proxy on this machine would pass somebody on. */
    private RawWebSocket from(String address) throws IOException {
        return RawWebSocket.open(server.port(), "/ws/events", "X-Forwarded-For", address);
    }

    private Response handshake(String address) throws IOException {
        try (RawWebSocket client = RawWebSocket.connect(server.port())) {
            return client.handshake("/ws/events", "X-Forwarded-For", address);
        }
    }

    private RawWebSocket loggedIn(String token) throws IOException {
        return RawWebSocket.open(server.port(), "/ws/events", "Authorization", "Bearer " + token);
    }

    private boolean holds(String token) throws IOException {
        try (RawWebSocket client = loggedIn(token)) {
            return client.read().text().contains("\"type\":\"connected\"");
        }
    }

    /** Sends until it is banned, and returns what it is told. */
    private static String banned(RawWebSocket flooding) throws IOException {
        for (int i = 0; i < FLOOD; i++) {
            flooding.text(PING);
        }
        assertThat(flooding.nextText("\"type\":\"error\"")).contains("\"code\":1003", "Rate limit exceeded");
        Frame close = flooding.next(RawWebSocket.CLOSE);
        assertThat(close.closeCode()).isEqualTo(1008);
        return close.closeReason();
    }

    private static void assertAnswers(RawWebSocket client) throws IOException {
        client.text(PING);
        client.nextText("\"type\":\"pong\"");
    }

    private static void assertClosed(RawWebSocket client, int code, String reason) throws IOException {
        Frame close = client.next(RawWebSocket.CLOSE);
        assertThat(close.closeCode()).isEqualTo(code);
        assertThat(close.closeReason()).isEqualTo(reason);
    }
}
