package io.essaim.server.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.essaim.server.config.ByteSize;
import io.essaim.server.config.Configuration;
import io.essaim.server.config.EventSettings;
import io.essaim.server.config.Settings;
import io.essaim.server.observe.Counter;
import io.essaim.server.swarm.IngestSource;
import io.essaim.server.testing.HttpEvents;
import io.essaim.server.testing.RawWebSocket;
import io.essaim.server.testing.RawWebSocket.Frame;
import io.essaim.server.testing.TestServer;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who says nothing is pinged, and who does not answer is closed: viewers, those who follow events, and producers. */
@Timeout(60)
class PingTest {
    private static final String INGEST = "/ws/ingest";

    @ParameterizedTest
    @ValueSource(strings = {"/ws/swarm", "/ws/events?rooms=general", "/ws/simulation", INGEST})
    void whoReadsButNeverPongsIsClosed(String path) throws Exception {
        try (TestServer server = startFor(path);
                RawWebSocket client = RawWebSocket.open(server.port(), path)) {
            assertThat(client.next(RawWebSocket.PING).payload()).isEmpty();
            Frame close = client.next(RawWebSocket.CLOSE);
            assertThat(close.closeCode()).isEqualTo(1013);
            assertThat(close.closeReason()).startsWith("Ping timeout: nothing came for ");
            // It does not answer that either.
            assertThatThrownBy(() -> readOn(client)).isInstanceOf(EOFException.class);
            await().until(() -> server.server().connections() == 0);
            assertThat(server.count(Counter.PINGS_SENT)).isEqualTo(1);
            assertThat(server.count(Counter.PING_TIMEOUTS)).isEqualTo(1);
        }
    }

    /** As a machine that lost its power: it neither reads nor answers, and nothing says that it is gone. */
    @ParameterizedTest
    @ValueSource(strings = {"/ws/swarm", "/ws/events?rooms=general", INGEST})
    void whoNeitherReadsNorAnswersIsGone(String path) throws Exception {
        try (TestServer server = startFor(path);
                RawWebSocket client = RawWebSocket.open(server.port(), 4_096, path)) {
            assertThat(server.server().connections()).isEqualTo(1);
            await().atMost(Duration.ofSeconds(20)).until(() -> server.server().connections() == 0);
            assertThat(server.count(Counter.PING_TIMEOUTS)).isEqualTo(1);
            client.abort();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/ws/events?rooms=general", INGEST})
    void whoPongsStays(String path) throws Exception {
        try (TestServer server = startFor(path);
                RawWebSocket client = RawWebSocket.open(server.port(), path)) {
            // Longer than the timeout, by far: each ping comes after half a second of silence.
            for (int pings = 0; pings < 6; pings++) {
                client.next(RawWebSocket.PING);
                client.frame(0x80 | RawWebSocket.PONG, new byte[0]);
            }
            assertThat(server.count(Counter.PING_TIMEOUTS)).isZero();
            assertThat(server.server().connections()).isEqualTo(1);
        }
    }

    /** What comes need not be whole: the beginning of a message is a sign of life. A producer's has to end in that time. */
    @Test
    void whoSendsFragmentsIsNotPinged() throws Exception {
        String path = "/ws/events?rooms=general";
        try (TestServer server = startFor(path);
                RawWebSocket client = RawWebSocket.open(server.port(), path)) {
            client.frame(RawWebSocket.TEXT, "{\"type\":".getBytes(StandardCharsets.US_ASCII));
            for (int i = 0; i < 30; i++) {
                Thread.sleep(100);
                client.frame(0, " ".getBytes(StandardCharsets.US_ASCII));
            }
            client.frame(0x80, "\"ping\",\"t\":7}".getBytes(StandardCharsets.US_ASCII));
            assertThat(client.nextText("pong")).contains("\"t\":7");
            assertThat(server.count(Counter.PING_TIMEOUTS)).isZero();
        }
    }

    @Test
    void pingsStandBetweenFramesAndNeverWithinOne() throws Exception {
        try (TestServer server = TestServer.start(configuration -> quick(configuration)
                        .with(Settings.PING_INTERVAL, Duration.ofMillis(100))
                        .with(Settings.AGENTS, 5_000));
                RawWebSocket client = RawWebSocket.open(server.port(), "/ws/swarm")) {
            int frames = 0;
            for (int pings = 0; pings < 4; ) {
                // Fails on a frame that is none.
                Frame frame = client.read();
                if (frame.opcode() == RawWebSocket.PING) {
                    pings++;
                    client.frame(0x80 | RawWebSocket.PONG, new byte[0]);
                } else {
                    frames++;
                }
            }
            assertThat(frames).isPositive();
        }
    }

    /** A stream of events cannot answer: it is seen to take nothing. */
    @Test
    void aStreamOfEventsThatIsNotReadIsClosed() throws Exception {
        try (TestServer server = TestServer.start(configuration -> quick(configuration)
                        .with(Settings.HEARTBEAT, Duration.ofMillis(200))
                        .with(Settings.SEND_BUFFER, ByteSize.kibibytes(16))
                        .with(EventSettings.BEHIND_TIMEOUT, Duration.ofMinutes(10)));
                Socket stream = new Socket()) {
            stream.setReceiveBufferSize(4_096);
            stream.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
            stream.getOutputStream()
                    .write("GET /api/events/stream?rooms=general HTTP/1.1\r\nHost: localhost\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            await().until(() -> server.server().connections() == 1);
            HttpEvents events = new HttpEvents(server);
            for (int i = 0; i < 40; i++) {
                events.publish("{\"type\":\"a\",\"data\":\"" + "x".repeat(50_000) + "\"}");
            }
            await().atMost(Duration.ofSeconds(30)).until(() -> server.server().connections() == 0);
            assertThat(server.count(Counter.PING_TIMEOUTS)).isEqualTo(1);
        }
    }

    private static void readOn(RawWebSocket client) throws IOException {
        while (true) {
            client.read();
        }
    }

    private static Configuration quick(Configuration configuration) {
        return configuration
                .with(Settings.PING_INTERVAL, Duration.ofMillis(400))
                .with(Settings.PING_TIMEOUT, Duration.ofMillis(2_500));
    }

    private static TestServer startFor(String path) throws IOException {
        return path.equals(INGEST)
                ? TestServer.start(PingTest::quick, new IngestSource())
                : TestServer.start(PingTest::quick);
    }
}
