package io.essaim.server.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

import io.essaim.server.config.EventSettings;
import io.essaim.server.config.Settings;
import io.essaim.server.observe.Counter;
import io.essaim.server.testing.RawWebSocket;
import io.essaim.server.testing.RawWebSocket.Response;
import io.essaim.server.testing.TestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that are none, that two programs could read in two ways, that are too long, or that never end. */
@Timeout(60)
class RequestFormTest {
    private static final String POST =
            "POST /api/events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
    private static final String CHUNK = "2\r\n{}\r\n0\r\n\r\n";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /livez HTTP/1.1\r\nHost: a\r\n\r\n",
                "Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcde",
                "Content-Length: +2\r\n\r\n{}",
                "Content-Length: -2\r\n\r\n{}",
                "Content-Length: 2, 2\r\n\r\n{}",
                "Transfer-Encoding: identity\r\n\r\n{}",
                "Transfer-Encoding: xchunked\r\n\r\n" + CHUNK,
                "Transfer-Encoding: gzip, chunked\r\n\r\n" + CHUNK,
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNK,
                "Transfer-Encoding: chunked, chunked\r\n\r\n" + CHUNK,
                "Transfer-Encoding : chunked\r\n\r\n" + CHUNK,
                "Host: other\r\nContent-Length: 2\r\n\r\n{}",
                "X: a\rContent-Length: 2\r\n\r\n{}",
                "X: a\u0000b\r\nContent-Length: 2\r\n\r\n{}",
                "X y: b\r\nContent-Length: 2\r\n\r\n{}",
                ": b\r\nContent-Length: 2\r\n\r\n{}",
                ": b\r\nContent-Length: 2\r\n\r\n{}GET /livez HTTP/1.1\r\nHost: a\r\n\r\n",
                "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\nGET /livez HTTP/1.1\r\nHost: a\r\n\r\n"
            })
    void aRequestWhoseEndOrHostCanBeReadInTwoWaysIsRefusedAndNothingBehindItIsRead(String rest) throws Exception {
        try (TestServer server = TestServer.start();
                RawWebSocket client = RawWebSocket.connect(server.port())) {
            Response refused = client.request(POST + rest);
            assertThat(refused.status()).isIn(400, 501);
            client.skipBody(refused);
            assertThat(client.endsNow()).isTrue();
            assertThat(server.count(Counter.EVENTS_PUBLISHED)).isZero();
            assertThat(server.count(Counter.INTERNAL_ERRORS)).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET /livez HTTP/1.1\\r\\n|400|Exactly one Host",
                "nonsense\\r\\n|400|no request",
                "GET /livez HTTP/1.1\\r\\nHost: a\\r\\n: a\\r\\n|400|A header's name is a token",
                "GET /livez HTTP/1.1\\r\\nHost: a\\r\\nExpect: a miracle\\r\\n|417|Expect may be 100-continue"
            })
    void whatIsNoRequestIsTold(String head, int status, String reason) throws Exception {
        try (TestServer server = TestServer.start();
                RawWebSocket client = RawWebSocket.connect(server.port())) {
            Response refused = client.request(head.replace("\\r\\n", "\r\n") + "\r\n");
            assertThat(refused.status()).isEqualTo(status);
            assertThat(refused.headers()).containsEntry("x-content-type-options", "nosniff");
            assertThat(client.body(refused)).contains(reason);
            assertThat(client.endsNow()).isTrue();
        }
    }

    @Test
    void aRequestThatIsTooLongIsToldTheLimit() throws Exception {
        try (TestServer server = TestServer.start();
                RawWebSocket line = RawWebSocket.connect(server.port());
                RawWebSocket headers = RawWebSocket.connect(server.port());
                RawWebSocket upgrade = RawWebSocket.connect(server.port())) {
            Response tooLong = line.request("GET /" + "a".repeat(17_000) + " HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(tooLong.status()).isEqualTo(414);
            assertThat(line.body(tooLong)).contains("The request line is longer than 16384 bytes");
            Response tooMuch = headers.request("GET / HTTP/1.1\r\nHost: a\r\n" + "X: a\r\n".repeat(6_000) + "\r\n");
            assertThat(tooMuch.status()).isEqualTo(431);
            assertThat(headers.body(tooMuch)).contains("The headers are longer than 16384 bytes");
            assertThat(upgrade.handshake("/ws/swarm", "X", "a".repeat(17_000)).status())
                    .isEqualTo(431);
            assertThat(server.count(Counter.REQUESTS_UNREADABLE)).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "rooms=%FF|bytes that are percent-encoded before 21 are not UTF-8",
                "rooms=%C3%28|are not UTF-8",
                "rooms=%ED%A0%80|are not UTF-8",
                "rooms=%C3x|are not UTF-8",
                "rooms=%zz|the % at 18 needs two hexadecimal digits",
                "rooms=%4|needs two hexadecimal digits",
                "rooms=\u00e9|is not ASCII; percent-encode it as UTF-8"
            })
    void textOfAUrlIsUtf8(String query, String reason) throws Exception {
        try (TestServer server = TestServer.start();
                RawWebSocket http = RawWebSocket.connect(server.port());
                RawWebSocket socket = RawWebSocket.connect(server.port())) {
            Response refused = http.request("GET /api/events?" + query + " HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(refused.status()).isEqualTo(400);
            assertThat(http.body(refused)).contains(reason);
            Response upgrade = socket.handshake("/ws/events?" + query);
            assertThat(upgrade.status()).isEqualTo(400);
            assertThat(server.count(Counter.INTERNAL_ERRORS)).isZero();
        }
    }

    @Test
    void aConnectionThatAsksNothingMoreIsClosed() throws Exception {
        try (TestServer server = TestServer.start(configuration -> configuration
                        .with(Settings.HANDSHAKE_TIMEOUT, Duration.ofSeconds(30))
                        .with(Settings.IDLE_TIMEOUT, Duration.ofMillis(300)));
                RawWebSocket idle = RawWebSocket.connect(server.port());
                RawWebSocket dribbling = RawWebSocket.connect(server.port())) {
            idle.skipBody(idle.request("GET /livez HTTP/1.1\r\nHost: a\r\n\r\n"));
            idle.skipBody(idle.request("GET /livez HTTP/1.1\r\nHost: a\r\n\r\n"));
            assertThat(idle.endsNow()).isTrue();
            dribbling.skipBody(dribbling.request("GET /livez HTTP/1.1\r\nHost: a\r\n\r\n"));
            // No byte of the next request lengthens it.
            assertThatIOException().isThrownBy(() -> {
                for (int i = 0; i < 1_000; i++) {
                    dribbling.write("GET /livez HTTP/1.1\r\nX: a\r\n"
                            .substring(i % 26, i % 26 + 1)
                            .getBytes(StandardCharsets.US_ASCII));
                    Thread.sleep(20);
                }
            });
            assertThat(server.count(Counter.IDLE_TIMEOUTS)).isEqualTo(2);
            assertThat(server.count(Counter.HANDSHAKE_TIMEOUTS)).isZero();
        }
    }

    @Test
    void aBodyThatNobodyWantsIsNotWaitedFor() throws Exception {
        try (TestServer server = TestServer.start(configuration -> configuration
                        .with(Settings.HANDSHAKE_TIMEOUT, Duration.ofMillis(300))
                        .with(Settings.IDLE_TIMEOUT, Duration.ofSeconds(50)));
                RawWebSocket client = RawWebSocket.connect(server.port())) {
            Response refused = client.request(
                    POST.replace("application/json", "text/plain") + "Content-Length: 1000\r\n\r\n{\"type\"");
            assertThat(refused.status()).isEqualTo(415);
            client.skipBody(refused);
            assertThat(client.endsNow()).isTrue();
            assertThat(server.count(Counter.HANDSHAKE_TIMEOUTS)).isEqualTo(1);
        }
    }

    @Test
    void thePortOfTheSimulationHoldsToTheSame() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        try (TestServer server = TestServer.start(configuration -> configuration
                        .with(EventSettings.SIMULATION_PORT, port)
                        .with(Settings.HANDSHAKE_TIMEOUT, Duration.ofMillis(300)));
                RawWebSocket dribbling = RawWebSocket.connect(port);
                RawWebSocket tooLong = RawWebSocket.connect(port);
                RawWebSocket notUtf8 = RawWebSocket.connect(port)) {
            assertThat(tooLong.handshake("/", "X", "a".repeat(17_000)).status()).isEqualTo(431);
            assertThat(notUtf8.handshake("/?rooms=%FF").status()).isEqualTo(400);
            dribbling.write("GET / HTTP/1.1\r\nHo".getBytes(StandardCharsets.US_ASCII));
            assertThat(dribbling.endsNow()).isTrue();
            assertThat(server.count(Counter.HANDSHAKE_TIMEOUTS)).isEqualTo(1);
        }
    }

    /** Who asks and asks without reading the answers is not read any more, so that no answer waits for it. */
    @Test
    void requestsWhoseAnswersAreNotReadAreNotReadEither() throws Exception {
        byte[] requests =
                "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n".repeat(1_000).getBytes(StandardCharsets.US_ASCII);
        try (TestServer server = TestServer.start();
                SocketChannel client = SocketChannel.open()) {
            client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
            client.configureBlocking(false);
            await().atMost(Duration.ofSeconds(50))
                    .pollInterval(Duration.ofMillis(500))
                    .until(() -> {
                        int written = 1;
                        long total = 0;
                        while (written > 0 && total < 200L * requests.length) {
                            written = client.write(ByteBuffer.wrap(requests));
                            total += written;
                        }
                        // Nothing more goes out, for half a second: what was sent fills the kernel's buffers.
                        return total == 0;
                    });
            assertThat(server.get("/livez").statusCode()).isEqualTo(200);
        } catch (IOException e) {
            // Or it is cut off, which is as good.
            assertThat(e).hasMessageMatching("Broken pipe|Connection reset.*");
        }
    }
}
