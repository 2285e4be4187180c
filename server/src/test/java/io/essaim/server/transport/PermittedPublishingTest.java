package io.essaim.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.server.config.SecuritySettings;
import io.essaim.server.observe.Counter;
import io.essaim.server.testing.HttpEvents;
import io.essaim.server.testing.RawWebSocket;
import io.essaim.server.testing.RawWebSocket.Frame;
import io.essaim.server.testing.TestServer;
import io.essaim.server.testing.TestTokens;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What those may publish whose tokens permit them a part: by socket, as JSON at once, and as lines. */
@Timeout(60)
class PermittedPublishingTest {
    private static final String GOOD = "\"type\":\"agent.a\",\"room\":\"team-a\",\"circle_id\":1,\"project_id\":9";

    @TempDir
    private static Path directory;

    private static TestServer server;
    private static HttpEvents http;

    @BeforeAll
    static void start() throws Exception {
        Path tokens = new TestTokens()
                .with(
                        "limited",
                        "publish: true",
                        "rooms: [\"team-*\"]",
                        "types: [\"agent.*\"]",
                        "circles: [1, 2]",
                        "projects: [9]")
                .with("free", "publish: true")
                .with("viewer", "circles: [1]")
                .write(directory);
        server = TestServer.with(SecuritySettings.TOKENS, Optional.of(tokens));
        http = new HttpEvents(server);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static HttpResponse<String> post(String who, String contentType, String body, String... headers)
            throws Exception {
        String[] all = Arrays.copyOf(headers, headers.length + 2);
        all[headers.length] = "Authorization";
        all[headers.length + 1] = "Bearer " + TestTokens.of(who);
        return http.post(contentType, body, all);
    }

    private static String error(HttpResponse<String> answer) {
        return new JsonObject(answer.body()).getString("error");
    }

    private static RawWebSocket open(String who, String path) throws Exception {
        return RawWebSocket.open(server.port(), path, "Authorization", "Bearer " + TestTokens.of(who));
    }

    private static String publish(String event) {
        return "{\"type\":\"publish\",\"id\":\"p\",\"event\":{" + event + "}}";
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"type\":\"agent.a\",\"room\":\"secret\",\"circle_id\":1,\"project_id\":9"
                        + "| room \"secret\" is not permitted: the claim rooms does not name it",
                "\"type\":\"agent.a\",\"circle_id\":1,\"project_id\":9"
                        + "| room \"general\" is not permitted: the claim rooms does not name it",
                "\"type\":\"task.a\",\"room\":\"team-a\",\"circle_id\":1,\"project_id\":9"
                        + "| type \"task.a\" is not permitted: the claim types does not name it",
                "\"type\":\"agent.a\",\"room\":\"team-a\",\"circle_id\":3,\"project_id\":9"
                        + "| circle_id 3 is not permitted: the claim circles does not name it",
                "\"type\":\"agent.a\",\"room\":\"team-a\",\"project_id\":9"
                        + "| circle_id is missing: the claim circles permits only events that have one of its own",
                "\"type\":\"agent.a\",\"room\":\"team-a\",\"circle_id\":2,\"project_id\":8"
                        + "| project_id 8 is not permitted: the claim projects does not name it",
                "\"type\":\"agent.a\",\"room\":\"team-a\",\"circle_id\":2"
                        + "| project_id is missing: the claim projects permits only events that have one of its own"
            })
    void whatIsOutsideIsRefusedByFieldValueAndClaimWhicheverWayItComes(String event, String reason) throws Exception {
        long forbidden = server.count(Counter.PUBLISH_FORBIDDEN);
        long published = server.count(Counter.EVENTS_PUBLISHED);
        HttpResponse<String> json = post("limited", "application/json", "{" + event + "}");
        assertThat(json.statusCode()).isEqualTo(403);
        assertThat(error(json)).isEqualTo("event 1: " + reason);
        HttpResponse<String> lines = post("limited", "application/x-ndjson", "{" + event + "}\n");
        assertThat(lines.statusCode()).isEqualTo(403);
        assertThat(error(lines)).isEqualTo("event 1: " + reason);
        try (RawWebSocket client = open("limited", "/ws/dashboard?rooms=team-none")) {
            client.text(publish(event));
            JsonObject error = new JsonObject(client.nextText("\"error\""));
            assertThat(error.getJsonObject("data").getInteger("code")).isEqualTo(1002);
            assertThat(error.getJsonObject("data").getString("message")).isEqualTo(reason);
            assertThat(error.getString("id")).isEqualTo("p");
            client.text(publish(GOOD));
            assertThat(client.nextText("\"id\":\"p\"")).contains("\"published\"");
        }
        assertThat(server.count(Counter.PUBLISH_FORBIDDEN)).isEqualTo(forbidden + 3);
        assertThat(server.count(Counter.EVENTS_PUBLISHED)).isEqualTo(published + 1);
    }

    @Test
    void aSimulationIsClosedAfterIt() throws Exception {
        try (RawWebSocket client = open("limited", "/ws/simulation?rooms=team-none")) {
            client.text(publish("\"type\":\"agent.a\",\"room\":\"secret\""));
            assertThat(client.nextText("\"error\"")).contains("1002", "secret");
            Frame close = client.next(RawWebSocket.CLOSE);
            assertThat(close.closeCode()).isEqualTo(1008);
            assertThat(close.closeReason())
                    .isEqualTo("room \"secret\" is not permitted: the claim rooms does not name it");
        }
    }

    @Test
    void ofAnArrayNothingIsTakenAndOfLinesWhatCameBefore() throws Exception {
        String good = "{" + GOOD + "}";
        String bad = "{\"type\":\"agent.a\",\"room\":\"team-a\",\"circle_id\":7,\"project_id\":9}";
        long published = server.count(Counter.EVENTS_PUBLISHED);
        HttpResponse<String> array = post("limited", "application/json", "[" + good + "," + bad + "," + good + "]");
        assertThat(array.statusCode()).isEqualTo(403);
        assertThat(error(array)).startsWith("event 2: circle_id 7 is not permitted");
        assertThat(server.count(Counter.EVENTS_PUBLISHED)).isEqualTo(published);
        HttpResponse<String> lines =
                post("limited", "application/x-ndjson", String.join("\n", good, good, bad, good, bad));
        assertThat(lines.statusCode()).isEqualTo(403);
        JsonObject answer = new JsonObject(lines.body());
        assertThat(answer.getString("error")).startsWith("event 3: circle_id 7 is not permitted");
        assertThat(answer.getInteger("count")).isEqualTo(2);
        assertThat(answer.getJsonArray("published")).hasSize(2);
        assertThat(server.count(Counter.EVENTS_PUBLISHED)).isEqualTo(published + 2);
    }

    @Test
    void theIdempotencyKeysOfOneAreNotThoseOfAnother() throws Exception {
        String body = "{" + GOOD + "}";
        String[] key = {"Idempotency-Key", "1"};
        JsonObject limited = published("limited", body, key);
        assertThat(limited.getBoolean("duplicate")).isFalse();
        assertThat(published("free", body, key).getBoolean("duplicate")).isFalse();
        assertThat(published("limited", body, key)).isEqualTo(limited.copy().put("duplicate", true));
        String other = "{" + GOOD + ",\"data\":{\"other\":1}}";
        assertThat(post("limited", "application/json", other, key).statusCode()).isEqualTo(422);
        assertThat(http.post("application/json", other, key).statusCode())
                .as("of who is not logged in")
                .isEqualTo(200);
    }

    private static JsonObject published(String who, String body, String... headers) throws Exception {
        return HttpEvents.answered(post(who, "application/json", body, headers))
                .getJsonArray("published")
                .getJsonObject(0);
    }

    @Test
    void whatIsWithinIsTakenAndWhoIsNotLimitedMayPublishAnything() throws Exception {
        assertThat(post("limited", "application/json", "[{" + GOOD + "}]").statusCode())
                .isEqualTo(200);
        assertThat(post("limited", "application/x-ndjson", "{" + GOOD + "}\n{" + GOOD + "}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(post("free", "application/json", "{\"type\":\"a\",\"room\":\"secret\"}")
                        .statusCode())
                .isEqualTo(200);
        HttpResponse<String> viewer = post("viewer", "application/json", "{" + GOOD + "}");
        assertThat(viewer.statusCode()).isEqualTo(403);
        assertThat(error(viewer)).contains("publish");
    }
}
