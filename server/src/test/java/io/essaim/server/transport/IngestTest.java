package io.essaim.server.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.essaim.protocol.Message;
import io.essaim.protocol.sbe.SbeDecoder;
import io.essaim.protocol.sbe.SbeFrameEncoder;
import io.essaim.protocol.sbe.SbeMessageEncoder;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.SwarmFrame;
import io.essaim.server.config.Configuration;
import io.essaim.server.config.Settings;
import io.essaim.server.observe.Counter;
import io.essaim.server.swarm.IngestSource;
import io.essaim.server.testing.RawWebSocket;
import io.essaim.server.testing.RawWebSocket.Frame;
import io.essaim.server.testing.TestServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Publishing over a real socket: what viewers see of it, and what the producer is told. */
@Timeout(120)
class IngestTest {
    private static final String[] SBE = {"Sec-WebSocket-Protocol", "essaim.v1.sbe"};
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final SbeMessageEncoder messages = new SbeMessageEncoder();
    private final SbeDecoder decoder = new SbeDecoder();

    private static TestServer start() throws IOException {
        return start(configuration -> configuration);
    }

    private static TestServer start(UnaryOperator<Configuration> settings) throws IOException {
        return TestServer.start(settings, new IngestSource());
    }

    private static RawWebSocket json(TestServer server) throws IOException {
        return RawWebSocket.open(server.port(), "/ws/ingest");
    }

    private static RawWebSocket sbe(TestServer server) throws IOException {
        return RawWebSocket.open(server.port(), "/ws/ingest", SBE);
    }

    @Test
    void theGreetingTellsTheGridAndPingsAreAnswered() throws Exception {
        try (TestServer server = start();
                RawWebSocket producer = json(server)) {
            JsonObject connected = new JsonObject(producer.read().text());
            assertThat(connected.getString("type")).isEqualTo("connected");
            assertThat(connected.getInteger("agent_count")).isZero();
            JsonObject stream = connected.getJsonObject("stream");
            assertThat(stream.getInteger("value_bits")).isEqualTo(16);
            assertThat(stream.getJsonArray("components").getJsonObject(0))
                    .isEqualTo(new JsonObject("{\"name\":\"x\",\"decimals\":4,\"offset\":0}"));
            producer.text("{\"type\":\"ping\",\"t\":17}");
            assertThat(producer.read().text()).startsWith("{\"type\":\"pong\",\"t\":17");
            assertThat(server.server().connections()).isEqualTo(1);
        }
    }

    @Test
    void theSwarmIsEmptyUntilAProducerComesAndItsLastStateStays() throws Exception {
        try (TestServer server = start();
                RawWebSocket viewer = RawWebSocket.open(server.port(), "/ws/swarm")) {
            assertThat(viewer.nextText("swarm_update"))
                    .contains("\"agent_count\":0")
                    .endsWith("\"agents\":[]}");
            try (RawWebSocket producer = json(server)) {
                String name = name(producer);
                producer.text(
                        state("{\"id\":7,\"sphere\":\"a b\",\"x\":0.5,\"y\":-0.1},{\"id\":3,\"x\":1,\"y\":2,\"z\":3}"));
                JsonObject changed = new JsonObject(viewer.nextText("stream_changed"));
                assertThat(changed.getString("reason")).isEqualTo("producer " + name + " took over");
                assertThat(changed.getInteger("agent_count")).isEqualTo(2);
                JsonObject update = new JsonObject(viewer.nextText("swarm_update"));
                assertThat(update.getJsonArray("agents"))
                        .isEqualTo(
                                new JsonArray("[{\"id\":7,\"sphere\":\"a b\",\"x\":0.5000,\"y\":-0.1000,\"z\":0.0000,"
                                        + "\"frequency\":999.0},{\"id\":3,\"sphere\":\"personal\",\"x\":1.0000,\"y\":2.0000,"
                                        + "\"z\":3.0000,\"frequency\":999.0}]"));
                assertThat(update.getLong("seq")).isLessThan(10_000);
                producer.abort();
                assertThat(new JsonObject(viewer.nextText("stream_changed")).getString("reason"))
                        .isEqualTo("producer " + name + " stopped");
            }
            JsonObject update = new JsonObject(viewer.nextText("swarm_update"));
            assertThat(update.getJsonArray("agents").getJsonObject(1).getDouble("z"))
                    .isEqualTo(3);
            assertThat(server.count(Counter.INGEST_STOPS)).isEqualTo(1);
        }
    }

    @Test
    void aProducerThatDiesAndReturnsTakesOverAgain() throws Exception {
        try (TestServer server = start();
                RawWebSocket viewer = RawWebSocket.open(server.port(), "/ws/swarm")) {
            for (int life = 1; life <= 5; life++) {
                try (RawWebSocket producer = json(server)) {
                    String name = name(producer);
                    producer.text(state(agent(life, life)));
                    assertThat(viewer.nextText("stream_changed")).contains("producer " + name + " took over");
                    assertThat(new JsonObject(viewer.nextText("swarm_update"))
                                    .getJsonArray("agents")
                                    .getJsonObject(0)
                                    .getDouble("x"))
                            .isEqualTo(life);
                    producer.abort();
                    assertThat(viewer.nextText("stream_changed")).contains("producer " + name + " stopped");
                }
            }
            assertThat(server.count(Counter.INGEST_TAKEOVERS)).isEqualTo(5);
            await().atMost(PATIENCE).until(() -> server.server().connections() == 1);
        }
    }

    @Test
    void everyFrameIsAPublishedStateInBothEncodings() throws Exception {
        try (TestServer server = start(configuration -> configuration.with(Settings.FPS, 240));
                RawWebSocket jsonViewer = RawWebSocket.open(server.port(), "/ws/swarm");
                RawWebSocket sbeViewer = RawWebSocket.open(server.port(), "/ws/swarm?form=plain", SBE)) {
            int agents = 50;
            int[][] states = states(agents, 100, Integer.MIN_VALUE, Integer.MAX_VALUE);
            try (RawWebSocket producer = sbe(server)) {
                publishSbe(producer, agents, states);
                seesOnly(new JsonViewer(jsonViewer), states);
                seesOnly(new SbeViewer(sbeViewer), states);
            }
            await().atMost(PATIENCE).until(() -> server.count(Counter.INGEST_STOPS) == 1);
            int[][] others = states(agents, 100, -30_000, 30_000);
            try (RawWebSocket producer = json(server)) {
                producer.read();
                for (int[] values : others) {
                    producer.text(state(agentsOf(values, agents)));
                    pause(producer);
                }
                seesOnly(new JsonViewer(jsonViewer), others);
                seesOnly(new SbeViewer(sbeViewer), others);
            }
            assertThat(server.count(Counter.INGEST_STATES_MALFORMED)).isZero();
        }
    }

    /** Waits until what was sent before is in the server's hands. */
    private static void pause(RawWebSocket producer) throws IOException {
        producer.text("{\"type\":\"ping\"}");
        producer.nextText("pong");
    }

    private void pauseSbe(RawWebSocket producer) throws Exception {
        producer.binary(messages.encode(new Message.Ping(1)));
        Message answer = decoder.decode(producer.next(RawWebSocket.BINARY).payload());
        while (!(answer instanceof Message.Pong)) {
            answer = decoder.decode(producer.next(RawWebSocket.BINARY).payload());
        }
    }

    private void publishSbe(RawWebSocket producer, int agents, int[][] states) throws IOException {
        producer.read();
        producer.binary(roster(42, agents));
        for (int[] values : states) {
            producer.binary(frame32(42, agents, values));
            producer.binary(messages.encode(new Message.Ping(1)));
            producer.next(RawWebSocket.BINARY);
        }
    }

    /** Reads until the last of the states is shown; each frame before shows one of them whole, or those from before. */
    private static void seesOnly(StateViewer viewer, int[][] states) throws Exception {
        int[] last = states[states.length - 1];
        boolean begun = false;
        int shown = 0;
        for (int[] seen = viewer.next(); ; seen = viewer.next()) {
            int[] frame = seen;
            if (Arrays.stream(states).anyMatch(state -> Arrays.equals(state, frame))) {
                begun = true;
                shown++;
            } else if (begun) {
                throw new AssertionError("a frame of " + frame.length / 4 + " agents that was never published");
            }
            if (Arrays.equals(frame, last)) {
                break;
            }
        }
        assertThat(shown).isPositive();
    }

    private interface StateViewer {
        /** The integers of the next frame, agent by agent. */
        int[] next() throws Exception;
    }

    private record JsonViewer(RawWebSocket socket) implements StateViewer {
        @Override
        public int[] next() throws Exception {
            JsonArray agents = new JsonObject(socket.nextText("swarm_update")).getJsonArray("agents");
            int[] values = new int[4 * agents.size()];
            for (int agent = 0; agent < agents.size(); agent++) {
                JsonObject one = agents.getJsonObject(agent);
                values[4 * agent] = (int) Math.round(one.getDouble("x") * 1e4);
                values[4 * agent + 1] = (int) Math.round(one.getDouble("y") * 1e4);
                values[4 * agent + 2] = (int) Math.round(one.getDouble("z") * 1e4);
                values[4 * agent + 3] = (int) Math.round(one.getDouble("frequency") * 1e1);
            }
            return values;
        }
    }

    private final class SbeViewer implements StateViewer {
        private final RawWebSocket socket;
        private final SwarmFrame frame = new SwarmFrame();

        SbeViewer(RawWebSocket socket) {
            this.socket = socket;
        }

        @Override
        public int[] next() throws Exception {
            byte[] message = socket.next(RawWebSocket.BINARY).payload();
            while (!decoder.isFrame(message)) {
                message = socket.next(RawWebSocket.BINARY).payload();
            }
            decoder.decodeFrame(message, frame);
            int[] values = new int[4 * frame.agentCount()];
            for (int i = 0; i < values.length; i++) {
                values[i] = frame.values(i & 3)[i >> 2];
            }
            return values;
        }
    }

    @Test
    void aStreamWidensWhenAValueNeedsItAndStaysWide() throws Exception {
        try (TestServer server = start();
                RawWebSocket viewer = RawWebSocket.open(server.port(), "/ws/swarm");
                RawWebSocket binary = RawWebSocket.open(server.port(), "/ws/swarm?form=plain", SBE);
                RawWebSocket producer = json(server)) {
            producer.text(state(agent(1, 3.2767)));
            assertThat(viewer.nextText("stream_changed")).contains("took over").contains("\"value_bits\":16");
            producer.text(state(agent(1, 3.2768)));
            assertThat(viewer.nextText("stream_changed"))
                    .contains("values need 32 bits")
                    .contains("\"value_bits\":32");
            assertThat(viewer.nextText("swarm_update")).contains("\"x\":3.2768");
            SbeViewer sbeViewer = new SbeViewer(binary);
            int[] seen = sbeViewer.next();
            while (seen.length == 0 || seen[0] != 32_768) {
                seen = sbeViewer.next();
            }
            producer.text(state(agent(1, 214_748.3647)));
            String update = viewer.nextText("swarm_update");
            while (!update.contains("\"x\":214748.3647")) {
                assertThat(update).contains("\"x\":3.2768");
                update = viewer.nextText("swarm_update");
            }
        }
    }

    @Test
    void garbageIsAnsweredAndTheTenthInARowCloses() throws Exception {
        try (TestServer server = start();
                RawWebSocket text = json(server);
                RawWebSocket binary = sbe(server)) {
            text.read();
            for (int i = 0; i < 9; i++) {
                text.text(i % 3 == 0 ? "nonsense" : state(i % 3 == 1 ? "{\"id\":-1}" : "7"));
                assertThat(text.read().text()).contains("\"code\":1001");
            }
            text.text(state(agent(1, 1)));
            await().atMost(PATIENCE).until(() -> server.count(Counter.INGEST_STATES_TAKEN) == 1);
            for (int i = 0; i < 10; i++) {
                text.text(state("{\"id\":1,\"x\":1,\"y\":1},{\"id\":1,\"x\":1,\"y\":1}"));
                assertThat(text.read().text())
                        .contains("agents[1].id is 1, which an agent before it has already")
                        .contains("\"code\":1001");
            }
            Frame close = text.read();
            assertThat(close.opcode()).isEqualTo(RawWebSocket.CLOSE);
            assertThat(close.closeCode()).isEqualTo(1008);
            assertThat(close.closeReason()).isEqualTo("Too many invalid messages");

            binary.read();
            Random random = new Random(1);
            for (int i = 0; i < 10; i++) {
                byte[] bytes = new byte[random.nextInt(200)];
                random.nextBytes(bytes);
                binary.binary(bytes);
                assertThat(((Message.ErrorReply) decoder.decode(binary.read().payload()))
                                .code()
                                .code())
                        .isEqualTo(1001);
            }
            assertThat(binary.read().closeCode()).isEqualTo(1008);
        }
    }

    @Test
    void whatIsWrongWithARosterOrItsFrameIsNamed() throws Exception {
        try (TestServer server = start();
                RawWebSocket producer = sbe(server)) {
            producer.read();
            producer.binary(frame32(7, 1, new int[4]));
            assertThat(error(producer))
                    .isEqualTo("rosterVersion is 7, the newest roster is missing; send its roster before a frame");
            producer.binary(roster(7, 2));
            producer.binary(frame32(7, 1, new int[4]));
            assertThat(error(producer)).isEqualTo("agents has 1 entries, roster 7 has 2");
            producer.binary(frame32(8, 2, new int[8]));
            assertThat(error(producer))
                    .isEqualTo("rosterVersion is 8, the newest roster is 7; send its roster before a frame");
            producer.binary(messages.encode(
                    new Message.RosterMessage(new Roster(9, List.of("a"), new int[] {5, -1, 5}, new int[3]))));
            assertThat(error(producer)).isEqualTo("agents[2].agentId is 5, which an agent before it has already");
            producer.binary(frame32(7, 2, new int[8]));
            assertThat(error(producer))
                    .isEqualTo("rosterVersion is 7, the newest roster is missing; send its roster before a frame");
            byte[] truncated = roster(7, 2);
            producer.binary(Arrays.copyOf(truncated, truncated.length - 1));
            assertThat(error(producer)).contains("bytes are left");
            producer.binary(messages.encode(new Message.Heartbeat(1, 1, 1)));
            assertThat(error(producer)).isEqualTo("that message is for servers to send");
            producer.binary(roster(7, 2));
            producer.binary(frame32(7, 2, new int[8]));
            await().atMost(PATIENCE).until(() -> server.count(Counter.INGEST_STATES_TAKEN) == 1);
        }
    }

    private String error(RawWebSocket producer) throws Exception {
        return ((Message.ErrorReply)
                        decoder.decode(producer.next(RawWebSocket.BINARY).payload()))
                .message();
    }

    @Test
    void theOtherKindOfMessageAndThoseOfViewersAreErrors() throws Exception {
        try (TestServer server = start();
                RawWebSocket text = json(server);
                RawWebSocket binary = sbe(server)) {
            text.read();
            binary.read();
            text.binary(new byte[] {1});
            assertThat(text.read().text()).contains("essaim.v1.json takes text messages only");
            text.text("{\"type\":\"subscribe\",\"id\":\"9\"}");
            assertThat(new JsonObject(text.read().text()).getString("id")).isEqualTo("9");
            text.text("{\"type\":\"swarm_sate\",\"agents\":[]}");
            assertThat(text.read().text()).contains("a producer sends swarm_state and ping");
            text.text("{\"agents\":[]}");
            assertThat(text.read().text()).contains("type is missing in swarm_state");
            binary.text("{\"type\":\"ping\"}");
            assertThat(error(binary)).isEqualTo("essaim.v1.sbe takes binary messages only");
        }
    }

    @Test
    void statesAboveTheRateAreDroppedAndToldOnceASecond() throws Exception {
        try (TestServer server = start(configuration -> configuration.with(Settings.INGEST_RATE, 5));
                RawWebSocket producer = json(server)) {
            producer.read();
            int sent = 0;
            while (server.count(Counter.INGEST_OVER_RATE) < 50) {
                producer.text(state(agent(1, ++sent)));
                pause(producer);
            }
            producer.text("{\"type\":\"ping\",\"t\":99}");
            assertThat(server.count(Counter.INGEST_STATES_TAKEN)).isLessThan(sent);
            assertThat(server.count(Counter.MESSAGES_INVALID)).isZero();
            // The connection is as good as before.
            await().atMost(PATIENCE).until(() -> {
                long taken = server.count(Counter.INGEST_STATES_TAKEN);
                producer.text(state(agent(1, 1)));
                pause(producer);
                return server.count(Counter.INGEST_STATES_TAKEN) > taken;
            });
        }
    }

    @Test
    void theRateIsToldInAnError() throws Exception {
        try (TestServer server = start(configuration -> configuration.with(Settings.INGEST_RATE, 1));
                RawWebSocket producer = json(server)) {
            producer.read();
            for (int i = 0; i < 100; i++) {
                producer.text(state(agent(1, i)));
            }
            assertThat(producer.read().text())
                    .contains("\"code\":1003")
                    .contains("More than 1 states a second: what is above is dropped; send fewer");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 16_000})
    void aRosterMayChangeWithEachState(int agents) throws Exception {
        try (TestServer server = start();
                RawWebSocket viewer = RawWebSocket.open(server.port(), "/ws/swarm?fps=30&form=plain", SBE);
                RawWebSocket producer = sbe(server)) {
            producer.read();
            Thread publisher = new Thread(() -> publishChanging(producer, agents, 60));
            publisher.start();
            SwarmFrame frame = new SwarmFrame();
            Roster roster = new Roster(0, List.of(), new int[0], new int[0]);
            int frames = 0;
            // The last state's agents are told by its number.
            boolean last = false;
            while (!last) {
                byte[] message = viewer.next(RawWebSocket.BINARY).payload();
                if (!decoder.isFrame(message)) {
                    if (decoder.decode(message) instanceof Message.RosterMessage next) {
                        roster = next.roster();
                    }
                    continue;
                }
                decoder.decodeFrame(message, frame);
                assertThat(frame.rosterVersion()).isEqualTo(roster.version());
                assertThat(frame.agentCount()).isEqualTo(roster.agentCount());
                if (frame.agentCount() > 0) {
                    // Each state's values tell whose they are.
                    assertThat(frame.values(SwarmFrame.X)[agents - 1]).isEqualTo((int) (roster.id(0) / agents));
                    frames++;
                    last = roster.id(0) >= 60L * agents;
                }
            }
            publisher.join();
            assertThat(frames).isPositive();
            assertThat(server.count(Counter.INGEST_STATES_MALFORMED)).isZero();
        }
    }

    /** Its states may be too many; its rosters are the newest whenever a state is taken. */
    @Test
    void whoChangesItsRosterFasterThanItsRateKeepsTheStream() throws Exception {
        try (TestServer server = start(configuration -> configuration.with(Settings.INGEST_RATE, 10));
                RawWebSocket viewer = RawWebSocket.open(server.port(), "/ws/swarm?form=plain", SBE);
                RawWebSocket producer = sbe(server)) {
            producer.read();
            int number = 0;
            // More than ten malformed ones would close it.
            while (server.count(Counter.INGEST_OVER_RATE) < 30) {
                number++;
                producer.binary(roster(number, 2));
                producer.binary(frame32(number, 2, new int[] {number, 0, 0, 0, number, 0, 0, 0}));
                pauseSbe(producer);
            }
            int newest = number;
            await().atMost(PATIENCE).until(() -> {
                producer.binary(frame32(newest, 2, new int[] {-7, 0, 0, 0, -7, 0, 0, 0}));
                pauseSbe(producer);
                SwarmFrame frame = new SwarmFrame();
                byte[] message = viewer.next(RawWebSocket.BINARY).payload();
                while (!decoder.isFrame(message)) {
                    message = viewer.next(RawWebSocket.BINARY).payload();
                }
                decoder.decodeFrame(message, frame);
                return frame.agentCount() == 2 && frame.values(SwarmFrame.X)[0] == -7;
            });
            assertThat(server.count(Counter.INGEST_STATES_MALFORMED)).isZero();
        }
    }

    @Test
    void anEmptyLabelStandsForTheFirstSphereOfTheServer() throws Exception {
        try (TestServer server = start();
                RawWebSocket viewer = RawWebSocket.open(server.port(), "/ws/swarm");
                RawWebSocket producer = sbe(server)) {
            producer.read();
            Roster named = new Roster(1, List.of("", "own"), new int[] {5, 6}, new int[] {0, 1});
            producer.binary(messages.encode(new Message.RosterMessage(named)));
            producer.binary(frame32(1, 2, new int[8]));
            assertThat(viewer.nextText("\"agents\":[{"))
                    .contains("{\"id\":5,\"sphere\":\"personal\"", "{\"id\":6,\"sphere\":\"own\"");
        }
    }

    private void publishChanging(RawWebSocket producer, int agents, int states) {
        SbeMessageEncoder encoder = new SbeMessageEncoder();
        try {
            for (int number = 1; number <= states; number++) {
                int[] ids = new int[agents];
                int[] values = new int[4 * agents];
                for (int agent = 0; agent < agents; agent++) {
                    ids[agent] = number * agents + agent;
                    values[4 * agent] = number;
                }
                producer.binary(encoder.encode(
                        new Message.RosterMessage(new Roster(number, List.of("a"), ids, new int[agents]))));
                producer.binary(frame32(number, agents, values));
                // Answered after both, so the rate is the connection's.
                producer.binary(encoder.encode(new Message.Ping(number)));
                producer.next(RawWebSocket.BINARY);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void ofTwoProducersTheSecondIsClosedUntilTheFirstIsGone() throws Exception {
        try (TestServer server = start()) {
            RawWebSocket first = json(server);
            String name = name(first);
            first.text(state(agent(1, 1)));
            await().atMost(PATIENCE).until(() -> server.count(Counter.INGEST_TAKEOVERS) == 1);
            try (RawWebSocket second = json(server)) {
                second.read();
                second.text("{\"type\":\"ping\"}");
                assertThat(second.read().text()).contains("pong");
                second.text(state(agent(2, 2)));
                Frame close = second.read();
                assertThat(close.closeCode()).isEqualTo(1013);
                assertThat(close.closeReason()).isEqualTo("Another producer is streaming: " + name);
            }
            assertThat(server.count(Counter.INGEST_OCCUPIED)).isEqualTo(1);
            first.abort();
            await().atMost(PATIENCE).until(() -> server.count(Counter.INGEST_STOPS) == 1);
            try (RawWebSocket third = json(server)) {
                third.text(state(agent(3, 3)));
                await().atMost(PATIENCE).until(() -> server.count(Counter.INGEST_TAKEOVERS) == 2);
            }
        }
    }

    @Test
    void whoClosesAndReturnsAtOnceFindsItsSeatFree() throws Exception {
        // The place of one that left is free only once its connection is gone.
        try (TestServer server = start(configuration -> configuration.with(Settings.MAX_PRODUCERS, 40))) {
            for (int life = 1; life <= 30; life++) {
                try (RawWebSocket producer = json(server)) {
                    producer.read();
                    producer.text(state(agent(1, life)));
                    producer.frame(0x80 | RawWebSocket.CLOSE, new byte[] {3, (byte) 0xE8});
                    assertThat(producer.read().closeCode()).isEqualTo(1000);
                }
            }
            await().atMost(PATIENCE).until(() -> server.count(Counter.INGEST_STOPS) == 30);
            assertThat(server.count(Counter.INGEST_OCCUPIED)).isZero();
        }
    }

    @Test
    void aSilentProducerLosesTheStreamAndMayTakeItAgain() throws Exception {
        try (TestServer server =
                        start(configuration -> configuration.with(Settings.INGEST_TIMEOUT, Duration.ofSeconds(2)));
                RawWebSocket viewer = RawWebSocket.open(server.port(), "/ws/swarm");
                RawWebSocket silent = json(server);
                RawWebSocket next = sbe(server)) {
            String name = name(silent);
            silent.text(state(agent(1, 1)));
            assertThat(viewer.nextText("stream_changed")).contains("producer " + name + " took over");
            assertThat(viewer.nextText("stream_changed")).contains("producer " + name + " stopped");
            assertThat(server.count(Counter.INGEST_SILENCES)).isEqualTo(1);
            silent.text(state(agent(1, 2)));
            assertThat(viewer.nextText("stream_changed")).contains("producer " + name + " took over");
            assertThat(viewer.nextText("stream_changed")).contains("producer " + name + " stopped");
            next.binary(roster(0, 1));
            next.binary(frame32(0, 1, new int[4]));
            assertThat(viewer.nextText("stream_changed")).contains(" took over").doesNotContain(name + " ");
        }
    }

    @Test
    void aPingKeepsTheStream() throws Exception {
        try (TestServer server =
                        start(configuration -> configuration.with(Settings.INGEST_TIMEOUT, Duration.ofSeconds(5)));
                RawWebSocket producer = json(server)) {
            producer.read();
            producer.text(state(agent(1, 1)));
            long until = System.nanoTime() + Duration.ofSeconds(8).toNanos();
            while (System.nanoTime() < until) {
                producer.frame(0x80 | RawWebSocket.PING, new byte[] {1});
                producer.next(RawWebSocket.PONG);
                Thread.sleep(50);
            }
            assertThat(server.count(Counter.INGEST_TAKEOVERS)).isEqualTo(1);
            assertThat(server.count(Counter.INGEST_SILENCES)).isZero();
        }
    }

    @Test
    void aStateThatTakesLongerThanTheTimeoutToComeIsNoSilence() throws Exception {
        Duration timeout = Duration.ofSeconds(4);
        try (TestServer server = start(configuration -> configuration.with(Settings.INGEST_TIMEOUT, timeout));
                RawWebSocket producer = json(server)) {
            producer.read();
            producer.text(state(agent(1, 1)));
            await().atMost(PATIENCE).until(() -> server.count(Counter.INGEST_TAKEOVERS) == 1);
            producer.trickle(0x80 | RawWebSocket.TEXT, utf8(state(agent(1, 2))), Duration.ofMillis(100));
            await().atMost(PATIENCE).until(() -> server.count(Counter.INGEST_STATES_TAKEN) == 2);
            assertThat(server.count(Counter.INGEST_SILENCES)).isZero();
            assertThat(server.count(Counter.INGEST_TAKEOVERS)).isEqualTo(1);
        }
    }

    @Test
    void aStateMayComeInFragmentsAndBeAsLargeAsItsLimit() throws Exception {
        try (TestServer server = start();
                RawWebSocket producer = json(server)) {
            producer.read();
            byte[] whole = utf8(state(agents(100_000)));
            assertThat(whole.length).isGreaterThan(2_000_000);
            for (int from = 0; from < whole.length; from += 500_000) {
                int to = Math.min(whole.length, from + 500_000);
                producer.frame(
                        (to == whole.length ? 0x80 : 0) | (from == 0 ? RawWebSocket.TEXT : 0),
                        Arrays.copyOfRange(whole, from, to));
            }
            await().atMost(PATIENCE).until(() -> server.count(Counter.INGEST_STATES_TAKEN) == 1);
            await().atMost(PATIENCE).until(() -> server.get("/health").body().contains("\"essaim_size\":100000"));
            byte[] largest = Arrays.copyOf(whole, 16 << 20);
            Arrays.fill(largest, whole.length, largest.length, (byte) ' ');
            producer.frame(0x80 | RawWebSocket.TEXT, largest);
            await().atMost(PATIENCE).until(() -> server.count(Counter.INGEST_STATES_TAKEN) == 2);
            producer.text("{\"type\":\"ping\"}");
            assertThat(producer.read().text()).contains("pong");
        }
    }

    private static String name(RawWebSocket producer) throws IOException {
        return new JsonObject(producer.read().text()).getString("client_id");
    }

    private static String state(String agents) {
        return "{\"type\":\"swarm_state\",\"agents\":[" + agents + "]}";
    }

    private static String agent(int id, double x) {
        return String.format(Locale.ROOT, "{\"id\":%d,\"x\":%.4f,\"y\":0}", id, x);
    }

    private static String agents(int count) {
        StringBuilder agents = new StringBuilder();
        for (int id = 0; id < count; id++) {
            agents.append(id == 0 ? "" : ",").append(agent(id, id % 3));
        }
        return agents.toString();
    }

    private static String agentsOf(int[] values, int agents) {
        StringBuilder text = new StringBuilder();
        for (int agent = 0; agent < agents; agent++) {
            text.append(agent == 0 ? "" : ",")
                    .append(String.format(
                            Locale.ROOT,
                            "{\"id\":%d,\"x\":%.4f,\"y\":%.4f,\"z\":%.4f,\"frequency\":%.1f}",
                            agent,
                            values[4 * agent] / 1e4,
                            values[4 * agent + 1] / 1e4,
                            values[4 * agent + 2] / 1e4,
                            values[4 * agent + 3] / 1e1));
        }
        return text.toString();
    }

    private static int[][] states(int agents, int count, int least, int most) {
        Random random = new Random(7);
        int[][] states = new int[count][];
        for (int i = 0; i < count; i++) {
            states[i] = random.ints(4L * agents, least, most).toArray();
        }
        return states;
    }

    private byte[] roster(int version, int agents) {
        int[] ids = new int[agents];
        Arrays.setAll(ids, id -> id);
        return messages.encode(new Message.RosterMessage(new Roster(version, List.of("a"), ids, new int[agents])));
    }

    private static byte[] frame32(int rosterVersion, int agents, int[] values) {
        SwarmFrame frame = new SwarmFrame();
        frame.begin(0, 0, rosterVersion, 0, agents);
        for (int i = 0; i < 4 * agents; i++) {
            frame.values(i & 3)[i >> 2] = values[i];
        }
        SbeFrameEncoder encoder = new SbeFrameEncoder(32);
        byte[] bytes = new byte[encoder.length(agents)];
        encoder.encode(frame, new UnsafeBuffer(bytes), 0);
        return bytes;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
