package io.essaim.server.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.essaim.server.config.Settings;
import io.essaim.server.observe.Counter;
import io.essaim.server.swarm.IngestSource;
import io.essaim.server.testing.RawWebSocket;
import io.essaim.server.testing.RawWebSocket.Frame;
import io.essaim.server.testing.TestServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A message comes in so many frames and not in more, whatever is in them. */
@Timeout(60)
class FragmentsTest {
    private static final int MAX = 5;
    private static final String PLAIN = "/ws/events?rooms=general";
    private static final String DEFLATED = "deflated";
    private static final String INGEST = "/ws/ingest";

    @ParameterizedTest
    @ValueSource(strings = {PLAIN, DEFLATED, INGEST})
    void aMessageMayComeInAsManyFrames(String path) throws Exception {
        try (TestServer server = start(path);
                RawWebSocket client = open(server, path)) {
            for (int messages = 0; messages < 3; messages++) {
                client.frame(RawWebSocket.TEXT, text("{\"type\":\"ping\","));
                for (int i = 0; i < MAX - 2; i++) {
                    client.frame(0, new byte[0]);
                    // Those in between are no part of it.
                    client.frame(0x80 | RawWebSocket.PING, text("between"));
                    assertThat(client.next(RawWebSocket.PONG).payload()).isEqualTo(text("between"));
                }
                client.frame(0x80, text("\"t\":" + messages + "}"));
                assertThat(client.nextText("pong")).contains("\"t\":" + messages);
            }
            assertThat(server.count(Counter.FRAGMENTS_OVER_LIMIT)).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {PLAIN, DEFLATED, INGEST})
    void emptyFramesWithoutEndAreCutOff(String path) throws Exception {
        try (TestServer server = start(path);
                RawWebSocket client = open(server, path)) {
            client.frame(RawWebSocket.TEXT, text("{"));
            for (int i = 0; i < 3 * MAX; i++) {
                client.frame(0, new byte[0]);
            }
            assertCutOff(server, client);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {PLAIN, DEFLATED, INGEST})
    void theLastFrameCountsAsWell(String path) throws Exception {
        try (TestServer server = start(path);
                RawWebSocket client = open(server, path)) {
            client.frame(RawWebSocket.TEXT, text("{"));
            for (int i = 0; i < MAX - 1; i++) {
                client.frame(0, new byte[0]);
            }
            client.frame(0x80, text("}"));
            assertCutOff(server, client);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {PLAIN, DEFLATED, INGEST})
    void pingsAndPongsAreSoManyASecondAndNotMore(String path) throws Exception {
        try (TestServer server = start(path);
                RawWebSocket client = open(server, path)) {
            client.frame(0x80 | RawWebSocket.PING, text("first"));
            assertThat(client.next(RawWebSocket.PONG).payload()).isEqualTo(text("first"));
            ByteArrayOutputStream flood = new ByteArrayOutputStream();
            for (int i = 0; i < 2 * ProtocolGuard.CONTROL_FRAMES_MAX; i++) {
                // No mask but zeroes.
                flood.writeBytes(new byte[] {
                    (byte) (0x80 | (i % 2 == 0 ? RawWebSocket.PING : RawWebSocket.PONG)), -128, 0, 0, 0, 0
                });
            }
            client.write(flood.toByteArray());
            Frame close = client.next(RawWebSocket.CLOSE);
            assertThat(close.closeReason()).isEqualTo("Too many pings and pongs: send at most 500 a second");
            assertThat(close.closeCode()).isEqualTo(1008);
            assertThat(server.count(Counter.CONTROL_FRAMES_OVER_LIMIT)).isEqualTo(1);
            assertThat(server.count(Counter.PROTOCOL_ERRORS)).isZero();
        }
    }

    private static void assertCutOff(TestServer server, RawWebSocket client) throws IOException {
        Frame close = client.next(RawWebSocket.CLOSE);
        assertThat(close.closeCode()).isEqualTo(1008);
        assertThat(close.closeReason()).isEqualTo("A message of more than 5 frames (max-fragments): send larger ones");
        client.close();
        await().until(() -> server.server().connections() == 0);
        assertThat(server.count(Counter.FRAGMENTS_OVER_LIMIT)).isEqualTo(1);
        assertThat(server.count(Counter.PROTOCOL_ERRORS)).isZero();
        assertThat(server.count(Counter.INTERNAL_ERRORS)).isZero();
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static TestServer start(String path) throws IOException {
        return path.equals(INGEST)
                ? TestServer.start(configuration -> configuration.with(Settings.MAX_FRAGMENTS, MAX), new IngestSource())
                : TestServer.with(Settings.MAX_FRAGMENTS, MAX);
    }

    private static RawWebSocket open(TestServer server, String path) throws IOException {
        return path.equals(DEFLATED)
                ? RawWebSocket.openDeflated(server.port(), PLAIN)
                : RawWebSocket.open(server.port(), path);
    }
}
