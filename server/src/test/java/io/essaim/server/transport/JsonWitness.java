package io.essaim.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.protocol.swarm.Component;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.SwarmFrame;
import io.essaim.server.testing.DeltaViewer;
import io.essaim.server.testing.RawWebSocket;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Reads the JSON of every tick beside viewers of another form, whose frames are held against it. */
final class JsonWitness implements AutoCloseable {
    private static final int KEPT = 1_000;

    private final RawWebSocket socket;
    private final Thread reader = new Thread(this::read, "witness");

    // guarded by this
    private final Map<Long, String> texts = new HashMap<>();
    private long newest = -1;

    private JsonWitness(RawWebSocket socket) {
        this.socket = socket;
    }

    static JsonWitness open(int port) throws IOException {
        JsonWitness witness = new JsonWitness(RawWebSocket.open(port, "/ws/swarm"));
        witness.reader.setDaemon(true);
        witness.reader.start();
        return witness;
    }

    private void read() {
        try {
            while (true) {
                String text = socket.nextText("swarm_update");
                keep(new JsonObject(text).getLong("seq"), text);
            }
        } catch (IOException e) {
            keep(Long.MAX_VALUE, "");
        }
    }

    private synchronized void keep(long sequence, String text) {
        texts.put(sequence, text);
        texts.remove(sequence - KEPT);
        newest = sequence;
        notifyAll();
    }

    /** Null when a newer one has come: JSON that is late is dropped. */
    private synchronized @Nullable String text(long sequence) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (newest < sequence && System.nanoTime() < deadline) {
            wait(1_000);
        }
        if (newest < sequence) {
            throw new AssertionError("no JSON of tick " + sequence + " or later, the newest is of " + newest);
        }
        return texts.get(sequence);
    }

    /** Fails unless the frame shows what the JSON of its tick does, to the bit; returns whether there is such. */
    boolean check(DeltaViewer viewer, SwarmFrame frame) throws InterruptedException {
        String ofTick = text(frame.sequence());
        if (ofTick == null) {
            return false;
        }
        JsonObject update = new JsonObject(ofTick);
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
            if (agent == null || !agent.getString("sphere").equals(roster.sphere(place))) {
                throw new AssertionError("agent " + roster.id(place) + " is " + agent);
            }
            for (int component = 0; component < SwarmFrame.COMPONENTS; component++) {
                double binary = components.get(component).value(frame.values(component)[place]);
                double text = agent.getDouble(components.get(component).name());
                if (Double.doubleToLongBits(binary) != Double.doubleToLongBits(text)) {
                    throw new AssertionError("sequence " + frame.sequence() + ", agent " + roster.id(place) + ", "
                            + components.get(component).name() + ": " + binary + ", JSON " + text);
                }
            }
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
