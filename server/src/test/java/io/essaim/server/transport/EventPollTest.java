package io.essaim.server.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.essaim.server.config.Configuration;
import io.essaim.server.config.EventSettings;
import io.essaim.server.config.Settings;
import io.essaim.server.observe.Counter;
import io.essaim.server.testing.HttpEvents;
import io.essaim.server.testing.TestServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code GET /api/events} and {@code GET /api/state}, at a real server. */
@Timeout(120)
class EventPollTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static TestServer server;
    private static HttpEvents http;

    @BeforeAll
    static void start() throws Exception {
        server = TestServer.start();
        http = new HttpEvents(server);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static String event(String room, int number) {
        return "{\"type\":\"agent.started\",\"room\":\"" + room + "\",\"circle_id\":" + number % 3 + ",\"data\":{\"i\":"
                + number + "}}";
    }

    private static List<Integer> numbers(JsonObject answer) {
        return HttpEvents.events(answer).stream()
                .map(event -> event.getJsonObject("data").getInteger("i"))
                .toList();
    }

    private static void awaitPolls(TestServer server, int count) {
        await().atMost(PATIENCE).until(() -> server.server().connections() == count);
    }

    @Test
    void withoutACursorItIsAnsweredAtOnceWithOne() throws Exception {
        http.publish(event("first", 1));
        JsonObject answer = http.poll("?rooms=first");
        assertThat(answer.fieldNames()).containsExactly("events", "cursor");
        assertThat(answer.getJsonArray("events")).isEmpty();
        assertThat(answer.getString("cursor")).matches("[A-Za-z0-9_-]+");
    }

    @Test
    void anEventHasItsShape() throws Exception {
        String cursor = http.poll("").getString("cursor");
        long offset = http.publish(
                "{\"type\":\"agent.started\",\"data\":{\"a\":[1, 2.50]},\"source_agent_id\":1,\"priority\":\"high\"}");
        JsonObject answer = http.poll("?cursor=" + cursor);
        assertThat(answer.fieldNames()).containsExactly("events", "cursor", "recovered", "unrecovered");
        assertThat(answer.getBoolean("recovered")).isTrue();
        assertThat(answer.getJsonArray("unrecovered")).isEmpty();
        JsonObject event = HttpEvents.events(answer).get(0);
        assertThat(event.fieldNames())
                .containsExactly(
                        "type",
                        "data",
                        "source_agent_id",
                        "circle_id",
                        "project_id",
                        "event_id",
                        "timestamp",
                        "room",
                        "priority",
                        "offset",
                        "seq",
                        "time_us");
        assertThat(event.getLong("offset")).isEqualTo(offset);
        assertThat(event.getString("room")).isEqualTo("general");
        assertThat(event.getString("priority")).isEqualTo("high");
        assertThat(event.getValue("circle_id")).isNull();
        assertThat(Instant.parse(event.getString("timestamp")))
                .isBefore(Instant.now().plusSeconds(5));
    }

    @Test
    void itWaitsForTheFirstEvent() throws Exception {
        String cursor = http.poll("?rooms=waiting").getString("cursor");
        awaitPolls(server, 0);
        CompletableFuture<HttpResponse<String>> poll = http.pollLater("?rooms=waiting&cursor=" + cursor);
        awaitPolls(server, 1);
        assertThat(poll).isNotDone();
        http.publish(event("elsewhere", 1));
        http.publish(event("waiting", 2));
        JsonObject answer = HttpEvents.answered(poll.get(30, TimeUnit.SECONDS));
        assertThat(numbers(answer)).containsExactly(2);
        awaitPolls(server, 0);
    }

    @Test
    void whenNothingHappensItIsAnsweredWithACursorThatIsNotOlder() throws Exception {
        String cursor = http.poll("?rooms=silent").getString("cursor");
        JsonObject answer = http.poll("?rooms=silent&wait=100ms&cursor=" + cursor);
        assertThat(answer.getJsonArray("events")).isEmpty();
        assertThat(answer.getBoolean("recovered")).isTrue();
        http.publish(event("silent", 1));
        assertThat(numbers(http.poll("?rooms=silent&cursor=" + answer.getString("cursor"))))
                .containsExactly(1);
    }

    @Test
    void pollsOneAfterTheOtherMissNothingAndGetNothingTwice() throws Exception {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        String cursor = http.poll("?rooms=chain,other").getString("cursor");
        List<Integer> got = new ArrayList<>();
        int published = 0;
        while (got.size() < 200) {
            for (int i = random.nextInt(20); i >= 0 && published < 200; i--) {
                http.publish(event(random.nextBoolean() ? "chain" : "other", published++));
            }
            JsonObject answer =
                    http.poll("?rooms=chain,other&limit=" + (1 + random.nextInt(30)) + "&wait=0ms&cursor=" + cursor);
            assertThat(answer.getBoolean("recovered")).isTrue();
            cursor = answer.getString("cursor");
            got.addAll(numbers(answer));
        }
        assertThat(got)
                .as("seed %d", seed)
                .isEqualTo(IntStream.range(0, 200).boxed().toList());
    }

    @Test
    void aLimitIsKept() throws Exception {
        String cursor = http.poll("?rooms=limited").getString("cursor");
        for (int i = 0; i < 10; i++) {
            http.publish(event("limited", i));
        }
        JsonObject first = http.poll("?rooms=limited&limit=4&cursor=" + cursor);
        assertThat(numbers(first)).containsExactly(0, 1, 2, 3);
        assertThat(numbers(http.poll("?rooms=limited&limit=100&cursor=" + first.getString("cursor"))))
                .containsExactly(4, 5, 6, 7, 8, 9);
    }

    @Test
    void onlyWhatIsAskedForComes() throws Exception {
        String cursor = http.poll("?rooms=filtered").getString("cursor");
        for (int i = 0; i < 6; i++) {
            http.publish(event("filtered", i));
        }
        http.publish("{\"type\":\"task.queued\",\"room\":\"filtered\",\"circle_id\":1,\"data\":{\"i\":6}}");
        String query = "?rooms=filtered&wait=0ms&cursor=" + cursor;
        assertThat(numbers(http.poll(query + "&circle_id=1"))).containsExactly(1, 4, 6);
        assertThat(numbers(http.poll(query + "&types=agent.*&filter=" + HttpEvents.encoded("{\"circle_id\":[1,2]}"))))
                .containsExactly(1, 2, 4, 5);
        assertThat(numbers(http.poll(query + "&filter=" + HttpEvents.encoded("{\"data.i\":3}"))))
                .containsExactly(3);
        assertThat(numbers(http.poll(query + "&types=task.failed"))).isEmpty();
    }

    @Test
    void whatIsGoneIsSaidToBe() throws Exception {
        try (TestServer small = TestServer.with(EventSettings.ROOM_EVENTS, 5)) {
            HttpEvents events = new HttpEvents(small);
            String cursor = events.poll("?rooms=general,other").getString("cursor");
            for (int i = 0; i < 9; i++) {
                events.publish(event("general", i));
            }
            JsonObject answer = events.poll("?rooms=general,other&cursor=" + cursor);
            assertThat(answer.getBoolean("recovered")).isFalse();
            assertThat(answer.getJsonArray("unrecovered")).isEqualTo(JsonArray.of("general"));
            assertThat(numbers(answer)).containsExactly(4, 5, 6, 7, 8);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "?rooms=a%20b|room",
                "?types=a..b|types",
                "?limit=0|limit must be a whole number from 1 to 1000",
                "?limit=1001|limit",
                "?wait=61s|wait must be a time such as 500ms or 25s, at most 60s",
                "?wait=5|wait",
                "?cursor=nonsense|cursor",
                "?cursor=a&cursor=b|cursor stands in the URL more than once",
                "?filter=%7B|filter",
                "?circle_id=x|circle_id",
                "?filter=%7B%22colour%22%3A1%7D|colour"
            })
    void whatCannotBeAskedIsRefused(String query, String reason) throws Exception {
        HttpResponse<String> answer = http.ask("/api/events" + query);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(new JsonObject(answer.body()).getString("error")).contains(reason);
        assertThat(http.ask("/api/events/stream" + query).statusCode()).isEqualTo(400);
        awaitPolls(server, 0);
    }

    @Test
    void pollsCountAsConnectionsAndNoMoreThanMayBe() throws Exception {
        try (TestServer small = TestServer.with(Settings.MAX_CONNECTIONS, 2)) {
            HttpEvents events = new HttpEvents(small);
            String cursor = events.poll("").getString("cursor");
            List<CompletableFuture<HttpResponse<String>>> polls =
                    List.of(events.pollLater("?cursor=" + cursor), events.pollLater("?cursor=" + cursor));
            awaitPolls(small, 2);
            HttpResponse<String> refused = events.ask("/api/events");
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.headers().firstValue("Retry-After")).contains("5");
            assertThat(refused.body()).isEqualTo("{\"error\":\"Maximum connections reached\"}");
            assertThat(events.ask("/api/events/stream").statusCode()).isEqualTo(503);
            assertThat(small.count(Counter.EVENT_POLLS_REFUSED)).isEqualTo(2);
            events.publish(event("general", 1));
            for (CompletableFuture<HttpResponse<String>> poll : polls) {
                assertThat(numbers(HttpEvents.answered(poll.get(30, TimeUnit.SECONDS))))
                        .containsExactly(1);
            }
            awaitPolls(small, 0);
        }
    }

    @Test
    void drainingAnswersThoseWhoWait() throws Exception {
        TestServer draining = TestServer.start(EventPollTest::quicklyDrained);
        HttpEvents events = new HttpEvents(draining);
        String cursor = events.poll("").getString("cursor");
        List<CompletableFuture<HttpResponse<String>>> polls = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            polls.add(events.pollLater("?cursor=" + cursor));
        }
        awaitPolls(draining, 5);
        draining.server().drain();
        for (CompletableFuture<HttpResponse<String>> poll : polls) {
            HttpResponse<String> answer = poll.get(30, TimeUnit.SECONDS);
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.headers().firstValue("Retry-After")).isPresent();
            assertThat(answer.body()).contains("draining");
        }
    }

    private static Configuration quicklyDrained(Configuration configuration) {
        return configuration.with(Settings.DRAIN_WINDOW, Duration.ofMillis(300));
    }

    @Test
    void theStateIsToBeHad() throws Exception {
        long offset = http.publish("{\"type\":\"agent.status_changed\",\"room\":\"state\",\"data\":{\"agent_id\":7,"
                + "\"old_status\":\"idle\",\"new_status\":\"active\"}}");
        JsonObject state = new JsonObject(http.ask("/api/state?rooms=state").body());
        assertThat(state.fieldNames()).containsExactly("type", "offset", "state");
        assertThat(state.getString("type")).isEqualTo("snapshot");
        JsonObject agent = state.getJsonObject("state").getJsonObject("agents").getJsonObject("7");
        assertThat(agent.getString("status")).isEqualTo("active");
        assertThat(agent.getLong("offset")).isEqualTo(offset);
        assertThat(new JsonObject(http.ask("/api/state?rooms=elsewhere").body())
                        .getJsonObject("state")
                        .getJsonObject("agents"))
                .isEmpty();
        assertThat(new JsonObject(http.ask("/api/state").body())
                        .getJsonObject("state")
                        .getJsonObject("agents")
                        .fieldNames())
                .contains("7");
        assertThat(http.ask("/api/state?rooms=a%20b").statusCode()).isEqualTo(400);
    }
}
