package io.essaim.server.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.essaim.server.config.ByteSize;
import io.essaim.server.config.EventSettings;
import io.essaim.server.config.Settings;
import io.essaim.server.observe.Counter;
import io.essaim.server.testing.EventSourceClient;
import io.essaim.server.testing.HttpEvents;
import io.essaim.server.testing.TestServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
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

/** {@code GET /api/events/stream}, at a real server. */
@Timeout(120)
class ServerSentEventsTest {
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
        return "{\"type\":\"agent.started\",\"room\":\"" + room + "\",\"data\":{\"i\":" + number + "}}";
    }

    private static EventSourceClient open(String query, String lastEventId) throws Exception {
        return EventSourceClient.open(server.port(), query, lastEventId);
    }

    private static int number(JsonObject event) {
        return event.getJsonObject("data").getInteger("i");
    }

    @Test
    void itBeginsWithWhatWasGranted() throws Exception {
        try (EventSourceClient stream = open("?rooms=general,ops&types=agent.*", "")) {
            JsonObject subscribed = stream.next("subscribed");
            assertThat(subscribed.getJsonArray("rooms")).isEqualTo(JsonArray.of("general", "ops"));
            assertThat(subscribed.getJsonArray("types")).isEqualTo(JsonArray.of("agent.*"));
            assertThat(subscribed.containsKey("recovered")).isFalse();
            assertThat(stream.lastEventId()).isEqualTo(subscribed.getString("cursor"));
            assertThat(Integer.parseInt(String.valueOf(stream.retry()))).isBetween(1_000, 3_000);
        }
    }

    @Test
    void eventsComeInTheirOrderWithTheCursorAsId() throws Exception {
        try (EventSourceClient stream = open("?rooms=ordered", "")) {
            String before = stream.next("subscribed").getString("cursor");
            for (int i = 0; i < 50; i++) {
                http.publish(event("ordered", i));
            }
            for (int i = 0; i < 50; i++) {
                JsonObject event = stream.next("agent.started");
                assertThat(number(event)).isEqualTo(i);
                assertThat(event.containsKey("cursor")).isFalse();
            }
            assertThat(stream.lastEventId()).matches("[A-Za-z0-9_-]+").isNotEqualTo(before);
        }
    }

    @Test
    void whoComesBackMissesNothingAndGetsNothingTwice() throws Exception {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        List<Integer> got = new ArrayList<>();
        int published = 0;
        String last = "";
        while (got.size() < 200) {
            try (EventSourceClient stream = open("?rooms=back", last)) {
                JsonObject subscribed = stream.next("subscribed");
                if (!last.isEmpty()) {
                    assertThat(subscribed.getBoolean("recovered")).isTrue();
                }
                last = stream.lastEventId();
                for (int i = random.nextInt(30); i >= 0 && published < 200; i--) {
                    http.publish(event("back", published++));
                }
                for (int i = random.nextInt(20); i >= 0 && got.size() < published; i--) {
                    got.add(number(stream.next("agent.started")));
                    last = stream.lastEventId();
                }
            }
        }
        assertThat(got)
                .as("seed %d", seed)
                .isEqualTo(IntStream.range(0, 200).boxed().toList());
    }

    @Test
    void theLastEventIdIsNewerThanTheUrl() throws Exception {
        String old = http.poll("?rooms=newer").getString("cursor");
        http.publish(event("newer", 1));
        String newer = http.poll("?rooms=newer&cursor=" + old).getString("cursor");
        http.publish(event("newer", 2));
        try (EventSourceClient stream = open("?rooms=newer&cursor=" + old, newer)) {
            assertThat(number(stream.next("agent.started"))).isEqualTo(2);
        }
        try (EventSourceClient stream = open("?rooms=newer&cursor=" + old, "")) {
            assertThat(number(stream.next("agent.started"))).isEqualTo(1);
        }
    }

    @Test
    void aSnapshotComesFirstWhenItIsAskedFor() throws Exception {
        http.publish("{\"type\":\"agent.status_changed\",\"room\":\"snap\","
                + "\"data\":{\"agent_id\":7,\"new_status\":\"active\"}}");
        try (EventSourceClient stream = open("?rooms=snap&snapshot=1", "")) {
            stream.next("subscribed");
            JsonObject snapshot = stream.next("snapshot");
            assertThat(snapshot.getJsonObject("state").getJsonObject("agents").fieldNames())
                    .containsExactly("7");
        }
    }

    @Test
    void commentsKeepASilentStreamAlive() throws Exception {
        try (TestServer lively = TestServer.with(Settings.HEARTBEAT, Duration.ofMillis(100));
                EventSourceClient stream = EventSourceClient.open(lively.port(), "", "")) {
            stream.next("subscribed");
            CompletableFuture<JsonObject> next = CompletableFuture.supplyAsync(() -> {
                try {
                    return stream.next("agent.started");
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            await().atMost(PATIENCE).until(() -> stream.comments() >= 2);
            new HttpEvents(lively).publish(event("general", 1));
            assertThat(number(next.get(30, TimeUnit.SECONDS))).isEqualTo(1);
        }
    }

    @Test
    void whoGoesGivesBackItsPlace() throws Exception {
        await().atMost(PATIENCE).until(() -> server.server().connections() == 0);
        EventSourceClient stream = open("", "");
        stream.next("subscribed");
        assertThat(server.server().connections()).isEqualTo(1);
        stream.close();
        await().atMost(PATIENCE).until(() -> {
            // The end of a connection shows when something is sent, or by its reset.
            http.publish(event("general", 1));
            return server.server().connections() == 0;
        });
    }

    @Test
    void whoDoesNotReadIsEndedAndNobodyElseNotices() throws Exception {
        try (TestServer small = TestServer.start(configuration -> configuration
                .with(Settings.SEND_BUFFER, ByteSize.kibibytes(4))
                .with(EventSettings.OUTBOX_EVENTS, 50)
                .with(EventSettings.BEHIND_TIMEOUT, Duration.ofSeconds(1)))) {
            HttpEvents events = new HttpEvents(small);
            try (Socket slow = new Socket();
                    EventSourceClient quick = EventSourceClient.open(small.port(), "", "")) {
                slow.setReceiveBufferSize(4_096);
                slow.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), small.port()));
                slow.getOutputStream()
                        .write("GET /api/events/stream HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
                                .getBytes(StandardCharsets.US_ASCII));
                await().atMost(PATIENCE).until(() -> small.server().connections() == 2);
                quick.next("subscribed");
                String padding = "x".repeat(20_000);
                int published = 0;
                while (small.count(Counter.CLIENTS_BEHIND) == 0) {
                    events.publish("{\"type\":\"agent.started\",\"data\":{\"i\":" + published + ",\"p\":\"" + padding
                            + "\"}}");
                    assertThat(number(quick.next("agent.started"))).isEqualTo(published++);
                }
                assertThat(published).isGreaterThan(10);
                await().atMost(PATIENCE).until(() -> small.server().connections() == 1);
                assertThat(small.count(Counter.INTERNAL_ERRORS)).isZero();
                try (BufferedReader rest =
                        new BufferedReader(new InputStreamReader(slow.getInputStream(), StandardCharsets.US_ASCII))) {
                    assertThat(rest.readLine()).contains(" 200 ");
                }
            }
        }
    }

    @Test
    void drainingEndsItWithAHintWhenToComeBack() throws Exception {
        TestServer draining = TestServer.with(Settings.DRAIN_WINDOW, Duration.ofMillis(300));
        try (EventSourceClient stream = EventSourceClient.open(draining.port(), "", "")) {
            stream.next("subscribed");
            String first = String.valueOf(stream.retry());
            draining.server().drain();
            assertThat(stream.next()).isNull();
            assertThat(Integer.parseInt(String.valueOf(stream.retry())))
                    .isBetween(1, 301)
                    .isNotEqualTo(Integer.parseInt(first));
        }
    }
}
