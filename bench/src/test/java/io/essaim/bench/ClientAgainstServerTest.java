package io.essaim.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.client.ClientOptions;
import io.essaim.client.SwarmClient;
import io.essaim.protocol.Message;
import io.essaim.server.EssaimServer;
import io.essaim.server.config.Configuration;
import io.essaim.server.config.Settings;
import io.essaim.server.swarm.FlowGenerator;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The Java client watches the real server; here, since this is the one place that sees both. */
@Timeout(30)
class ClientAgainstServerTest {
    /** Plain frames, the form delta, and its batches hold the same, tick by tick, whenever one joined. */
    @Test
    void shouldSeeTheSameInEachForm() throws Exception {
        try (EssaimServer server = start()) {
            URI uri = URI.create("ws://127.0.0.1:" + server.port() + "/ws/swarm");
            ClientOptions delta = ClientOptions.DEFAULT.withForm(Message.Form.DELTA);
            Map<Long, Map<Long, int[]>> plain =
                    watch(uri, ClientOptions.DEFAULT.withForm(Message.Form.PLAIN), new CountDownLatch(20));
            Map<Long, Map<Long, int[]>> first = watch(uri, delta, new CountDownLatch(40));
            Map<Long, Map<Long, int[]>> later = watch(uri, delta, new CountDownLatch(40));
            Map<Long, Map<Long, int[]>> batched = watch(uri, delta.withBatch(6), new CountDownLatch(60));
            assertSame(first, plain);
            assertSame(later, plain);
            assertSame(batched, plain);
        }
    }

    /** Waits for as many frames as the latch has; the values of each agent by tick, which go on to come. */
    private static Map<Long, Map<Long, int[]>> watch(URI uri, ClientOptions options, CountDownLatch frames)
            throws Exception {
        Map<Long, Map<Long, int[]>> seen = new ConcurrentHashMap<>();
        SwarmClient client = SwarmClient.connect(uri, options, (frame, roster, stream) -> {
                    Map<Long, int[]> agents = new HashMap<>();
                    for (int agent = 0; agent < frame.agentCount(); agent++) {
                        agents.put(roster.id(agent), new int[] {
                            frame.values(0)[agent],
                            frame.values(1)[agent],
                            frame.values(2)[agent],
                            frame.values(3)[agent]
                        });
                    }
                    seen.put(frame.sequence(), agents);
                    frames.countDown();
                })
                .get();
        assertThat(frames.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(client.statistics().framesDiscarded()).isZero();
        assertThat(client.statistics().messagesUnknown()).isZero();
        return seen;
    }

    private static void assertSame(Map<Long, Map<Long, int[]>> seen, Map<Long, Map<Long, int[]>> plain) {
        List<Long> both = seen.keySet().stream().filter(plain::containsKey).toList();
        assertThat(both).hasSizeGreaterThan(20);
        for (long sequence : both) {
            Map<Long, int[]> expected = Objects.requireNonNull(plain.get(sequence));
            Map<Long, int[]> agents = Objects.requireNonNull(seen.get(sequence));
            assertThat(agents.keySet()).isEqualTo(expected.keySet());
            expected.forEach((id, values) -> assertThat(agents.get(id)).containsExactly(values));
        }
    }

    private static EssaimServer start() throws Exception {
        Configuration configuration = Configuration.defaults().with(Settings.PORT, 0);
        FlowGenerator source = new FlowGenerator(
                350,
                configuration.get(Settings.FPS),
                configuration.get(Settings.SEED),
                configuration.get(Settings.SPHERES));
        return EssaimServer.start(configuration, source, "test");
    }

    @Test
    void shouldSeeEveryFrameAtTheRateItAskedFor() throws Exception {
        AtomicInteger namedAgents = new AtomicInteger();
        AtomicInteger oddFrames = new AtomicInteger();
        CountDownLatch frames = new CountDownLatch(30);
        try (EssaimServer server = start()) {
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
