package io.essaim.server.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.essaim.server.config.EventSettings;
import io.essaim.server.config.Secret;
import io.essaim.server.observe.Counter;
import io.essaim.server.testing.HttpEvents;
import io.essaim.server.testing.TestServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code POST /api/events}, at a real server. */
@Timeout(120)
class PublishApiTest {
    private static final String JSON = "application/json";
    private static final String LINES = "application/x-ndjson";

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

    private static JsonArray published(HttpResponse<String> answer) {
        return HttpEvents.answered(answer).getJsonArray("published");
    }

    /** What polls get from here on. */
    private static String now(String room) throws Exception {
        return http.poll("?rooms=" + room).getString("cursor");
    }

    private static String lines(int count, String event) {
        return IntStream.range(0, count)
                .mapToObj(i -> event.replace("NUMBER", String.valueOf(i)))
                .collect(Collectors.joining("\n"));
    }

    @Test
    void anEventIsAnsweredWithWhereItStands() throws Exception {
        HttpResponse<String> answer = http.post(JSON, "{\"type\":\"agent.started\",\"source_agent_id\":1}");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body())
                .matches(
                        "\\{\"published\":\\[\\{\"offset\":[0-9]+,\"event_id\":\"evt_[0-9A-Za-z]+\",\"duplicate\":false}]}");
    }

    @Test
    void aListIsTakenInItsOrder() throws Exception {
        String cursor = now("list");
        JsonArray published = published(http.post(
                "application/json; charset=utf-8",
                "[{\"type\":\"a.one\",\"room\":\"list\"},{\"type\":\"a.two\",\"room\":\"list\"},"
                        + "{\"type\":\"a.three\",\"room\":\"list\",\"event_id\":\"mine:\\\"1\\\"\"}]"));
        assertThat(published).hasSize(3);
        assertThat(published.getJsonObject(1).getLong("offset"))
                .isEqualTo(published.getJsonObject(0).getLong("offset") + 1);
        assertThat(published.getJsonObject(2).getString("event_id")).isEqualTo("mine:\"1\"");
        assertThat(HttpEvents.events(http.poll("?rooms=list&cursor=" + cursor)))
                .extracting(event -> event.getString("type"))
                .containsExactly("a.one", "a.two", "a.three");
    }

    @Test
    void anEmptyListIsTaken() throws Exception {
        assertThat(http.post(JSON, "[]").body()).isEqualTo("{\"published\":[]}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"type\":\"a\"},{\"type\":\"b\"}|not JSON",
                "[{\"type\":\"a.one\",\"room\":\"untouched\"},{\"type\":\"b c\"}]|event 2: type",
                "[{\"type\":\"a.one\",\"room\":\"untouched\"},{\"type\":\"b\",\"colour\":1}]|colour",
                "{\"data\":{}}|type",
                "''|empty",
                "{\"type\":\"connected\"}|name of another message"
            })
    void ofAMalformedBodyNothingIsTaken(String body, String reason) throws Exception {
        String cursor = now("untouched");
        HttpResponse<String> answer = http.post(JSON, body);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(new JsonObject(answer.body()).getString("error")).contains(reason);
        assertThat(http.poll("?rooms=untouched&wait=0ms&cursor=" + cursor).getJsonArray("events"))
                .isEmpty();
    }

    @Test
    void aRepeatedRequestWithAKeyIsHarmless() throws Exception {
        String body = "[{\"type\":\"a\",\"room\":\"keyed\"},{\"type\":\"b\",\"room\":\"keyed\"}]";
        JsonArray first = published(http.post(JSON, body, "Idempotency-Key", "order-66"));
        JsonArray again = published(http.post(JSON, body, "Idempotency-Key", "order-66"));
        JsonArray other = published(http.post(JSON, body, "Idempotency-Key", "order-67"));
        for (int i = 0; i < 2; i++) {
            assertThat(first.getJsonObject(i).getBoolean("duplicate")).isFalse();
            assertThat(again.getJsonObject(i))
                    .isEqualTo(first.getJsonObject(i).copy().put("duplicate", true));
            assertThat(other.getJsonObject(i).getBoolean("duplicate")).isFalse();
        }
    }

    @Test
    void aRepeatedEventIdIsTheSameEvent() throws Exception {
        String event = "{\"type\":\"a\",\"event_id\":\"evt_of_mine\"}";
        long offset = http.publish(event);
        JsonObject again = published(http.post(JSON, event)).getJsonObject(0);
        assertThat(again.getLong("offset")).isEqualTo(offset);
        assertThat(again.getBoolean("duplicate")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"with space", ""})
    void aKeyHasToBeVisibleAscii(String key) throws Exception {
        assertThat(http.post(JSON, "{\"type\":\"a\"}", "Idempotency-Key", key).statusCode())
                .isEqualTo(400);
        assertThat(http.post(JSON, "{\"type\":\"a\"}", "Idempotency-Key", "k".repeat(129))
                        .body())
                .contains("Idempotency-Key is 1 to 128 visible ASCII characters");
    }

    @Test
    void otherMediaTypesAreRefused() throws Exception {
        for (String type : new String[] {"text/plain", "application/x-www-form-urlencoded", "application/cbor"}) {
            HttpResponse<String> answer = http.post(type, "{\"type\":\"a\"}");
            assertThat(answer.statusCode()).isEqualTo(415);
            assertThat(answer.body()).contains("application/json or application/x-ndjson");
        }
        assertThat(http.post(JSON, "{\"type\":\"a\"}", "Content-Encoding", "gzip")
                        .statusCode())
                .isEqualTo(415);
    }

    @Test
    void aBodyOverTheLimitIsRefused() throws Exception {
        String event = "{\"type\":\"a\",\"data\":{\"text\":\"" + "x".repeat(50_000) + "\"}}";
        String body = IntStream.range(0, 90).mapToObj(i -> event).collect(Collectors.joining(",", "[", "]"));
        assertThat(body.length()).isGreaterThan(JsonPublication.BODY_BYTES_MAX);
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            OutputStream out = socket.getOutputStream();
            out.write(("POST /api/events HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                            + "Content-Length: " + body.length() + "\r\nExpect: 100-continue\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            assertThat(statusLine(socket.getInputStream())).contains(" 413 ");
        }
        // The same without a length.
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            OutputStream out = socket.getOutputStream();
            out.write(("POST /api/events HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                            + "Transfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(body.length()) + "\r\n" + body
                            + "\r\n0\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            assertThat(statusLine(socket.getInputStream())).contains(" 413 ");
        }
    }

    @Test
    void whoAsksWhetherToGoOnIsTold() throws Exception {
        String body = "{\"type\":\"a\"}";
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            OutputStream out = socket.getOutputStream();
            out.write(("POST /api/events HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                            + "Content-Length: " + body.length() + "\r\nExpect: 100-continue\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            assertThat(statusLine(socket.getInputStream())).contains(" 100 ");
            out.write(body.getBytes(StandardCharsets.US_ASCII));
            assertThat(statusLine(socket.getInputStream())).isEmpty();
            assertThat(statusLine(socket.getInputStream())).contains(" 200 ");
        }
    }

    private static String statusLine(InputStream in) throws Exception {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b != '\n' && b >= 0; b = in.read()) {
            line.append((char) b);
        }
        return line.toString().strip();
    }

    @Test
    void aLargeBodyIsTakenWhole() throws Exception {
        String body = IntStream.range(0, 5_000)
                .mapToObj(i -> "{\"type\":\"a\",\"room\":\"large\",\"data\":{\"i\":" + i + "}}")
                .collect(Collectors.joining(",\n", "[", "]"));
        JsonArray published = published(http.post(JSON, body));
        assertThat(published).hasSize(5_000);
        assertThat(published.getJsonObject(4_999).getLong("offset"))
                .isEqualTo(published.getJsonObject(0).getLong("offset") + 4_999);
    }

    @Test
    void moreEventsThanMayWaitAreTooMany() throws Exception {
        try (TestServer small = TestServer.with(EventSettings.EVENT_QUEUE, 64)) {
            String body =
                    IntStream.range(0, 65).mapToObj(i -> "{\"type\":\"a\"}").collect(Collectors.joining(",", "[", "]"));
            HttpResponse<String> answer = new HttpEvents(small).post(JSON, body);
            assertThat(answer.statusCode()).isEqualTo(413);
            assertThat(answer.body()).contains("65 events, at most 64");
            // As lines they are as many as one likes.
            assertThat(new JsonObject(new HttpEvents(small)
                                    .post(LINES, lines(2_000, "{\"type\":\"a\"}"))
                                    .body())
                            .getInteger("count"))
                    .isEqualTo(2_000);
        }
    }

    @Test
    void tenThousandLinesAreTakenInTheirOrder() throws Exception {
        String cursor = now("lines");
        JsonObject answer = HttpEvents.answered(
                http.post(LINES, lines(10_000, "{\"type\":\"a\",\"room\":\"lines\",\"data\":{\"i\":NUMBER}}\r")));
        assertThat(answer.getInteger("count")).isEqualTo(10_000);
        assertThat(answer.getInteger("duplicates")).isZero();
        JsonArray published = answer.getJsonArray("published");
        assertThat(published).hasSize(10_000);
        assertThat(published.getJsonObject(0).getLong("offset")).isEqualTo(answer.getLong("first_offset"));
        assertThat(published.getJsonObject(9_999).getLong("offset")).isEqualTo(answer.getLong("last_offset"));
        int next = 0;
        while (next < 10_000) {
            JsonObject polled = http.poll("?rooms=lines&limit=1000&cursor=" + cursor);
            assertThat(polled.getBoolean("recovered")).isTrue();
            for (JsonObject event : HttpEvents.events(polled)) {
                assertThat(event.getJsonObject("data").getInteger("i")).isEqualTo(next++);
            }
            cursor = polled.getString("cursor");
        }
    }

    @Test
    void ofMoreLinesOnlyTheSumIsTold() throws Exception {
        JsonObject answer = HttpEvents.answered(http.post(LINES, lines(10_001, "{\"type\":\"a\",\"room\":\"sum\"}\n")));
        assertThat(answer.fieldNames()).containsExactly("count", "duplicates", "first_offset", "last_offset");
        assertThat(answer.getInteger("count")).isEqualTo(10_001);
    }

    @Test
    void repeatedLinesWithAKeyAreHarmlessHoweverTheyCome() throws Exception {
        String body = lines(300, "{\"type\":\"a\",\"room\":\"keyed_lines\",\"data\":{\"i\":NUMBER}}");
        String[] key = {"Idempotency-Key", "upload-1"};
        String half = body.substring(0, body.indexOf("{\"i\":150}}") + "{\"i\":150}}".length());
        assertThat(HttpEvents.answered(http.post(LINES, half, key)).getInteger("duplicates"))
                .isZero();
        JsonObject whole = HttpEvents.answered(http.post(LINES, body, key));
        assertThat(whole.getInteger("count")).isEqualTo(300);
        assertThat(whole.getInteger("duplicates")).isEqualTo(151);
    }

    @Test
    void whatCameBeforeABadLineStands() throws Exception {
        String cursor = now("bad");
        HttpResponse<String> answer = http.post(
                LINES, lines(70, "{\"type\":\"a\",\"room\":\"bad\"}") + "\n\n{\"type\":\"a b\"}\n{\"type\":\"c\"}");
        assertThat(answer.statusCode()).isEqualTo(400);
        JsonObject told = new JsonObject(answer.body());
        assertThat(told.getString("error")).startsWith("event 71: type \"a b\" is no type");
        assertThat(told.getInteger("count")).isEqualTo(70);
        assertThat(told.getJsonArray("published")).hasSize(70);
        assertThat(http.poll("?rooms=bad&cursor=" + cursor).getJsonArray("events"))
                .hasSize(70);
    }

    @Test
    void aLineOverTheLimitIsRefused() throws Exception {
        HttpResponse<String> answer =
                http.post(LINES, "{\"type\":\"a\"}\n{\"type\":\"" + "x".repeat(100_000) + "\"}\n");
        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat(new JsonObject(answer.body()).getString("error"))
                .isEqualTo("event 2: the line is longer than 64000 bytes");
        assertThat(new JsonObject(answer.body()).getInteger("count")).isEqualTo(1);
    }

    @Test
    void linesArePublishedAsTheyCome() throws Exception {
        String cursor = now("live");
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            OutputStream out = socket.getOutputStream();
            String head = String.join(
                    "\r\n",
                    "POST /api/events HTTP/1.1",
                    "Host: 127.0.0.1",
                    "Content-Type: application/x-ndjson",
                    "Transfer-Encoding: chunked",
                    "",
                    "");
            out.write(head.getBytes(StandardCharsets.US_ASCII));
            for (int i = 0; i < 3; i++) {
                String line = "{\"type\":\"a\",\"room\":\"live\",\"data\":" + i + "}\n";
                out.write((Integer.toHexString(line.length()) + "\r\n" + line + "\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
                JsonObject polled = http.poll("?rooms=live&cursor=" + cursor);
                assertThat(HttpEvents.events(polled))
                        .singleElement()
                        .extracting(event -> event.getInteger("data"))
                        .isEqualTo(i);
                cursor = polled.getString("cursor");
            }
            out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(statusLine(socket.getInputStream())).contains(" 200 ");
        }
    }

    @Test
    void withATokenOnlyWhoBringsItMayPublish() throws Exception {
        try (TestServer guarded =
                TestServer.with(EventSettings.PUBLISH_TOKEN, Optional.of(new Secret("sw0rdfish-42")))) {
            HttpEvents events = new HttpEvents(guarded);
            HttpResponse<String> without = events.post(JSON, "{\"type\":\"a\"}");
            assertThat(without.statusCode()).isEqualTo(401);
            assertThat(without.headers().firstValue("WWW-Authenticate")).contains("Bearer");
            assertThat(events.post(JSON, "{\"type\":\"a\"}", "Authorization", "Bearer wrong")
                            .statusCode())
                    .isEqualTo(401);
            assertThat(events.post(JSON, "{\"type\":\"a\"}", "Authorization", "Bearer sw0rdfish-42")
                            .statusCode())
                    .isEqualTo(200);
            assertThat(guarded.count(Counter.PUBLISH_FORBIDDEN)).isEqualTo(2);
            // Who only reads needs none.
            assertThat(events.poll("").getString("cursor")).isNotEmpty();
        }
    }

    @Test
    void withoutATokenNobodyPublishesThroughAProxyOrAPageOfAnotherPlace() throws Exception {
        for (String header : List.of(
                "X-Forwarded-For",
                "X-Forwarded-Anything",
                "X-Client-IP",
                "CF-Connecting-IP",
                "True-Client-IP",
                "X-Original-Host")) {
            HttpResponse<String> proxied = http.post(JSON, "{\"type\":\"a\"}", header, "127.0.0.1");
            assertThat(proxied.statusCode()).as(header).isEqualTo(403);
            assertThat(proxied.body()).contains("--publish-token", header);
        }
        assertThat(http.post(JSON, "{\"type\":\"a\"}", "Origin", "https://example.org")
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void otherMethodsAreNotAllowed() throws Exception {
        HttpResponse<String> answer = java.net.http.HttpClient.newHttpClient()
                .send(
                        java.net.http.HttpRequest.newBuilder(
                                        java.net.URI.create("http://127.0.0.1:" + server.port() + "/api/events"))
                                .PUT(java.net.http.HttpRequest.BodyPublishers.ofString("{}"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(405);
    }

    @Test
    void whoGoesAmidLinesLeavesWhatCame() throws Exception {
        String cursor = now("gone");
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            String line = "{\"type\":\"a\",\"room\":\"gone\"}\n";
            socket.getOutputStream()
                    .write(("POST /api/events HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-ndjson\r\n"
                                    + "Content-Length: 1000000\r\n\r\n" + line + "{\"type\":")
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(http.poll("?rooms=gone&cursor=" + cursor).getJsonArray("events"))
                    .hasSize(1);
        }
        await().atMost(Duration.ofSeconds(30)).until(() -> http.ask("/health").statusCode() == 200);
    }
}
