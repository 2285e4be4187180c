package io.essaim.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.client.ClientOptions;
import io.essaim.client.SwarmClient;
import io.essaim.server.EssaimServer;
import io.essaim.server.config.Configuration;
import io.essaim.server.config.Settings;
import io.essaim.server.swarm.FlowGenerator;
import java.net.URI;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The Java client watches the real server; here, since this is the one place that sees both. */
@Timeout(30)
class ClientAgainstServerTest {
    @Test
    void shouldSeeEveryFrameAtTheRateItAskedFor() throws Exception {
        Configuration configuration = Configuration.defaults().with(Settings.PORT, 0);
        FlowGenerator source = new FlowGenerator(
                350,
                configuration.get(Settings.FPS),
                configuration.get(Settings.SEED),
                configuration.get(Settings.SPHERES));
        AtomicInteger namedAgents = new AtomicInteger();
        AtomicInteger oddFrames = new AtomicInteger();
        CountDownLatch frames = new CountDownLatch(30);
        try (EssaimServer server = EssaimServer.start(configuration, source, "test")) {
            URI uri = URI.create("ws://127.0.0.1:" + server.port() + "/ws/swarm");
            SwarmClient client = SwarmClient.connect(
                            uri, ClientOptions.DEFAULT.withFps(30), (frame, roster, stream) -> {
                                oddFrames.addAndGet((int) (frame.sequence() % 2));
                                namedAgents.set(roster.agentCount());
                                frames.countDown();
                            })
                    .get();
            assertThat(frames.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(client.roundTripMicros()).isPresent();
            assertThat(client.statistics().framesDiscarded()).isZero();
            assertThat(client.statistics().messagesUnknown()).isZero();
            assertThat(namedAgents).hasValue(350);
            assertThat(oddFrames).hasValue(0);
            client.close();
        }
    }
}
