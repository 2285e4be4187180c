package io.essaim.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.server.config.SecuritySettings;
import io.essaim.server.config.Settings;
import io.essaim.server.testing.HttpEvents;
import io.essaim.server.testing.RawWebSocket;
import io.essaim.server.testing.TestServer;
import io.essaim.server.testing.TestTokens;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code GET /admin/websocket/stats}, at a server of several event loops. */
@Timeout(60)
class StatsApiTest {
    private static final String PATH = "/admin/websocket/stats";

    @TempDir
    private static Path directory;

    private static TestServer server;
    private static HttpEvents http;

    @BeforeAll
    static void start() throws Exception {
        Path tokens =
                new TestTokens().with("boss", "admin: true").with("viewer").write(directory);
        server = TestServer.start(configuration ->
                configuration.with(SecuritySettings.TOKENS, Optional.of(tokens)).with(Settings.EVENT_LOOPS, 3));
        http = new HttpEvents(server);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static JsonObject stats() throws Exception {
        return HttpEvents.answered(http.ask(PATH + "?token=" + TestTokens.of("boss")));
    }

    private static List<JsonObject> clients(JsonObject stats) {
        JsonArray clients = stats.getJsonArray("clients");
        return IntStream.range(0, clients.size())
                .mapToObj(clients::getJsonObject)
                .toList();
    }

    @Test
    void itTellsOfTheSocketsOfAllLoopsOldestFirst() throws Exception {
        Awaitility.await().until(() -> stats().getInteger("active_connections") == 0);
        long totalBefore = stats().getLong("total_connections");
        long broadcastsBefore = stats().getLong("total_broadcasts");
        Instant before = Instant.now();
        List<RawWebSocket> open = new ArrayList<>();
        try {
            for (int i = 1; i <= 8; i++) {
                RawWebSocket client = RawWebSocket.open(server.port(), "/ws/dashboard?client_id=dashboard-" + i);
                open.add(client);
                client.nextText("connection.established");
                client.text("{\"type\":\"leave\",\"id\":\"settle\",\"room\":\"nowhere\"}");
                client.nextText("settle");
            }
            http.publish("{\"type\":\"agent.a\",\"priority\":\"critical\"}");
            for (RawWebSocket client : open) {
                client.nextText("agent.a");
            }
            JsonObject stats = stats();
            assertThat(stats.fieldNames())
                    .containsExactly(
                            "active_connections",
                            "total_connections",
                            "total_messages_sent",
                            "total_broadcasts",
                            "clients");
            assertThat(stats.getInteger("active_connections")).isEqualTo(8);
            assertThat(stats.getLong("total_connections")).isEqualTo(totalBefore + 8);
            assertThat(stats.getLong("total_broadcasts")).isEqualTo(broadcastsBefore + 1);
            assertThat(clients(stats))
                    .extracting(client -> client.getString("client_id"))
                    .containsExactly(IntStream.rangeClosed(1, 8)
                            .mapToObj(i -> "dashboard-" + i)
                            .toArray(String[]::new));
            assertThat(clients(stats)).allSatisfy(client -> {
                assertThat(client.fieldNames()).containsExactly("client_id", "connected_at", "messages_sent");
                assertThat(client.getLong("messages_sent"))
                        .as("a greeting, an answer, an event")
                        .isEqualTo(3);
                assertThat(Instant.parse(client.getString("connected_at")))
                        .isBetween(before.minusSeconds(1), Instant.now().plusSeconds(1));
            });
            assertThat(stats.getLong("total_messages_sent"))
                    .isGreaterThanOrEqualTo(clients(stats).stream()
                            .mapToLong(client -> client.getLong("messages_sent"))
                            .sum());
        } finally {
            for (RawWebSocket client : open) {
                client.close();
            }
        }
        Awaitility.await().until(() -> stats().getInteger("active_connections") == 0);
        assertThat(stats().getJsonArray("clients")).isEmpty();
        assertThat(stats().getLong("total_connections")).isEqualTo(totalBefore + 8);
    }

    @Test
    void framesCountAsMessages() throws Exception {
        try (RawWebSocket client = RawWebSocket.open(server.port(), "/ws/swarm?client_id=frames")) {
            for (int i = 0; i < 10; i++) {
                client.nextText("swarm_update");
            }
            long sent = clients(stats()).stream()
                    .filter(each -> each.getString("client_id").equals("frames"))
                    .findFirst()
                    .orElseThrow()
                    .getLong("messages_sent");
            assertThat(sent).isGreaterThanOrEqualTo(11);
        }
    }

    @Test
    void itIsForAdministratorsOnly() throws Exception {
        assertThat(http.ask(PATH + "?token=" + TestTokens.of("viewer")).statusCode())
                .isEqualTo(403);
        assertThat(http.ask(PATH).statusCode()).isEqualTo(401);
        assertThat(http.ask(PATH + "?token=guess").statusCode()).isEqualTo(401);
    }
}
