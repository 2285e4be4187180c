package io.essaim.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.protocol.Message;
import io.essaim.protocol.sbe.SbeDecoder;
import io.essaim.protocol.sbe.SbeMessageEncoder;
import io.essaim.protocol.swarm.SwarmFrame;
import io.essaim.server.config.Settings;
import io.essaim.server.observe.Counter;
import io.essaim.server.testing.RawWebSocket;
import io.essaim.server.testing.TestServer;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The exact shapes of REQUIREMENTS A1 to A6 and the two of part G, over a real socket. */
@Timeout(60)
class ShapesTest {
    private static final String[] SBE = {"Sec-WebSocket-Protocol", "essaim.v1.sbe"};

    private final SbeDecoder decoder = new SbeDecoder();
    private TestServer server;

    @BeforeEach
    void start() throws Exception {
        server = TestServer.with(Settings.HEARTBEAT, Duration.ofMillis(200));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void theFirstMessageIsConnected() throws Exception {
        try (RawWebSocket client = RawWebSocket.open(server.port(), "/ws/swarm")) {
            String text = client.read().text();
            assertThat(text).startsWith("{\"type\":\"connected\",\"frequency\":999,\"agent_count\":350,");
            JsonObject connected = new JsonObject(text);
            assertThat(connected.getString("form")).isEqualTo("json");
            assertThat(connected.getInteger("fps")).isEqualTo(60);
            assertThat(connected.getString("client_id")).matches("c-[0-9]+");
        }
    }

    @Test
    void aSwarmUpdateHasTheSeedsShape() throws Exception {
        try (RawWebSocket client = RawWebSocket.open(server.port(), "/ws/swarm")) {
            JsonObject update = new JsonObject(client.nextText("swarm_update"));
            assertThat(update.fieldNames())
                    .containsExactly("type", "timestamp", "frequency", "agent_count", "seq", "time_us", "agents");
            assertThat(update.getString("timestamp")).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");
            assertThat(Instant.parse(update.getString("timestamp")).getEpochSecond())
                    .isEqualTo(update.getLong("time_us") / 1_000_000);
            assertThat(update.getInteger("frequency")).isEqualTo(999);
            assertThat(update.getInteger("agent_count")).isEqualTo(350);
            assertThat(update.getJsonArray("agents")).hasSize(350);
            JsonObject agent = update.getJsonArray("agents").getJsonObject(8);
            assertThat(agent.fieldNames()).containsExactly("id", "sphere", "x", "y", "z", "frequency");
            assertThat(agent.getInteger("id")).isEqualTo(8);
            assertThat(agent.getString("sphere")).isEqualTo("social");
        }
    }

    @Test
    void sequencesAreGaplessAndTimesLieAPeriodApart() throws Exception {
        try (RawWebSocket client = RawWebSocket.open(server.port(), "/ws/swarm?form=plain", SBE)) {
            SwarmFrame frame = new SwarmFrame();
            nextFrame(client, frame);
            long firstSequence = frame.sequence();
            long firstMicros = frame.timeMicros();
            long skippedBefore = skipped();
            int received = 1;
            while (frame.sequence() - firstSequence < 60) {
                nextFrame(client, frame);
                received++;
            }
            long gaps = frame.sequence() - firstSequence + 1 - received;
            assertThat(gaps).isLessThanOrEqualTo(skipped() - skippedBefore);
            // The wall clock may be slewed while the test runs; a tick is 16,667 µs.
            assertThat(frame.timeMicros() - firstMicros)
                    .isBetween(
                            (frame.sequence() - firstSequence) * 1_000_000 / 60 - 5_000,
                            (frame.sequence() - firstSequence) * 1_000_000 / 60 + 5_000);
        }
    }

    private long skipped() {
        return server.count(Counter.FRAMES_SKIPPED)
                + server.count(Counter.FRAMES_STALE)
                + server.count(Counter.RING_FULL)
                + server.count(Counter.TICKS_MISSED);
    }

    @Test
    void binaryClientsGetConnectedThenTheRosterThenFrames() throws Exception {
        try (RawWebSocket client = RawWebSocket.open(server.port(), "/ws/swarm?fps=30&form=plain", SBE)) {
            Message.Connected connected = (Message.Connected)
                    decoder.decode(client.next(RawWebSocket.BINARY).payload());
            assertThat(connected.stride()).isEqualTo(2);
            assertThat(connected.form()).isEqualTo(Message.Form.PLAIN);
            Message.RosterMessage roster = (Message.RosterMessage) nextBut(client, Message.Heartbeat.class);
            assertThat(roster.roster().agentCount()).isEqualTo(350);
            assertThat(roster.roster().spheres()).isEqualTo(TestServer.spheres());
            SwarmFrame frame = new SwarmFrame();
            nextFrame(client, frame);
            assertThat(frame.rosterVersion()).isEqualTo(roster.roster().version());
            assertThat(frame.agentCount()).isEqualTo(350);
            assertThat(frame.sequence() % 2).isZero();
        }
    }

    @Test
    void heartbeatsCountEveryOpenSocket() throws Exception {
        try (RawWebSocket json = RawWebSocket.open(server.port(), "/ws/swarm");
                RawWebSocket sbe = RawWebSocket.open(server.port(), "/ws/swarm?form=plain", SBE);
                RawWebSocket frequency = RawWebSocket.open(server.port(), "/ws/frequency")) {
            assertThat(frequency.read().text()).contains("frequency_update");
            assertThat(json.nextText("\"heartbeat\""))
                    .startsWith("{\"type\":\"heartbeat\",\"frequency\":999,\"connections\":3");
            byte[] binary = sbe.next(RawWebSocket.BINARY).payload();
            while (decoder.isFrame(binary) || !(decoder.decode(binary) instanceof Message.Heartbeat)) {
                binary = sbe.next(RawWebSocket.BINARY).payload();
            }
            assertThat(((Message.Heartbeat) decoder.decode(binary)).connections())
                    .isEqualTo(3);
        }
    }

    @Test
    void frequencyUpdatesComeTenTimesASecondAndNothingElse() throws Exception {
        try (RawWebSocket client = RawWebSocket.open(server.port(), "/ws/frequency")) {
            JsonObject first = new JsonObject(client.read().text());
            assertThat(first.fieldNames())
                    .containsExactly("type", "frequency", "target", "harmony", "timestamp", "seq", "time_us");
            assertThat(first.getString("type")).isEqualTo("frequency_update");
            assertThat(first.getDouble("frequency")).isBetween(981.0, 999.0);
            assertThat(first.getInteger("target")).isEqualTo(999);
            assertThat(first.getBoolean("harmony")).isTrue();
            JsonObject second = new JsonObject(client.read().text());
            assertThat((second.getLong("seq") - first.getLong("seq")) % 6).isZero();
        }
    }

    @Test
    void healthHasTheSeedsShape() throws Exception {
        HttpResponse<String> health = server.get("/health");
        assertThat(health.statusCode()).isEqualTo(200);
        assertThat(health.headers().firstValue("content-type")).contains("application/json");
        assertThat(health.body())
                .isEqualTo("{\"status\":\"healthy\",\"frequency\":999,\"essaim_size\":350,\"connections\":0,"
                        + "\"max_connections\":500,\"source\":\"generated flow, 350 agents\"}");
        assertThat(server.get("/livez").statusCode()).isEqualTo(200);
        assertThat(server.get("/readyz").statusCode()).isEqualTo(200);
        assertThat(server.get("/metrics").body()).contains("essaim_frames_sent_total");
        assertThat(server.get("/nowhere").statusCode()).isEqualTo(404);
    }

    @Test
    void aPingIsAnsweredWithItsTimeAndTheServers() throws Exception {
        try (RawWebSocket json = RawWebSocket.open(server.port(), "/ws/swarm");
                RawWebSocket sbe = RawWebSocket.open(server.port(), "/ws/swarm?form=plain", SBE)) {
            json.text("{\"type\":\"ping\",\"t\":12.5}");
            JsonObject pong = new JsonObject(json.nextText("\"pong\""));
            assertThat(pong.fieldNames()).containsExactly("type", "t", "time_us", "timestamp");
            assertThat(pong.getDouble("t")).isEqualTo(12.5);
            json.text("{\"type\":\"ping\"}");
            assertThat(new JsonObject(json.nextText("\"pong\"")).fieldNames()).doesNotContain("t");
            sbe.binary(new SbeMessageEncoder().encode(new Message.Ping(7)));
            byte[] binary = sbe.next(RawWebSocket.BINARY).payload();
            while (decoder.isFrame(binary) || !(decoder.decode(binary) instanceof Message.Pong)) {
                binary = sbe.next(RawWebSocket.BINARY).payload();
            }
            assertThat(((Message.Pong) decoder.decode(binary)).echo()).isEqualTo(7);
        }
    }

    @Test
    void whatAClientSawIsTakenWithoutAnAnswer() throws Exception {
        try (RawWebSocket json = RawWebSocket.open(server.port(), "/ws/swarm");
                RawWebSocket sbe = RawWebSocket.open(server.port(), "/ws/swarm?form=plain", SBE)) {
            json.text("{\"type\":\"stats\",\"skipped\":3,\"age_ms\":{\"p50\":4.2,\"p99\":9.1},\"fps\":59.9}");
            json.text("{\"type\":\"stats\",\"skipped\":3,\"age_ms\":{\"p50\":-1,\"p99\":9.1},\"fps\":59.9}");
            assertThat(new JsonObject(json.nextText("\"error\"")))
                    .isEqualTo(new JsonObject("{\"type\":\"error\",\"data\":{\"code\":1001,"
                            + "\"message\":\"stats.age_ms.p50 is -1.0, from 0 to 4000000\"}}"));
            byte[] report = new SbeMessageEncoder().encode(new Message.Stats(3, null, 5_990));
            sbe.binary(report);
            report[report.length - 1] = -1;
            sbe.binary(report);
            byte[] binary = sbe.next(RawWebSocket.BINARY).payload();
            while (decoder.isFrame(binary) || !(decoder.decode(binary) instanceof Message.ErrorReply)) {
                binary = sbe.next(RawWebSocket.BINARY).payload();
            }
            assertThat(((Message.ErrorReply) decoder.decode(binary)).message()).startsWith("stats.fps=");
        }
    }

    @Test
    void subscribingChangesTheRateOnTheOpenSocket() throws Exception {
        try (RawWebSocket client = RawWebSocket.open(server.port(), "/ws/swarm")) {
            client.text("{\"type\":\"subscribe\",\"id\":\"a\",\"swarm\":{\"fps\":20}}");
            assertThat(client.nextText("subscribed"))
                    .isEqualTo("{\"type\":\"subscribed\",\"id\":\"a\",\"swarm\":{\"fps\":20,\"stride\":3,"
                            + "\"form\":\"json\"}}");
            for (int i = 0; i < 5; i++) {
                assertThat(new JsonObject(client.nextText("swarm_update")).getLong("seq") % 3)
                        .isZero();
            }
        }
    }

    /** The next message that is not of a kind, which may come at any time. */
    private Message nextBut(RawWebSocket client, Class<? extends Message> kind) throws Exception {
        Message message = decoder.decode(client.next(RawWebSocket.BINARY).payload());
        while (kind.isInstance(message)) {
            message = decoder.decode(client.next(RawWebSocket.BINARY).payload());
        }
        return message;
    }

    private void nextFrame(RawWebSocket client, SwarmFrame frame) throws Exception {
        byte[] payload = client.next(RawWebSocket.BINARY).payload();
        while (!decoder.isFrame(payload)) {
            payload = client.next(RawWebSocket.BINARY).payload();
        }
        decoder.decodeFrame(payload, frame);
    }
}
