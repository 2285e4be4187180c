package io.essaim.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.protocol.Message;
import io.essaim.protocol.sbe.SbeDecoder;
import io.essaim.protocol.swarm.Component;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.SwarmFrame;
import io.essaim.server.config.Configuration;
import io.essaim.server.config.Settings;
import io.essaim.server.swarm.TrajectoryPlayer;
import io.essaim.server.swarm.TrajectoryReader;
import io.essaim.server.testing.RawWebSocket;
import io.essaim.server.testing.SharedData;
import io.essaim.server.testing.TestServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Binary equals JSON: one client of each on a live server, compared by sequence number, value for value, while others
 * join, leave and stall. {@code -Dessaim.equal.frames=10000} compares more than the inner loop's few hundred.
 */
@Timeout(600)
class EqualEncodingsTest {
    /** As many frames a second as there can be, so that the comparison takes a quarter of the time. */
    private static final int FPS = 240;

    private static final int FRAMES = Integer.getInteger("essaim.equal.frames", 600);

    @Test
    void theGeneratorsFramesAreTheSameInBothEncodings() throws Exception {
        try (TestServer server = TestServer.start(EqualEncodingsTest::quick)) {
            compare(server);
        }
    }

    @Test
    void realBirdsAreTheSameInBothEncodings() throws Exception {
        TrajectoryPlayer birds = new TrajectoryPlayer(
                new TrajectoryReader((read, total) -> {}).read(SharedData.require("jackdaw.csv.gz")),
                FPS,
                999,
                TestServer.spheres());
        try (TestServer server = TestServer.start(EqualEncodingsTest::quick, birds)) {
            compare(server);
        }
    }

    private static Configuration quick(Configuration configuration) {
        return configuration.with(Settings.FPS, FPS);
    }

    private static void compare(TestServer server) throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        Thread crowd = new Thread(() -> crowd(server, done), "crowd");
        crowd.start();
        int compared = 0;
        try (RawWebSocket json = RawWebSocket.open(server.port(), "/ws/swarm");
                RawWebSocket sbe = RawWebSocket.open(
                        server.port(), "/ws/swarm?form=plain", "Sec-WebSocket-Protocol", "essaim.v1.sbe")) {
            SbeDecoder decoder = new SbeDecoder();
            SwarmFrame frame = new SwarmFrame();
            Message.Connected connected = (Message.Connected)
                    decoder.decode(sbe.next(RawWebSocket.BINARY).payload());
            Roster roster = nextFrame(sbe, decoder, frame, new Roster(0, List.of(), new int[0], new int[0]));
            JsonObject update = new JsonObject(json.nextText("swarm_update"));
            while (compared < FRAMES) {
                long ahead = update.getLong("seq") - frame.sequence();
                if (ahead == 0) {
                    assertEqual(frame, roster, connected.stream().components(), update);
                    compared++;
                }
                if (ahead >= 0) {
                    roster = nextFrame(sbe, decoder, frame, roster);
                }
                if (ahead <= 0) {
                    update = new JsonObject(json.nextText("swarm_update"));
                }
            }
        } finally {
            done.set(true);
            crowd.join();
        }
        assertThat(compared).isEqualTo(FRAMES);
    }

    private static Roster nextFrame(RawWebSocket sbe, SbeDecoder decoder, SwarmFrame frame, Roster known)
            throws Exception {
        Roster roster = known;
        byte[] payload = sbe.next(RawWebSocket.BINARY).payload();
        while (!decoder.isFrame(payload)) {
            if (decoder.decode(payload) instanceof Message.RosterMessage message) {
                roster = message.roster();
            }
            payload = sbe.next(RawWebSocket.BINARY).payload();
        }
        decoder.decodeFrame(payload, frame);
        assertThat(roster.version()).isEqualTo(frame.rosterVersion());
        return roster;
    }

    private static void assertEqual(SwarmFrame frame, Roster roster, List<Component> components, JsonObject update) {
        JsonArray agents = update.getJsonArray("agents");
        assertThat(agents.size()).isEqualTo(frame.agentCount());
        assertThat(update.getLong("time_us")).isEqualTo(frame.timeMicros());
        assertThat(update.getInteger("frequency")).isEqualTo(frame.targetFrequency());
        for (int agent = 0; agent < frame.agentCount(); agent++) {
            JsonObject json = agents.getJsonObject(agent);
            if (json.getLong("id") != roster.id(agent)
                    || !json.getString("sphere").equals(roster.sphere(agent))) {
                throw new AssertionError("agent " + agent + " is " + json);
            }
            for (int component = 0; component < SwarmFrame.COMPONENTS; component++) {
                double binary = components.get(component).value(frame.values(component)[agent]);
                double text = json.getDouble(components.get(component).name());
                // To the bit; a comparison of boxed values for each of millions would take the test's time.
                if (Double.doubleToLongBits(binary) != Double.doubleToLongBits(text)) {
                    throw new AssertionError("sequence " + frame.sequence() + ", agent " + agent + ", "
                            + components.get(component).name() + ": binary " + binary + ", JSON " + text);
                }
            }
        }
    }

    /** Clients that join, leave and stall. */
    private static void crowd(TestServer server, AtomicBoolean done) {
        List<RawWebSocket> stalled = new ArrayList<>();
        try {
            for (int i = 0; !done.get(); i++) {
                RawWebSocket client =
                        RawWebSocket.open(server.port(), 8 << 10, i % 2 == 0 ? "/ws/swarm" : "/ws/swarm?fps=10");
                if (i % 4 == 0 && stalled.size() < 20) {
                    stalled.add(client);
                } else {
                    client.nextText("swarm_update");
                    client.close();
                }
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        } finally {
            stalled.forEach(EqualEncodingsTest::close);
        }
    }

    private static void close(RawWebSocket client) {
        try {
            client.close();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
