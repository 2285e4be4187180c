package io.essaim.server.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.essaim.client.ClientOptions;
import io.essaim.client.RequestRefusedException;
import io.essaim.client.SwarmClient;
import io.essaim.client.SwarmFrames;
import io.essaim.client.SwarmSnapshot;
import io.essaim.protocol.ErrorCode;
import io.essaim.protocol.Message;
import io.essaim.protocol.swarm.AgentIds;
import io.essaim.protocol.swarm.Selection;
import io.essaim.server.testing.TestServer;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The Java client's views, granted by a real server. */
@Timeout(120)
class JavaClientTest {
    @Test
    void aViewIsAskedForAtConnectAndReplacedLater() throws Exception {
        try (TestServer server = TestServer.start()) {
            Selection ten = new Selection(AgentIds.parse("0-9"), List.of(), null);
            try (SwarmFrames frames = SwarmClient.frames(
                    server.webSocket("/ws/swarm"),
                    ClientOptions.DEFAULT.withFps(30).withSelection(ten))) {
                Iterator<SwarmSnapshot> loop = frames.iterator();
                SwarmSnapshot first = loop.next();
                assertThat(first.agentCount()).isEqualTo(10);
                assertThat(IntStream.range(0, 10).mapToLong(first::id))
                        .containsExactlyInAnyOrder(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);

                Selection social = new Selection(null, List.of("social", "social"), null);
                Message.Subscribed granted =
                        frames.client().subscribe(0, social).get(30, TimeUnit.SECONDS);
                assertThat(granted.selection()).isEqualTo(social);
                SwarmSnapshot later = loop.next();
                assertThat(later.agentCount()).as("from the first frame on").isEqualTo(50);
                assertThat(IntStream.range(0, 50).mapToObj(later::sphere)).containsOnly("social");
            }
        }
    }

    @Test
    void aRequestThatIsRefusedFailsWithTheServersWords() throws Exception {
        try (TestServer server = TestServer.start();
                SwarmFrames frames = SwarmClient.frames(server.webSocket("/ws/swarm"), ClientOptions.DEFAULT)) {
            Selection one = new Selection(AgentIds.parse("1"), List.of(), null);
            Selection two = new Selection(AgentIds.parse("2"), List.of(), null);
            frames.iterator().next();
            var granted = frames.client().subscribe(0, one);
            var tooSoon = frames.client().subscribe(0, two);
            assertThat(granted.get(30, TimeUnit.SECONDS).selection()).isEqualTo(one);
            assertThatThrownBy(() -> tooSoon.get(30, TimeUnit.SECONDS))
                    .cause()
                    .isInstanceOfSatisfying(
                            RequestRefusedException.class,
                            e -> assertThat(e.code()).isEqualTo(ErrorCode.RATE_LIMITED));
        }
    }
}
