package io.essaim.server.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.essaim.protocol.events.EventDraft;
import io.essaim.protocol.events.EventFilter;
import io.essaim.protocol.events.JsonText;
import io.essaim.protocol.events.TypePattern;
import io.essaim.server.config.EventSettings;
import io.essaim.server.config.Settings;
import io.essaim.server.events.Receipt;
import io.essaim.server.events.RefusalCause;
import io.essaim.server.observe.Counter;
import io.essaim.server.testing.HttpEvents;
import io.essaim.server.testing.RawWebSocket;
import io.essaim.server.testing.TestServer;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What those who publish over HTTP are told when there is no room for what they bring. */
@Timeout(120)
class PublishPressureTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String LINES_HEAD = String.join(
            "\r\n",
            "POST /api/events HTTP/1.1",
            "Host: 127.0.0.1",
            "Content-Type: application/x-ndjson",
            "Transfer-Encoding: chunked",
            "",
            "");

    private static final Receipt UNHEARD = new Receipt() {
        @Override
        public void published(List<Placed> placed) {}

        @Override
        public void refused(RefusalCause cause, String reason) {}
    };

    /** Has whoever puts events in order stand still at the first, and as many wait as may. */
    private static CountDownLatch fill(TestServer server) {
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
        EventDraft event = EventDraft.of("stop", JsonText.EMPTY);
        server.server().events().publish(List.of(event), null, UNHEARD);
        await().atMost(PATIENCE).until(() -> standing.getCount() == 0);
        while (server.server().events().publish(List.of(event), null, UNHEARD).isEmpty()) {
            // One more.
        }
        return release;
    }

    @Test
    void whenTooManyEventsWaitABodyIsRefusedAndLinesWait() throws Exception {
        try (TestServer server = TestServer.with(EventSettings.EVENT_QUEUE, 64)) {
            HttpEvents http = new HttpEvents(server);
            CountDownLatch release = fill(server);
            HttpResponse<String> refused = http.post("application/json", "{\"type\":\"a\"}");
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.headers().firstValue("Retry-After")).contains("5");
            try (RawWebSocket socket = RawWebSocket.open(server.port(), "/ws/swarm?agents=0")) {
                socket.text("{\"type\":\"publish\",\"event\":{\"type\":\"a\"}}");
                assertThat(socket.nextText("\"type\":\"error\"")).contains("\"code\":1003", "event-queue");
            }
            String lines = IntStream.range(0, 3_000)
                    .mapToObj(i -> "{\"type\":\"a\",\"data\":" + i + "}")
                    .collect(Collectors.joining("\n"));
            CompletableFuture<HttpResponse<String>> later = CompletableFuture.supplyAsync(() -> {
                try {
                    return http.post("application/x-ndjson", lines);
                } catch (IOException | InterruptedException e) {
                    throw new AssertionError(e);
                }
            });
            long refusedBefore = server.count(Counter.EVENTS_REFUSED);
            await().atMost(PATIENCE).until(() -> server.count(Counter.EVENTS_REFUSED) > refusedBefore + 2);
            assertThat(later).isNotDone();
            release.countDown();
            JsonObject answer = HttpEvents.answered(later.get(60, TimeUnit.SECONDS));
            assertThat(answer.getInteger("count")).isEqualTo(3_000);
            assertThat(answer.getJsonArray("published").getJsonObject(2_999).getLong("offset"))
                    .isEqualTo(answer.getLong("first_offset") + 2_999);
        }
    }

    @Test
    void noMoreBodiesAreReadThanThereIsMemoryFor() throws Exception {
        int most = PublishApi.BODIES_BYTES_MAX / LinesPublication.HELD_BYTES;
        List<Socket> sockets = new ArrayList<>();
        try (TestServer server = TestServer.with(Settings.EVENT_LOOPS, 1)) {
            for (int i = 0; i < most; i++) {
                sockets.add(new Socket(InetAddress.getLoopbackAddress(), server.port()));
                sockets.get(i).getOutputStream().write(LINES_HEAD.getBytes(StandardCharsets.US_ASCII));
            }
            await().atMost(PATIENCE).untilAsserted(() -> {
                HttpResponse<String> refused = new HttpEvents(server).post("application/json", "{\"type\":\"a\"}");
                assertThat(refused.statusCode()).isEqualTo(503);
                assertThat(refused.headers().firstValue("Retry-After")).contains("5");
            });
            assertThat(server.count(Counter.PUBLICATIONS_REFUSED)).isEqualTo(1);
            for (Socket socket : sockets) {
                socket.close();
            }
            await().atMost(PATIENCE)
                    .until(() -> new HttpEvents(server)
                                    .post("application/json", "{\"type\":\"a\"}")
                                    .statusCode()
                            == 200);
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    @Test
    void drainingEndsABodyOfLinesAndSaysHowManyWereTaken() throws Exception {
        TestServer server = TestServer.with(Settings.DRAIN_WINDOW, Duration.ofMillis(300));
        HttpEvents http = new HttpEvents(server);
        String cursor = http.poll("").getString("cursor");
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            String line = "{\"type\":\"a\"}\n";
            socket.getOutputStream()
                    .write((LINES_HEAD + Integer.toHexString(line.length()) + "\r\n" + line + "\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(http.poll("?cursor=" + cursor).getJsonArray("events")).hasSize(1);
            // Somebody else who keeps the server from ending at once.
            CompletableFuture<HttpResponse<String>> poll = http.pollLater("?rooms=other&cursor=" + cursor);
            await().atMost(PATIENCE).until(() -> server.server().connections() == 1);
            server.server().drain();
            assertThat(poll.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(503);
            BufferedReader answer =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            assertThat(answer.readLine()).contains(" 503 ");
            assertThat(answer.lines().collect(Collectors.joining("\n")))
                    .contains("{\"error\":\"Server draining\",\"count\":1,");
        }
    }
}
