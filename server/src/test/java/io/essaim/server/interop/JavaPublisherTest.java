package io.essaim.server.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.essaim.client.ClientOptions;
import io.essaim.client.Publication;
import io.essaim.client.PublisherListener;
import io.essaim.client.PublisherOptions;
import io.essaim.client.RefusedException;
import io.essaim.client.SwarmClient;
import io.essaim.client.SwarmFrames;
import io.essaim.client.SwarmPublisher;
import io.essaim.client.SwarmSnapshot;
import io.essaim.server.config.Secret;
import io.essaim.server.config.Settings;
import io.essaim.server.swarm.IngestSource;
import io.essaim.server.testing.TestServer;
import java.time.Duration;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The Java client's producer, and viewers of what it publishes, over a real server. */
@Timeout(120)
class JavaPublisherTest {
    private static final long[] IDS = {7, 4_294_967_295L};
    private static final String[] SPHERES = {"social", "Straße"};
    private static final double[] ZERO = {0, 0};

    @Test
    void whatIsPublishedIsSeenOnTheGridAlsoWhenItGrowsWide() throws Exception {
        try (TestServer server = TestServer.start(configuration -> configuration, new IngestSource());
                SwarmFrames frames = SwarmClient.frames(server.webSocket("/ws/swarm"), ClientOptions.DEFAULT)) {
            Iterator<SwarmSnapshot> loop = frames.iterator();
            assertThat(loop.next().agentCount()).isZero();
            try (SwarmPublisher publisher = connect(server, PublisherListener.NONE)) {
                publisher.publish(
                        IDS,
                        SPHERES,
                        new double[] {0.12345, -0.00005},
                        new double[] {-1.5, 3.2767},
                        ZERO,
                        new double[] {987.25, -0.04});
                SwarmSnapshot seen = until(loop, frame -> frame.agentCount() == 2);
                assertThat(seen.id(1)).isEqualTo(4_294_967_295L);
                assertThat(seen.sphere(1)).isEqualTo("Straße");
                assertThat(seen.x(0)).isEqualTo(0.1235);
                assertThat(seen.x(1)).isEqualTo(-0.0001);
                assertThat(seen.y(1)).isEqualTo(3.2767);
                assertThat(seen.frequency(0)).isEqualTo(987.3);
                assertThat(seen.frequency(1)).isZero();
                assertThat(seen.stream().valueBits()).isEqualTo(16);

                publisher.publish(IDS, SPHERES, new double[] {100_000, 0}, ZERO, ZERO, ZERO);
                SwarmSnapshot wide = until(loop, frame -> frame.agentCount() == 2 && frame.x(0) == 100_000);
                assertThat(wide.stream().valueBits()).isEqualTo(32);
                assertThat(wide.stream().epoch()).isNotEqualTo(seen.stream().epoch());
                assertThat(publisher.statistics().errors()).isZero();

                // Others, by another roster, and none at all.
                publisher.publish(
                        new long[] {5},
                        new String[] {""},
                        new double[] {1},
                        new double[1],
                        new double[1],
                        new double[1]);
                SwarmSnapshot other = until(loop, frame -> frame.agentCount() == 1);
                assertThat(other.id(0)).isEqualTo(5);
                assertThat(other.sphere(0)).as("the first configured").isEqualTo("personal");
                publisher.publish(
                        new long[0], new String[0], new double[0], new double[0], new double[0], new double[0]);
                until(loop, frame -> frame.agentCount() == 0);
            }
        }
    }

    @Test
    void aSecondProducerIsSentAwayAndMayComeBack() throws Exception {
        try (TestServer server = TestServer.start(configuration -> configuration, new IngestSource());
                SwarmFrames frames = SwarmClient.frames(server.webSocket("/ws/swarm"), ClientOptions.DEFAULT)) {
            SwarmPublisher first = connect(server, PublisherListener.NONE);
            first.publish(IDS, SPHERES, ZERO, ZERO, ZERO, ZERO);
            Iterator<SwarmSnapshot> loop = frames.iterator();
            until(loop, frame -> frame.agentCount() == 2);
            CompletableFuture<String> sentAway = new CompletableFuture<>();
            SwarmPublisher second = connect(server, new PublisherListener() {
                @Override
                public void onClosed(int code, String reason) {
                    sentAway.complete(code + " " + reason);
                }
            });
            second.publish(IDS, SPHERES, new double[] {1, 1}, ZERO, ZERO, ZERO);
            assertThat(sentAway.get(30, TimeUnit.SECONDS)).startsWith("1013 Another producer is streaming: c-");
            assertThat(second.publish(IDS, SPHERES, ZERO, ZERO, ZERO, ZERO)).isEqualTo(Publication.CLOSED);
            first.close();
            // The server lets go of the stream when it has seen the close: until then the next one is sent away, too.
            await().atMost(Duration.ofSeconds(30)).until(() -> {
                SwarmPublisher third = connect(server, PublisherListener.NONE);
                third.publish(IDS, SPHERES, new double[] {2, 2}, ZERO, ZERO, ZERO);
                SwarmSnapshot seen = until(loop, frame -> true);
                for (int i = 0; i < 60 && seen.x(0) != 2; i++) {
                    seen = loop.next();
                }
                third.close();
                return seen.x(0) == 2;
            });
        }
    }

    @Test
    void aTokenLetsItIn() throws Exception {
        try (TestServer server = TestServer.start(
                configuration -> configuration.with(Settings.INGEST_TOKEN, Optional.of(new Secret("sw0rdfish"))),
                new IngestSource())) {
            assertThatThrownBy(() -> connect(server, PublisherListener.NONE))
                    .cause()
                    .isInstanceOfSatisfying(
                            RefusedException.class, e -> assertThat(e.status()).isEqualTo(401));
            SwarmPublisher.connect(
                            server.webSocket("/ws/ingest"),
                            PublisherOptions.DEFAULT.withToken("sw0rdfish"),
                            PublisherListener.NONE)
                    .get(30, TimeUnit.SECONDS)
                    .close();
        }
    }

    private static SwarmPublisher connect(TestServer server, PublisherListener listener) throws Exception {
        return SwarmPublisher.connect(server.webSocket("/ws/ingest"), PublisherOptions.DEFAULT, listener)
                .get(30, TimeUnit.SECONDS);
    }

    private static SwarmSnapshot until(Iterator<SwarmSnapshot> loop, Predicate<SwarmSnapshot> seen) {
        SwarmSnapshot frame = loop.next();
        while (!seen.test(frame)) {
            frame = loop.next();
        }
        return frame;
    }
}
