package io.essaim.server.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.essaim.protocol.sbe.SbeDecoder;
import io.essaim.protocol.swarm.SwarmFrame;
import io.essaim.server.config.ByteSize;
import io.essaim.server.config.Settings;
import io.essaim.server.observe.Counter;
import io.essaim.server.testing.RawWebSocket;
import io.essaim.server.testing.RawWebSocket.Frame;
import io.essaim.server.testing.TestServer;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class SlowClientsTest {
    private static final int SMALL_BUFFER = 8 << 10;

    @Test
    void clientsThatDoNotReadSkipWhileTheOthersLoseNothingAndReadTheNewestAgainLater() throws Exception {
        List<RawWebSocket> stalled = new ArrayList<>();
        try (TestServer server = TestServer.with(Settings.SEND_BUFFER, ByteSize.kibibytes(64));
                RawWebSocket healthy = RawWebSocket.open(
                        server.port(), "/ws/swarm?form=plain", "Sec-WebSocket-Protocol", "essaim.v1.sbe")) {
            for (int i = 0; i < 10; i++) {
                stalled.add(RawWebSocket.open(server.port(), SMALL_BUFFER, "/ws/swarm"));
            }
            // Read before the first frame: what is counted between the two explains the gap behind it.
            long unexplainedBefore = unexplained(server);
            long first = binarySequence(healthy);
            long newest = first;
            long received = 1;
            while (newest < first + 180) {
                newest = binarySequence(healthy);
                received++;
            }
            assertThat(newest - first + 1 - received)
                    .as("frames the healthy client lost")
                    .isLessThanOrEqualTo(unexplained(server) - unexplainedBefore);
            assertThat(server.count(Counter.FRAMES_SKIPPED)).isGreaterThan(10 * 20);
            assertThat(server.count(Counter.TIERS_LOWERED)).isGreaterThan(10);
            assertThat(server.count(Counter.FRAME_MEMORY_EXHAUSTED)).isZero();
            // What was under way is old, but soon comes the present, and every message is whole.
            for (RawWebSocket client : stalled) {
                long behind = sequence(client);
                long at = behind;
                while (at < newest) {
                    at = sequence(client);
                }
                assertThat(at).isGreaterThan(behind);
            }
        } finally {
            for (RawWebSocket client : stalled) {
                client.close();
            }
        }
    }

    @Test
    void aClientThatSkipsIsLoweredToldAndRestored() throws Exception {
        try (TestServer server = TestServer.with(Settings.SEND_BUFFER, ByteSize.kibibytes(16));
                RawWebSocket client = RawWebSocket.open(server.port(), SMALL_BUFFER, "/ws/swarm")) {
            await().until(() -> server.count(Counter.TIERS_LOWERED) == 4);
            JsonObject tier = new JsonObject(client.nextText("\"tier\""));
            assertThat(tier.getString("reason")).isEqualTo("slow_client");
            assertThat(tier.getInteger("fps")).isEqualTo(10);
            while (tier.getInteger("fps") < 60) {
                long expected = tier.getLong("seq");
                int stride = tier.getInteger("stride");
                assertThat(expected % stride).isZero();
                // Every frame after a tier is one that its stride divides, the first is the one that it names.
                String text = client.read().text();
                assertThat(text).contains("\"seq\":" + expected + ",");
                while (text.contains("swarm_update")) {
                    assertThat(new JsonObject(text).getLong("seq") % stride).isZero();
                    text = client.nextText("\"type\"");
                }
                tier = new JsonObject(text);
                assertThat(tier.getString("type")).isEqualTo("tier");
            }
            assertThat(tier.getString("reason")).isEqualTo("restored");
        }
    }

    @Test
    void whatAClientReportsIsInTheHistograms() throws Exception {
        try (TestServer server = TestServer.start();
                RawWebSocket client = RawWebSocket.open(server.port(), "/ws/swarm")) {
            client.text("{\"type\":\"stats\",\"skipped\":3,\"age_ms\":{\"p50\":4.2,\"p99\":9.1},\"fps\":59.9}");
            client.text("{\"type\":\"ping\",\"t\":1}");
            client.nextText("\"pong\"");
            assertThat(server.get("/metrics").body())
                    .contains("essaim_reported_skipped_frames_sum 3.0")
                    .contains("essaim_reported_fps_hertz_bucket{le=\"55.0\"} 0")
                    .contains("essaim_reported_fps_hertz_bucket{le=\"60.0\"} 1")
                    .contains("essaim_reported_frame_age_p50_seconds_bucket{le=\"0.005\"} 1")
                    .contains("essaim_reported_frame_age_p99_seconds_bucket{le=\"0.005\"} 0")
                    .contains("essaim_reported_frame_age_p99_seconds_bucket{le=\"0.01\"} 1")
                    .contains("essaim_frame_delivery_seconds_count");
        }
    }

    /** Ticks that nobody got: the machine's fault, and counted. */
    private static long unexplained(TestServer server) {
        return server.count(Counter.TICKS_MISSED)
                + server.count(Counter.RING_FULL)
                + server.count(Counter.FRAMES_STALE);
    }

    @Test
    void pingsOfAClientThatIsBeingClosedAreBoundedToo() throws Exception {
        try (TestServer server = TestServer.with(Settings.SEND_BUFFER, ByteSize.kibibytes(16));
                RawWebSocket client = RawWebSocket.open(server.port(), SMALL_BUFFER, "/ws/swarm")) {
            await().until(() -> server.count(Counter.FRAMES_SKIPPED) > 10);
            // One after the other, so that the last is what closes it; the answers do not fit into the socket.
            for (int i = 0; i < ClientSession.INVALID_MESSAGES_MAX; i++) {
                client.text("nonsense");
            }
            await().until(() -> server.count(Counter.MESSAGES_INVALID) == ClientSession.INVALID_MESSAGES_MAX);
            long skipped = server.count(Counter.FRAMES_SKIPPED);
            byte[] payload = new byte[125];
            for (int i = 0; i < 20_000; i++) {
                client.frame(0x80 | RawWebSocket.PING, payload);
            }
            int pongs = 0;
            for (Frame frame = client.read(); frame.opcode() != RawWebSocket.CLOSE; frame = client.read()) {
                pongs += frame.opcode() == RawWebSocket.PONG ? 1 : 0;
            }
            client.frame(0x80 | RawWebSocket.CLOSE, new byte[] {3, (byte) 0xf0});
            assertThat(pongs).isLessThan(2_000);
            assertThat(server.count(Counter.FRAMES_SKIPPED))
                    .as("nothing is due to one that leaves")
                    .isEqualTo(skipped);
        }
    }

    @Test
    void aDrainRefusesNewClientsAndTellsTheOldOnesWhenToComeBack() throws Exception {
        List<RawWebSocket> clients = new ArrayList<>();
        try (TestServer server = TestServer.start(configuration -> configuration
                .with(Settings.DRAIN_WINDOW, Duration.ofMillis(1_500))
                .with(Settings.DRAIN_TIMEOUT, Duration.ofSeconds(10)))) {
            for (int i = 0; i < 5; i++) {
                clients.add(RawWebSocket.open(server.port(), "/ws/frequency"));
            }
            Thread draining = new Thread(() -> {
                try {
                    server.server().drain();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            draining.start();
            await().until(() -> server.get("/readyz").statusCode() == 503);
            assertThat(server.get("/livez").statusCode()).isEqualTo(200);
            try (RawWebSocket late = RawWebSocket.connect(server.port())) {
                assertThat(late.handshake("/ws/swarm").status()).isEqualTo(503);
            }
            for (RawWebSocket client : clients) {
                Frame close = client.next(RawWebSocket.CLOSE);
                assertThat(close.closeCode()).isEqualTo(1012);
                assertThat(close.closeReason()).matches("Server draining; retry_after_ms=[0-9]+");
                client.frame(0x80 | RawWebSocket.CLOSE, close.payload());
            }
            draining.join(10_000);
            assertThat(draining.isAlive()).isFalse();
        } finally {
            for (RawWebSocket client : clients) {
                client.close();
            }
        }
    }

    private static long binarySequence(RawWebSocket client) throws Exception {
        SbeDecoder decoder = new SbeDecoder();
        byte[] payload = client.next(RawWebSocket.BINARY).payload();
        while (!decoder.isFrame(payload)) {
            payload = client.next(RawWebSocket.BINARY).payload();
        }
        SwarmFrame frame = new SwarmFrame();
        decoder.decodeFrame(payload, frame);
        return frame.sequence();
    }

    private static long sequence(RawWebSocket client) throws Exception {
        return new JsonObject(client.nextText("swarm_update")).getLong("seq");
    }
}
