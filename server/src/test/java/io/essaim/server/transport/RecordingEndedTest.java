package io.essaim.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.server.swarm.SwarmSource;
import io.essaim.server.swarm.SwarmState;
import io.essaim.server.swarm.TrajectoryPlayer;
import io.essaim.server.swarm.TrajectoryReader;
import io.essaim.server.testing.RawWebSocket;
import io.essaim.server.testing.TestServer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A recording that is played once, over a real socket. */
@Timeout(120)
class RecordingEndedTest {
    @Test
    void itsLastStateStaysAndViewersAreTold(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("flight.csv"), "t,id,x,y,z\n0,7,0,0,0\n0.5,7,0.75,-0.5,1\n");
        HeldPlayer player = new HeldPlayer(new TrajectoryPlayer(
                new TrajectoryReader((read, total) -> {}).read(file), 60, 999, TestServer.spheres(), false));
        try (TestServer server = TestServer.start(configuration -> configuration, player);
                RawWebSocket socket = RawWebSocket.open(server.port(), "/ws/swarm")) {
            assertThat(socket.nextText("swarm_update")).contains("\"x\":0.0000,\"y\":0.0000,\"z\":0.0000");
            player.letGo();
            assertThat(socket.nextText("stream_changed")).contains("\"reason\":\"recording ended\"");
            for (int i = 0; i < 10; i++) {
                assertThat(socket.nextText("swarm_update"))
                        .endsWith("\"agents\":[{\"id\":7,\"sphere\":\"personal\",\"x\":0.7500,\"y\":-0.5000,"
                                + "\"z\":1.0000,\"frequency\":999.0}]}");
            }
        }
    }

    /** Stays at the recording's first tick until it is let go, so that a viewer sees the end however late it comes. */
    private static final class HeldPlayer implements SwarmSource {
        private final TrajectoryPlayer player;
        private volatile boolean letGo;

        // swarm clock thread
        private long next;

        HeldPlayer(TrajectoryPlayer player) {
            this.player = player;
        }

        void letGo() {
            letGo = true;
        }

        @Override
        public String description() {
            return player.description();
        }

        @Override
        public int agentCount() {
            return player.agentCount();
        }

        @Override
        public ValueRange range(int component) {
            return player.range(component);
        }

        @Override
        public void step(long tick, SwarmState state) {
            if (tick == 0 || letGo) {
                player.step(next++, state);
            }
        }
    }
}
