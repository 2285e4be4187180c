package io.essaim.server.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.essaim.server.config.EventSettings;
import io.essaim.server.observe.Counter;
import io.essaim.server.testing.HttpEvents;
import io.essaim.server.testing.RawWebSocket;
import io.essaim.server.testing.TestServer;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A store that cannot be written to for a while: publishers hear so at once, viewers hear nothing of it. */
@Timeout(120)
class StoreFailsTest {
    private static final String EVENT = "{\"type\":\"agent.started\",\"data\":{}}";

    @TempDir
    private Path folder;

    @Test
    void publishersAreRefusedAtOnceUntilItCanBeWrittenToAgain() throws Exception {
        Path file = folder.resolve("events.db");
        try (TestServer server = TestServer.with(EventSettings.EVENT_STORE, Optional.of(file));
                RawWebSocket follower = RawWebSocket.open(server.port(), "/ws/events?rooms=general");
                RawWebSocket publisher = RawWebSocket.open(server.port(), "/ws/events?rooms=ops")) {
            HttpEvents events = new HttpEvents(server);
            events.publish(EVENT);
            follower.nextText("agent.started");
            assertThat(server.get("/readyz").body()).isEqualTo("ready\n");
            try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + file);
                    Statement statement = other.createStatement()) {
                statement.execute("BEGIN IMMEDIATE");
                HttpResponse<String> refused = events.post("application/json", EVENT);
                assertThat(refused.statusCode()).isEqualTo(503);
                assertThat(refused.headers().firstValue("Retry-After")).isPresent();
                assertThat(refused.body()).contains("the event store cannot be written to: try again later");
                for (int i = 0; i < 20; i++) {
                    assertThat(events.post("application/json", EVENT).statusCode())
                            .isEqualTo(503);
                }
                assertThat(server.count(Counter.EVENT_STORE_FAILURES))
                        .as("of so many only a trial may have gone to the file")
                        .isLessThan(5);
                publisher.text("{\"type\":\"publish\",\"id\":\"7\",\"event\":" + EVENT + "}");
                JsonObject error = new JsonObject(publisher.nextText("error"));
                assertThat(error.encode()).contains("1004").contains("\"7\"");
                assertThat(server.count(Counter.BREAKERS_OPENED)).isEqualTo(1);
                HttpResponse<String> ready = server.get("/readyz");
                assertThat(ready.statusCode()).isEqualTo(200);
                assertThat(ready.body()).isEqualTo("ready, but events cannot be published now\n");
                assertThat(server.get("/metrics").body()).contains("essaim_event_publishing 0.0");
                try (RawWebSocket viewer = RawWebSocket.open(server.port(), "/ws/swarm?rooms=general")) {
                    viewer.nextText("swarm_update");
                }
                statement.execute("ROLLBACK");
            }
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> events.post("application/json", EVENT).statusCode() == 200);
            follower.nextText("agent.started");
            assertThat(server.get("/metrics").body()).contains("essaim_event_publishing 1.0");
        }
    }
}
