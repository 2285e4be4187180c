package io.essaim.server.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.essaim.server.config.Settings;
import io.essaim.server.observe.Counter;
import io.essaim.server.testing.RawWebSocket;
import io.essaim.server.testing.RawWebSocket.Frame;
import io.essaim.server.testing.RawWebSocket.Response;
import io.essaim.server.testing.TestServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every refusal: its status before the upgrade, its close code after. */
@Timeout(60)
class RefusalsTest {
    @Test
    void overTheLimitTheUpgradeIsRefusedWith503BeforeAnyOtherCheck() throws Exception {
        try (TestServer server = TestServer.with(Settings.MAX_CONNECTIONS, 2)) {
            try (RawWebSocket first = RawWebSocket.open(server.port(), "/ws/swarm");
                    RawWebSocket second = RawWebSocket.open(server.port(), "/ws/frequency");
                    RawWebSocket third = RawWebSocket.connect(server.port())) {
                assertThat(first.read().text()).contains("connected");
                assertThat(second.read().text()).contains("frequency_update");
                Response refused = third.handshake("/ws/swarm", "Sec-WebSocket-Key", "nonsense");
                assertThat(refused.status()).isEqualTo(503);
                assertThat(refused.reason()).isEqualTo("Maximum connections reached");
                assertThat(refused.headers()).containsKey("retry-after");
                assertThat(server.count(Counter.CONNECTIONS_OVER_LIMIT)).isEqualTo(1);
            }
            await().until(() -> server.server().connections() == 0);
            try (RawWebSocket again = RawWebSocket.open(server.port(), "/ws/swarm")) {
                assertThat(again.read().text()).contains("connected");
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Sec-WebSocket-Key| |400|Sec-WebSocket-Key",
                "Sec-WebSocket-Key|c2hvcnQ=|400|Sec-WebSocket-Key",
                "Sec-WebSocket-Key|not base64!!|400|Sec-WebSocket-Key",
                "Sec-WebSocket-Version|8|426|Sec-WebSocket-Version",
                "Sec-WebSocket-Version|7|426|Sec-WebSocket-Version",
                "Sec-WebSocket-Version| |426|Sec-WebSocket-Version",
                "Host| |400|Host",
                "Upgrade|h2c|426|WebSocket",
                "Connection|keep-alive|426|WebSocket",
                "Sec-WebSocket-Protocol|graphql-ws|400|essaim.v1.sbe",
                "Sec-WebSocket-Protocol|a, b|400|essaim.v1.json",
                "Content-Length|9000|400|no body",
                "Transfer-Encoding|chunked|400|no body"
            })
    void aMalformedHandshakeIsRefused(String header, String value, int status, String reason) throws Exception {
        try (TestServer server = TestServer.start();
                RawWebSocket client = RawWebSocket.connect(server.port())) {
            Response refused = client.handshake("/ws/swarm", header, value == null ? "" : value);
            assertThat(refused.status()).isEqualTo(status);
            assertThat(refused.reason()).contains(reason);
            client.skipBody(refused);
            assertThat(client.endsNow()).isTrue();
            await().until(() -> server.server().connections() == 0);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /ws/swarm HTTP/1.0\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n",
                "GET /ws/swarm HTTP/9.9\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n",
                "GET /ws/swarm HTTP/1.1\r\nHost: a\r\nHost: b\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n",
                "POST /ws/swarm HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            })
    void anUpgradeThatIsNoHttp11GetForOneHostIsRefused(String head) throws Exception {
        try (TestServer server = TestServer.start();
                RawWebSocket client = RawWebSocket.connect(server.port())) {
            Response refused = client.request(
                    head + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
            assertThat(refused.status()).isIn(400, 405, 501, 505);
        }
    }

    @Test
    void aMalformedQueryIsRefusedAndItsPlaceGivenBack() throws Exception {
        try (TestServer server = TestServer.with(Settings.MAX_CONNECTIONS, 1)) {
            for (int i = 0; i < 3; i++) {
                try (RawWebSocket client = RawWebSocket.connect(server.port())) {
                    assertThat(client.handshake("/ws/swarm?fps=%zz").status()).isEqualTo(400);
                }
            }
            assertThat(server.server().connections()).isZero();
        }
    }

    @Test
    void nothingFollowsTheAnswerToAClose() throws Exception {
        try (TestServer server = TestServer.start();
                RawWebSocket client = RawWebSocket.open(server.port(), 8 << 10, "/ws/swarm")) {
            await().until(() -> server.count(Counter.FRAMES_SENT) > 1);
            client.frame(0x80 | RawWebSocket.CLOSE, new byte[] {3, (byte) 0xE8});
            assertThat(client.next(RawWebSocket.CLOSE).closeCode()).isEqualTo(1000);
            assertThat(client.endsNow()).isTrue();
        }
    }

    @Test
    void aKnownSubprotocolAmongUnknownOnesIsTaken() throws Exception {
        try (TestServer server = TestServer.start();
                RawWebSocket client = RawWebSocket.connect(server.port())) {
            Response response = client.handshake(
                    "/ws/swarm", "Sec-WebSocket-Protocol", "unheard.of, essaim.v1.sbe, essaim.v1.json");
            assertThat(response.status()).isEqualTo(101);
            assertThat(response.headers()).containsEntry("sec-websocket-protocol", "essaim.v1.sbe");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"fps=0", "fps=abc", "fps=-1", "fps=241", "fps=", "fps=1e3", "fps=99999999999"})
    void anFpsThatMakesNoSenseIsRefusedWithItsLimits(String query) throws Exception {
        try (TestServer server = TestServer.start();
                RawWebSocket client = RawWebSocket.connect(server.port())) {
            Response refused = client.handshake("/ws/swarm?" + query);
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.reason()).isEqualTo("fps must be a whole number from 1 to 240");
        }
    }

    @ParameterizedTest
    @CsvSource({
        // head byte, payload in hex, close code
        "C1, 61, 1002", // RSV1 without an extension
        "91, 61, 1002", // RSV3
        "83, 61, 1002", // unknown data opcode
        "8B, 61, 1002", // unknown control opcode
        "80, 61, 1002", // continuation of nothing
        "09, 61, 1002", // fragmented ping
        "88, 03, 1002", // close with one byte
        "88, 03E7, 1002", // close code 999
        "88, 03ED, 1002", // close code 1005 must not be sent
        "81, FF, 1007", // text that is not UTF-8
        "81, EDA080, 1007", // a surrogate
        "81, F4908080, 1007", // beyond Unicode
        "88, 03E8FF, 1007" // close reason that is not UTF-8
    })
    void aViolationOfRfc6455ClosesWithItsCode(String head, String payload, int code) throws Exception {
        try (TestServer server = TestServer.start();
                RawWebSocket client = RawWebSocket.open(server.port(), "/ws/swarm")) {
            client.frame(Integer.parseInt(head, 16), HexFormat.of().parseHex(payload));
            assertThat(client.next(RawWebSocket.CLOSE).closeCode()).isEqualTo(code);
            assertThat(client.endsNow()).isTrue();
            await().until(() -> server.server().connections() == 0);
        }
    }

    @Test
    void utf8IsCheckedAcrossFragments() throws Exception {
        try (TestServer server = TestServer.start();
                RawWebSocket good = RawWebSocket.open(server.port(), "/ws/swarm");
                RawWebSocket bad = RawWebSocket.open(server.port(), "/ws/swarm")) {
            byte[] ping = "{\"type\":\"pïng\"}".getBytes(StandardCharsets.UTF_8);
            good.frame(RawWebSocket.TEXT, java.util.Arrays.copyOf(ping, 11));
            good.frame(0x80, java.util.Arrays.copyOfRange(ping, 11, ping.length));
            assertThat(good.nextText("error")).contains("unknown type");
            bad.frame(RawWebSocket.TEXT, new byte[] {'a', (byte) 0xC3});
            bad.frame(0x80, new byte[] {'a'});
            assertThat(bad.next(RawWebSocket.CLOSE).closeCode()).isEqualTo(1007);
        }
    }

    @Test
    void messagesOverTheLimitCloseWith1009WholeOrInFragments() throws Exception {
        try (TestServer server = TestServer.start();
                RawWebSocket whole = RawWebSocket.open(server.port(), "/ws/swarm");
                RawWebSocket pieces = RawWebSocket.open(server.port(), "/ws/swarm")) {
            whole.frame(0x80 | RawWebSocket.TEXT, new byte[64_001]);
            assertThat(whole.next(RawWebSocket.CLOSE).closeCode()).isEqualTo(1009);
            byte[] piece = "x".repeat(1_000).getBytes(StandardCharsets.US_ASCII);
            pieces.frame(RawWebSocket.TEXT, piece);
            for (int i = 0; i < 64; i++) {
                pieces.frame(0, piece);
            }
            assertThat(pieces.next(RawWebSocket.CLOSE).closeCode()).isEqualTo(1009);
        }
    }

    @Test
    void malformedMessagesAreAnsweredAndTheTenthCloses() throws Exception {
        try (TestServer server = TestServer.start();
                RawWebSocket client = RawWebSocket.open(server.port(), "/ws/frequency")) {
            for (int i = 0; i < 10; i++) {
                client.text("nonsense");
                assertThat(client.nextText("error")).contains("\"code\":1001");
            }
            Frame close = client.next(RawWebSocket.CLOSE);
            assertThat(close.closeCode()).isEqualTo(1008);
            assertThat(close.closeReason()).isEqualTo("Too many invalid messages");
            assertThat(server.count(Counter.MESSAGES_INVALID)).isEqualTo(10);
        }
    }

    @Test
    void aMessageOfTheOtherKindIsAnError() throws Exception {
        try (TestServer server = TestServer.start();
                RawWebSocket client = RawWebSocket.open(server.port(), "/ws/swarm")) {
            client.binary(new byte[] {1, 2, 3});
            assertThat(client.nextText("error")).contains("essaim.v1.json takes text messages only");
        }
    }

    @Test
    void connectionsThatBringNoWholeRequestInTimeAreClosed() throws Exception {
        try (TestServer server = TestServer.with(Settings.HANDSHAKE_TIMEOUT, Duration.ofMillis(300));
                RawWebSocket silent = RawWebSocket.connect(server.port());
                RawWebSocket dribbling = RawWebSocket.connect(server.port());
                RawWebSocket open = RawWebSocket.open(server.port(), "/ws/swarm")) {
            dribbling.write("GET /ws/swarm HTTP/1.1\r\nHo".getBytes(StandardCharsets.US_ASCII));
            assertThat(silent.endsNow()).isTrue();
            assertThat(dribbling.endsNow()).isTrue();
            await().until(() -> server.count(Counter.HANDSHAKE_TIMEOUTS) == 2);
            // An upgraded connection is past it.
            for (int i = 0; i < 60; i++) {
                assertThat(open.read().opcode()).isEqualTo(RawWebSocket.TEXT);
            }
        }
    }

    @Test
    void aPingFrameIsAnsweredBetweenFrames() throws Exception {
        try (TestServer server = TestServer.start();
                RawWebSocket client = RawWebSocket.open(server.port(), "/ws/swarm")) {
            client.frame(0x80 | RawWebSocket.PING, new byte[] {7});
            assertThat(client.next(RawWebSocket.PONG).payload()).containsExactly(7);
        }
    }
}
