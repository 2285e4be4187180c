package io.essaim.server.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.essaim.server.config.ByteSize;
import io.essaim.server.config.Configuration;
import io.essaim.server.config.Secret;
import io.essaim.server.config.Settings;
import io.essaim.server.observe.Counter;
import io.essaim.server.swarm.IngestSource;
import io.essaim.server.testing.RawWebSocket;
import io.essaim.server.testing.RawWebSocket.Frame;
import io.essaim.server.testing.RawWebSocket.Response;
import io.essaim.server.testing.TestServer;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may publish, and what a producer is closed for. */
@Timeout(120)
class IngestRefusalsTest {
    private static final String TOKEN = "sw0rdfish-42";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static TestServer start(UnaryOperator<Configuration> settings) throws IOException {
        return TestServer.start(settings, new IngestSource());
    }

    private static TestServer open() throws IOException {
        return start(configuration -> configuration);
    }

    private static TestServer withToken() throws IOException {
        return start(configuration -> configuration.with(Settings.INGEST_TOKEN, Optional.of(new Secret(TOKEN))));
    }

    @Test
    void withoutItsSourceThereIsNoIngest() throws Exception {
        try (TestServer server = TestServer.start();
                RawWebSocket client = RawWebSocket.connect(server.port())) {
            Response refused = client.handshake("/ws/ingest");
            assertThat(refused.status()).isEqualTo(404);
            assertThat(refused.reason()).isEqualTo("Ingest is off; start the server with --source=ingest");
            assertThat(server.get("/ws/ingest").body())
                    .isEqualTo("{\"error\":\"Ingest is off; start the server with --source=ingest\"}");
            assertThat(server.server().connections()).isZero();
        }
    }

    @Test
    void viewersAndProducersDoNotKeepEachOtherOut() throws Exception {
        try (TestServer server = start(configuration -> configuration
                        .with(Settings.MAX_CONNECTIONS, 1)
                        .with(Settings.MAX_PRODUCERS, 1)
                        .with(Settings.HEARTBEAT, Duration.ofMillis(200)));
                RawWebSocket producer = RawWebSocket.open(server.port(), "/ws/ingest");
                RawWebSocket viewer = RawWebSocket.open(server.port(), "/ws/swarm");
                RawWebSocket second = RawWebSocket.connect(server.port())) {
            assertThat(producer.read().text()).contains("connected");
            Response refused = second.handshake("/ws/ingest");
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.reason()).isEqualTo("Maximum producers reached");
            assertThat(refused.headers()).containsKey("retry-after");
            assertThat(server.count(Counter.PRODUCERS_OVER_LIMIT)).isEqualTo(1);
            assertThat(server.count(Counter.CONNECTIONS_OVER_LIMIT)).isZero();
            assertThat(server.get("/health").body()).contains("\"connections\":2,\"max_connections\":1");
            assertThat(viewer.nextText("\"type\":\"heartbeat\"")).contains("\"connections\":2");
            assertThat(server.server().connections()).isEqualTo(2);
            producer.frame(0x80 | RawWebSocket.CLOSE, new byte[] {3, (byte) 0xE8});
            await().atMost(PATIENCE).until(() -> server.server().connections() == 1);
            try (RawWebSocket third = RawWebSocket.connect(server.port())) {
                assertThat(third.handshake("/ws/ingest").status()).isEqualTo(101);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "81", // half a header
        "8184010203045A", // the same, with one of the four
        "01810102030460" // a first fragment and no more
    })
    void aMessageWhoseRestDoesNotComeIsClosed(String bytes) throws Exception {
        try (TestServer server =
                        start(configuration -> configuration.with(Settings.INGEST_TIMEOUT, Duration.ofSeconds(1)));
                RawWebSocket waiting = RawWebSocket.open(server.port(), "/ws/ingest");
                RawWebSocket amid = RawWebSocket.open(server.port(), "/ws/ingest")) {
            waiting.read();
            amid.read();
            amid.write(HexFormat.of().parseHex(bytes));
            Frame close = amid.next(RawWebSocket.CLOSE);
            assertThat(close.closeCode()).isEqualTo(1013);
            assertThat(close.closeReason()).isEqualTo("Message unfinished: nothing came for 1000 ms");
            assertThat(server.count(Counter.INGEST_UNFINISHED)).isEqualTo(1);
            // Who is amid nothing may be silent.
            waiting.text("{\"type\":\"ping\"}");
            assertThat(waiting.read().text()).contains("pong");
        }
    }

    /** Bytes that come now and then are no silence, and yet would hold the place for ever. */
    @Test
    void aMessageWhoseRestComesByteByByteIsClosed() throws Exception {
        try (TestServer server = start(configuration -> configuration
                        .with(Settings.PING_INTERVAL, Duration.ofMillis(500))
                        .with(Settings.PING_TIMEOUT, Duration.ofSeconds(1)));
                RawWebSocket slow = RawWebSocket.open(server.port(), "/ws/ingest")) {
            slow.read();
            slow.write(HexFormat.of().parseHex("81FE03E801020304"));
            await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).until(() -> {
                slow.write(new byte[1]);
                return server.count(Counter.INGEST_UNFINISHED) == 1;
            });
            Frame close = slow.next(RawWebSocket.CLOSE);
            assertThat(close.closeCode()).isEqualTo(1008);
            assertThat(close.closeReason()).isEqualTo("Message unfinished: begun more than 1000 ms ago (ping-timeout)");
        }
    }

    @ParameterizedTest
    @CsvSource({"/ws/ingest?token=" + TOKEN, "/ws/ingest?access_token=" + TOKEN, "/ws/ingest?fps=1&token=sw0rdfish%2D42"
    })
    void theTokenMayStandInTheUrl(String path) throws Exception {
        try (TestServer server = withToken();
                RawWebSocket producer = RawWebSocket.connect(server.port())) {
            assertThat(producer.handshake(path).status()).isEqualTo(101);
        }
    }

    @ParameterizedTest
    @CsvSource({"Bearer " + TOKEN, "bearer " + TOKEN, "BEARER   " + TOKEN})
    void theTokenMayStandInTheHeaderWhereverTheProducerIs(String authorization) throws Exception {
        try (TestServer server = withToken();
                RawWebSocket producer = RawWebSocket.connect(server.port())) {
            assertThat(producer.handshake("/ws/ingest", "Authorization", authorization, "X-Forwarded-For", "192.0.2.7")
                            .status())
                    .isEqualTo(101);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "none",
            value = {
                "/ws/ingest|none|Publishing needs a token: Authorization: Bearer TOKEN, or ?access_token= or ?token=",
                "/ws/ingest|Basic c3cwcmRmaXNoLTQy|Publishing needs a token",
                "/ws/ingest|Bearer|Publishing needs a token",
                "/ws/ingest?token=|none|Publishing needs a token",
                "/ws/ingest?token=sw0rdfish-4|none|The token is not that of producers",
                "/ws/ingest?token=sw0rdfish-422|none|The token is not that of producers",
                "/ws/ingest?token=SW0RDFISH-42|none|The token is not that of producers",
                "/ws/ingest?token=sw0rdfish-42|Bearer wrong|The token is not that of producers",
                "/ws/ingest?token=***|none|The token is not that of producers"
            })
    void aMissingOrWrongTokenIsRefusedWith401(String path, String authorization, String reason) throws Exception {
        try (TestServer server = withToken();
                RawWebSocket producer = RawWebSocket.connect(server.port())) {
            Response refused = producer.handshake(path, "Authorization", authorization == null ? "" : authorization);
            assertThat(refused.status()).isEqualTo(401);
            assertThat(refused.reason()).startsWith(reason).doesNotContain(TOKEN);
            assertThat(refused.headers()).containsEntry("www-authenticate", "Bearer");
            assertThat(server.count(Counter.INGEST_REFUSED)).isEqualTo(1);
            assertThat(server.server().connections()).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "X-Forwarded-For, 127.0.0.1, 'is not open through a proxy (X-Forwarded-For was sent)'",
        "Forwarded, for=127.0.0.1, 'is not open through a proxy (Forwarded was sent)'",
        "X-Real-IP, 127.0.0.1, 'is not open through a proxy (X-Real-IP was sent)'",
        "x-forwarded-proto, https, 'is not open through a proxy (x-forwarded-proto was sent)'",
        "X-Forwarded-Host, 127.0.0.1, 'is not open through a proxy (X-Forwarded-Host was sent)'",
        "X-Client-IP, 127.0.0.1, 'is not open through a proxy (X-Client-IP was sent)'",
        "CF-Connecting-IP, 127.0.0.1, 'is not open through a proxy (CF-Connecting-IP was sent)'",
        "True-Client-IP, 127.0.0.1, 'is not open through a proxy (True-Client-IP was sent)'",
        "X-Original-Host, 127.0.0.1, 'is not open through a proxy (X-Original-Host was sent)'",
        "Via, 1.1 cache, 'is not open through a proxy (Via was sent)'",
        "Host, swarm.example, 'is open to those only who ask for localhost, 127.0.0.1 or [::1] (Host is \"swarm.example\")'",
        "Host, 127.0.0.1.example, 'is open to those only who ask for localhost, 127.0.0.1 or [::1] (Host is \"127.0.0.1.example\")'",
        "Origin, http://127.0.0.1:1, is not open to web pages of another Origin"
    })
    void withoutATokenNobodyElseThanThisMachineMayPublish(String header, String value, String reason) throws Exception {
        try (TestServer server = open();
                RawWebSocket producer = RawWebSocket.connect(server.port())) {
            Response refused = producer.handshake("/ws/ingest", header, value);
            assertThat(refused.status()).isEqualTo(403);
            assertThat(refused.reason())
                    .isEqualTo("Without --ingest-token publishing " + reason + "; start the server with a token");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://example.org", "null", "http://["})
    void aPageOfAnotherPlaceMayNotPublishWhateverItsToken(String origin) throws Exception {
        try (TestServer server = withToken();
                RawWebSocket producer = RawWebSocket.connect(server.port())) {
            Response refused = producer.handshake("/ws/ingest", "Origin", origin, "Authorization", "Bearer " + TOKEN);
            assertThat(refused.status()).isEqualTo(403);
            assertThat(refused.reason()).isEqualTo("Unauthorized origin");
            assertThat(server.count(Counter.ORIGINS_REFUSED)).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:8001", "localhost", "LocalHost:80", "[::1]:8001", "[::1]", "127.1.2.3"})
    void withoutATokenAnyNameOfThisMachineWillDo(String host) throws Exception {
        try (TestServer server = open();
                RawWebSocket producer = RawWebSocket.connect(server.port())) {
            assertThat(producer.handshake("/ws/ingest", "Host", host).status()).isEqualTo(101);
        }
    }

    @Test
    void aPageWhoseNamePointsHereIsForeignAllTheSame() throws Exception {
        try (TestServer server = open();
                RawWebSocket rebound = RawWebSocket.connect(server.port());
                RawWebSocket own = RawWebSocket.connect(server.port())) {
            assertThat(rebound.handshake(
                                    "/ws/ingest", "Host", "evil.example:8001", "Origin", "http://evil.example:8001")
                            .status())
                    .isEqualTo(403);
            assertThat(own.handshake("/ws/ingest", "Host", "localhost:8001", "Origin", "http://localhost:8001")
                            .status())
                    .isEqualTo(101);
        }
    }

    @Test
    void anotherMachineMayNotPublishWithoutAToken() throws Exception {
        Optional<InetAddress> outside = NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
                .findFirst();
        Assumptions.assumeTrue(outside.isPresent(), "no address but loopback");
        try (TestServer server = start(configuration ->
                        configuration.with(Settings.HOST, "0.0.0.0").with(Settings.ALLOW_ANONYMOUS, true));
                Socket socket = new Socket(outside.orElseThrow(), server.port())) {
            socket.getOutputStream()
                    .write(String.join(
                                    "\r\n",
                                    "GET /ws/ingest HTTP/1.1",
                                    "Host: a",
                                    "Upgrade: websocket",
                                    "Connection: Upgrade",
                                    "Sec-WebSocket-Version: 13",
                                    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                                    "",
                                    "")
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 403 ")
                    .contains("is open to the server's own machine only");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Sec-WebSocket-Version, 8, 426",
        "Sec-WebSocket-Key, short, 400",
        "Sec-WebSocket-Protocol, graphql-ws, 400"
    })
    void theHandshakeIsHeldToTheSameRules(String header, String value, int status) throws Exception {
        try (TestServer server = withToken();
                RawWebSocket producer = RawWebSocket.connect(server.port())) {
            assertThat(producer.handshake("/ws/ingest", header, value).status()).isEqualTo(status);
        }
    }

    @Test
    void aMalformedUrlIsRefused() throws Exception {
        try (TestServer server = withToken();
                RawWebSocket producer = RawWebSocket.connect(server.port())) {
            Response refused = producer.handshake("/ws/ingest?token=%zz");
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.reason()).isEqualTo("Malformed URL: the % at 17 needs two hexadecimal digits behind it");
        }
    }

    @ParameterizedTest
    @CsvSource({
        // head byte, payload in hex, close code
        "C1, 61, 1002", // RSV1 without an extension
        "83, 61, 1002", // unknown data opcode
        "80, 61, 1002", // continuation of nothing
        "09, 61, 1002", // fragmented ping
        "88, 03, 1002", // close with one byte
        "81, FF, 1007", // text that is not UTF-8
        "81, EDA080, 1007", // a surrogate
        "81, 7B2274797065223A22737761726D5F7374617465222C226167656E7473223A5BFF5D7D, 1007", // likewise, in a state
        "88, 03E8FF, 1007" // close reason that is not UTF-8
    })
    void aViolationOfRfc6455ClosesWithItsCode(String head, String payload, int code) throws Exception {
        try (TestServer server = open();
                RawWebSocket producer = RawWebSocket.open(server.port(), "/ws/ingest")) {
            producer.frame(Integer.parseInt(head, 16), HexFormat.of().parseHex(payload));
            assertThat(producer.next(RawWebSocket.CLOSE).closeCode()).isEqualTo(code);
            await().atMost(PATIENCE).until(() -> server.count(Counter.PROTOCOL_ERRORS) == 1);
        }
    }

    @Test
    void overItsLimitAMessageClosesWhetherWholeOrInFragments() throws Exception {
        try (TestServer server =
                        start(configuration -> configuration.with(Settings.INGEST_MAX_MESSAGE, ByteSize.mebibytes(1)));
                RawWebSocket whole = RawWebSocket.open(server.port(), "/ws/ingest");
                RawWebSocket pieces = RawWebSocket.open(server.port(), "/ws/ingest")) {
            whole.frame(0x80 | RawWebSocket.TEXT, new byte[20 << 20]);
            assertThat(whole.next(RawWebSocket.CLOSE).closeCode()).isEqualTo(1009);
            assertThat(whole.endsNow()).isTrue();
            byte[] piece = "x".repeat(1 << 18).getBytes(StandardCharsets.US_ASCII);
            pieces.frame(RawWebSocket.TEXT, piece);
            for (int i = 0; i < 3; i++) {
                pieces.frame(0, piece);
            }
            pieces.frame(0x80, new byte[1]);
            assertThat(pieces.next(RawWebSocket.CLOSE).closeCode()).isEqualTo(1009);
        }
    }

    @Test
    void viewersKeepTheirLimitAndSoDoSmallMessagesOfProducers() throws Exception {
        try (TestServer server = open();
                RawWebSocket viewer = RawWebSocket.open(server.port(), "/ws/swarm");
                RawWebSocket producer = RawWebSocket.open(server.port(), "/ws/ingest")) {
            viewer.frame(0x80 | RawWebSocket.TEXT, new byte[64_001]);
            assertThat(viewer.next(RawWebSocket.CLOSE).closeCode()).isEqualTo(1009);
            producer.read();
            producer.text("{\"type\":\"ping\",\"t\":" + " ".repeat(64_000) + "1}");
            assertThat(producer.read().text()).contains("a message of 64021 bytes that is no state");
        }
    }

    @Test
    void whoAsksWithoutReadingTheAnswersIsClosed() throws Exception {
        try (TestServer server = open();
                RawWebSocket producer = RawWebSocket.open(server.port(), 4 << 10, "/ws/ingest")) {
            try {
                while (server.count(Counter.QUEUE_OVERFLOWS) == 0) {
                    producer.text("{\"type\":\"ping\",\"t\":1}");
                }
            } catch (IOException e) {
                // The server reads no more, or has closed.
                assertThat(server.count(Counter.CONNECTIONS)).isEqualTo(1);
            }
            await().atMost(PATIENCE).until(() -> server.count(Counter.QUEUE_OVERFLOWS) == 1);
        }
    }

    @Test
    void aDrainTellsProducersWhenToComeBack() throws Exception {
        TestServer server = start(configuration -> configuration.with(Settings.DRAIN_WINDOW, Duration.ofMillis(100)));
        try (RawWebSocket producer = RawWebSocket.open(server.port(), "/ws/ingest")) {
            producer.read();
            Thread drain = new Thread(() -> drain(server));
            drain.start();
            Frame close = producer.next(RawWebSocket.CLOSE);
            assertThat(close.closeCode()).isEqualTo(1012);
            assertThat(close.closeReason()).matches("Server draining; retry_after_ms=[0-9]+");
            producer.frame(0x80 | RawWebSocket.CLOSE, new byte[] {3, (byte) 0xF4});
            drain.join();
        }
    }

    private static void drain(TestServer server) {
        try {
            server.server().drain();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
