package io.essaim.server.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.essaim.protocol.events.EventDraft;
import io.essaim.protocol.events.EventFilter;
import io.essaim.protocol.events.JsonText;
import io.essaim.protocol.events.TypePattern;
import io.essaim.server.events.Receipt;
import io.essaim.server.events.RefusalCause;
import io.essaim.server.observe.Counter;
import io.essaim.server.testing.RawWebSocket;
import io.essaim.server.testing.TestServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What clients are told in which order while the log's answers are late. */
@Timeout(60)
class AnswerOrderTest {
    private static final Receipt UNHEARD = new Receipt() {
        @Override
        public void published(List<Placed> placed) {}

        @Override
        public void refused(RefusalCause cause, String reason) {}
    };

    /** Has whoever answers from the log stand still. */
    private static CountDownLatch hold(TestServer server) {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch standing = new CountDownLatch(1);
        server.server().events().subscribe(new TypePattern("stop"), EventFilter.ALL, event -> {
            standing.countDown();
            try {
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        server.server().events().publish(List.of(EventDraft.of("stop", JsonText.EMPTY)), null, UNHEARD);
        await().atMost(Duration.ofSeconds(30)).until(() -> standing.getCount() == 0);
        return release;
    }

    private static void received(TestServer server, int messages) {
        await().atMost(Duration.ofSeconds(30)).until(() -> server.count(Counter.MESSAGES_RECEIVED) == messages);
    }

    private static JsonObject next(RawWebSocket client) throws IOException {
        return new JsonObject(client.read().text());
    }

    @Test
    void theSwarmIsGrantedAndEndsInTheOrderInWhichItWasAskedFor() throws Exception {
        try (TestServer server = TestServer.start();
                RawWebSocket client = RawWebSocket.open(server.port(), "/ws/events?rooms=first")) {
            client.nextText("\"type\":\"subscribed\"");
            CountDownLatch release = hold(server);
            client.text("{\"type\":\"subscribe\",\"id\":\"1\",\"swarm\":{\"agents\":\"0-3\"},\"rooms\":[\"a\"]}");
            client.text("{\"type\":\"subscribe\",\"id\":\"2\",\"swarm\":{\"agents\":\"0-3\"}}");
            client.text("{\"type\":\"unsubscribe\",\"id\":\"3\",\"swarm\":true}");
            client.text("{\"type\":\"subscribe\",\"id\":\"4\",\"frequency\":true}");
            received(server, 4);
            release.countDown();
            for (String id : List.of("1", "2", "3", "4")) {
                assertThat(answer(client).getString("id")).isEqualTo(id);
            }
            for (int tick = 0; tick < 10; tick++) {
                assertThat(next(client).getString("type")).isEqualTo("frequency_update");
            }
        }
    }

    /** The next that is no frame. */
    private static JsonObject answer(RawWebSocket client) throws IOException {
        JsonObject message = next(client);
        while (message.getString("type").equals("swarm_update")) {
            message = next(client);
        }
        return message;
    }

    @Test
    void observersAreGreetedBeforeAnythingElseIsSaid() throws Exception {
        try (TestServer server = TestServer.start()) {
            CountDownLatch release = hold(server);
            try (RawWebSocket client = RawWebSocket.open(server.port(), "/ws/events?profile=seneca&rooms=quick")) {
                client.text("{\"type\":\"ping\",\"t\":1}");
                client.text("{\"type\":\"ping\",\"t\":2}");
                client.text("no JSON");
                received(server, 3);
                release.countDown();
                assertThat(next(client).getString("type")).isEqualTo("connection_established");
                assertThat(next(client).getInteger("t")).isEqualTo(1);
                assertThat(next(client).getInteger("t")).isEqualTo(2);
                assertThat(next(client).getString("type")).isEqualTo("error");
                assertThat(next(client).getString("type")).isEqualTo("snapshot");
            }
        }
    }

    @Test
    void whoAsksForTooMuchBeforeItIsGreetedIsClosed() throws Exception {
        try (TestServer server = TestServer.start()) {
            CountDownLatch release = hold(server);
            try (RawWebSocket client = RawWebSocket.open(server.port(), "/ws/events?profile=seneca&rooms=greedy")) {
                for (int i = 0; i < ClientMessages.HELD_BYTES_MAX / 50; i++) {
                    client.text("{\"type\":\"ping\"}");
                }
                assertThat(client.read().closeCode()).isEqualTo(1013);
            } finally {
                release.countDown();
            }
            assertThat(server.count(Counter.QUEUE_OVERFLOWS)).isEqualTo(1);
        }
    }
}
