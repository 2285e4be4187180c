package io.essaim.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.protocol.Message;
import io.essaim.protocol.swarm.Component;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.Selection;
import io.essaim.protocol.swarm.SwarmFrame;
import io.essaim.server.config.Settings;
import io.essaim.server.observe.Counter;
import io.essaim.server.testing.DeltaViewer;
import io.essaim.server.testing.RawWebSocket;
import io.essaim.server.testing.TestServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The form delta over real sockets, held against JSON of the same tick or a world that is known. */
@Timeout(120)
class DeltaTest {
    @Test
    void whoJoinsAtAnyMomentIsExactFromItsFirstFrameOn() throws Exception {
        try (TestServer server = TestServer.with(Settings.SYNC_INTERVAL, Duration.ofMillis(500));
                RawWebSocket json = RawWebSocket.open(server.port(), "/ws/swarm")) {
            List<DeltaViewer> viewers = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                viewers.add(DeltaViewer.open(server.port(), ""));
                assertThat(viewers.get(i).connected().form()).isEqualTo(Message.Form.DELTA);
                Thread.sleep(7 + 13L * i % 50);
            }
            Map<Long, JsonObject> updates = new HashMap<>();
            for (DeltaViewer viewer : viewers) {
                for (int frames = 0; frames < 90; frames++) {
                    SwarmFrame frame = viewer.next();
                    assertEqual(viewer, frame, update(json, updates, frame.sequence()));
                }
                assertThat(viewer.joins()).isEqualTo(1);
                viewer.close();
            }
            assertThat(viewers.stream().mapToInt(DeltaViewer::silent).sum()).isPositive();
            assertThat(server.count(Counter.SYNC_POINTS)).isGreaterThan(3);
            assertThat(server.count(Counter.DELTA_JOINS)).isEqualTo(20);
        }
    }

    @Test
    void agentsThatComeAndGoAreNamedInTime() throws Exception {
        try (TestServer server = TestServer.start(
                settings -> settings.with(Settings.SYNC_INTERVAL, Duration.ofMillis(500)), new KnownWorld())) {
            for (int i = 0; i < 5; i++) {
                try (DeltaViewer viewer = DeltaViewer.open(server.port(), "")) {
                    for (int frames = 0; frames < 60; frames++) {
                        KnownWorld.check(viewer.next(), viewer.roster(), Selection.ALL);
                    }
                    assertThat(viewer.joins()).isEqualTo(1);
                }
            }
        }
    }

    /** The JSON of a tick; those before it are kept. */
    private static JsonObject update(RawWebSocket json, Map<Long, JsonObject> known, long sequence) throws Exception {
        while (!known.containsKey(sequence)) {
            JsonObject update = new JsonObject(json.nextText("swarm_update"));
            known.put(update.getLong("seq"), update);
        }
        return known.get(sequence);
    }

    private static void assertEqual(DeltaViewer viewer, SwarmFrame frame, JsonObject update) {
        List<Component> components = viewer.stream().components();
        Roster roster = viewer.roster();
        JsonArray agents = update.getJsonArray("agents");
        assertThat(agents.size()).isEqualTo(frame.agentCount()).isEqualTo(roster.agentCount());
        assertThat(update.getLong("time_us")).isEqualTo(frame.timeMicros());
        assertThat(update.getInteger("frequency")).isEqualTo(frame.targetFrequency());
        Map<Long, JsonObject> byId = new HashMap<>();
        for (int i = 0; i < agents.size(); i++) {
            byId.put(agents.getJsonObject(i).getLong("id"), agents.getJsonObject(i));
        }
        for (int place = 0; place < frame.agentCount(); place++) {
            JsonObject agent = byId.remove(roster.id(place));
            if (agent == null) {
                throw new AssertionError("agent " + roster.id(place) + " is not in " + update);
            }
            assertThat(agent.getString("sphere")).isEqualTo(roster.sphere(place));
            for (int component = 0; component < SwarmFrame.COMPONENTS; component++) {
                double binary = components.get(component).value(frame.values(component)[place]);
                double text = agent.getDouble(components.get(component).name());
                if (Double.doubleToLongBits(binary) != Double.doubleToLongBits(text)) {
                    throw new AssertionError("sequence " + frame.sequence() + ", agent " + roster.id(place) + ", "
                            + components.get(component).name() + ": " + binary + ", JSON " + text);
                }
            }
        }
    }
}
