package io.essaim.server.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.essaim.server.config.Settings;
import io.essaim.server.observe.Counter;
import io.essaim.server.testing.RawWebSocket;
import io.essaim.server.testing.RawWebSocket.Response;
import io.essaim.server.testing.TestServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How long the body of a request may take. */
@Timeout(120)
class BodyDeadlineTest {
    private static final Duration PATIENCE = Duration.ofSeconds(50);
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final String EVENT = "{\"type\":\"a.b\"}\n";

    private static TestServer start(Duration bodyTimeout) throws IOException {
        return TestServer.with(Settings.BODY_TIMEOUT, bodyTimeout);
    }

    private static void write(RawWebSocket client, String text) throws IOException {
        client.write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String head(String contentType, int length) {
        return "POST /api/events HTTP/1.1\r\nHost: localhost\r\nContent-Type: " + contentType + "\r\nContent-Length: "
                + length + "\r\n\r\n";
    }

    private static void dribbleUntilItIsEnded(TestServer server, RawWebSocket client, String piece) throws IOException {
        await().atMost(PATIENCE).pollInterval(PAUSE).until(() -> {
            write(client, piece);
            return server.count(Counter.HANDSHAKE_TIMEOUTS) == 1;
        });
        assertThat(client.endsNow()).isTrue();
    }

    @Test
    void noPieceOfABodyOfJsonLengthensIt() throws Exception {
        try (TestServer server = start(Duration.ofSeconds(1));
                RawWebSocket client = RawWebSocket.connect(server.port())) {
            write(client, head("application/json", 100_000) + "[");
            dribbleUntilItIsEnded(server, client, " ");
        }
    }

    @Test
    void noPieceOfALineLengthensItAndWhatCameBeforeStands() throws Exception {
        try (TestServer server = start(Duration.ofSeconds(1));
                RawWebSocket client = RawWebSocket.connect(server.port())) {
            write(client, head("application/x-ndjson", 100_000) + EVENT + "{\"type\":\"");
            dribbleUntilItIsEnded(server, client, "a");
            assertThat(server.count(Counter.EVENTS_PUBLISHED)).isEqualTo(1);
        }
    }

    /** Several times the patience in all, a small part of it for each. */
    @Test
    void aBodyOfLinesGoesOnAsLongAsEventsCome() throws Exception {
        Duration patience = Duration.ofSeconds(3);
        int events = (int) patience.multipliedBy(2).dividedBy(PAUSE);
        try (TestServer server = start(patience);
                RawWebSocket client = RawWebSocket.connect(server.port())) {
            write(client, head("application/x-ndjson", (events + 1) * EVENT.length()));
            for (int i = 0; i < events; i++) {
                write(client, EVENT);
                Thread.sleep(PAUSE.toMillis());
            }
            Response answer = client.request(EVENT);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(client.body(answer)).contains("\"count\":" + (events + 1) + ",");
        }
    }

    /** The patience is for the body: an answer has its own. */
    @Test
    void aBodyThatCameWholeIsAnsweredAndTheNextRequestTaken() throws Exception {
        try (TestServer server = start(Duration.ofMillis(500));
                RawWebSocket client = RawWebSocket.connect(server.port())) {
            for (int i = 0; i < 3; i++) {
                Response answer = client.request(head("application/json", EVENT.length()) + EVENT);
                assertThat(answer.status()).isEqualTo(200);
                client.skipBody(answer);
                Thread.sleep(700);
            }
            assertThat(server.count(Counter.HANDSHAKE_TIMEOUTS)).isZero();
        }
    }
}
