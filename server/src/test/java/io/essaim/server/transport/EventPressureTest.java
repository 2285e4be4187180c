package io.essaim.server.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.essaim.protocol.CloseCode;
import io.essaim.protocol.Message;
import io.essaim.protocol.Subprotocol;
import io.essaim.protocol.events.Event;
import io.essaim.protocol.sbe.SbeDecoder;
import io.essaim.server.config.ByteSize;
import io.essaim.server.config.Configuration;
import io.essaim.server.config.EventSettings;
import io.essaim.server.config.Secret;
import io.essaim.server.config.Settings;
import io.essaim.server.observe.Counter;
import io.essaim.server.testing.RawWebSocket;
import io.essaim.server.testing.RawWebSocket.Frame;
import io.essaim.server.testing.TestServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Events on sockets that are full, compressed, binary, on another port, or about to be closed. */
@Timeout(60)
class EventPressureTest {
    private static final int RECEIVE_BUFFER = 4 << 10;
    private static final String LONG_TEXT = "x".repeat(50_000);

    /** Little room everywhere between the server and its clients. */
    private static TestServer narrow(UnaryOperator<Configuration> settings) throws IOException {
        return TestServer.start(configuration -> settings.apply(configuration
                .with(Settings.SEND_BUFFER, ByteSize.kibibytes(4))
                .with(Settings.UNSENT_BUFFER, ByteSize.kibibytes(4))
                .with(Settings.CLIENT_QUEUE, ByteSize.kibibytes(4))
                .with(EventSettings.LOW_WINDOW, Duration.ofSeconds(30))));
    }

    private static TestServer narrow() throws IOException {
        return narrow(configuration -> configuration);
    }

    private static RawWebSocket publisher(TestServer server) throws IOException {
        RawWebSocket publisher = RawWebSocket.open(server.port(), "/ws/events?rooms=publishers");
        publisher.nextText("\"type\":\"subscribed\"");
        return publisher;
    }

    private static void publish(RawWebSocket publisher, String type, String priority, int number, String text)
            throws IOException {
        publisher.text("{\"type\":\"publish\",\"id\":\"p\",\"event\":{\"type\":\"" + type + "\",\"priority\":\""
                + priority + "\",\"room\":\"narrow\",\"data\":{\"n\":" + number + ",\"text\":\"" + text + "\"}}}");
        assertThat(publisher.read().text()).contains("published");
    }

    private static int number(Frame frame) {
        return new JsonObject(frame.text()).getJsonObject("data").getInteger("n");
    }

    @Test
    void whoCannotReadABurstAtOnceIsNoOneWhoAsksWithoutReading() throws Exception {
        try (TestServer server = narrow();
                RawWebSocket publisher = publisher(server);
                RawWebSocket client = RawWebSocket.open(server.port(), RECEIVE_BUFFER, "/ws/events?rooms=narrow")) {
            client.nextText("\"type\":\"subscribed\"");
            for (int i = 0; i < 20; i++) {
                publish(publisher, "a.low", "low", i, LONG_TEXT);
            }
            // A megabyte, in one write.
            publish(publisher, "a.critical", "critical", 20, "");
            await().until(() -> server.count(Counter.EVENTS_SENT) >= 21);
            for (int i = 0; i < 10; i++) {
                client.text("{\"type\":\"ping\",\"t\":" + i + "}");
                client.frame(0x80 | RawWebSocket.PING, new byte[] {(byte) i});
            }
            int events = 0;
            int answers = 0;
            int pongs = 0;
            while (events < 21 || answers < 10 || pongs < 10) {
                Frame frame = client.read();
                if (frame.opcode() == RawWebSocket.PONG) {
                    assertThat(frame.payload()).containsExactly((byte) pongs++);
                } else if (frame.text().startsWith("{\"type\":\"pong\"")) {
                    answers++;
                } else {
                    assertThat(frame.opcode()).as(frame::closeReason).isEqualTo(RawWebSocket.TEXT);
                    assertThat(number(frame)).isEqualTo(events++);
                }
            }
            assertThat(server.count(Counter.QUEUE_OVERFLOWS)).isZero();
        }
    }

    @Test
    void whoAsksWithoutReadingIsClosedAlthoughEventsWaitForIt() throws Exception {
        try (TestServer server = narrow();
                RawWebSocket publisher = publisher(server);
                RawWebSocket client = RawWebSocket.open(server.port(), RECEIVE_BUFFER, "/ws/events?rooms=narrow")) {
            client.nextText("\"type\":\"subscribed\"");
            publish(publisher, "a.critical", "critical", 0, LONG_TEXT);
            try {
                for (int i = 0; i < 100_000 && server.count(Counter.QUEUE_OVERFLOWS) == 0; i++) {
                    client.text("{\"type\":\"ping\",\"t\":" + i + "}");
                }
            } catch (IOException e) {
                // It was closed while it asked.
            }
            await().until(() -> server.count(Counter.QUEUE_OVERFLOWS) == 1);
        }
    }

    @Test
    void framesGiveWayToEventsAndNoEventIsLost() throws Exception {
        try (TestServer server = narrow();
                RawWebSocket publisher = publisher(server);
                RawWebSocket client =
                        RawWebSocket.open(server.port(), RECEIVE_BUFFER, "/ws/swarm?rooms=narrow&types=a.*")) {
            client.nextText("\"type\":\"subscribed\"");
            for (int i = 0; i < 60; i++) {
                publish(publisher, "a.high", "critical", i, LONG_TEXT.substring(40_000));
            }
            int events = 0;
            int frames = 0;
            while (events < 60 || frames == 0) {
                Frame frame = client.next(RawWebSocket.TEXT);
                if (frame.text().startsWith("{\"type\":\"swarm_update\"")) {
                    frames++;
                } else {
                    assertThat(number(frame)).isEqualTo(events++);
                }
            }
            assertThat(server.count(Counter.FRAMES_SKIPPED)).isPositive();
            assertThat(server.count(Counter.EVENTS_QUEUED)).isPositive();
        }
    }

    @Test
    void whoStaysBehindIsClosedAndComesBackWithItsCursor() throws Exception {
        try (TestServer server = narrow(
                        configuration -> configuration.with(EventSettings.BEHIND_TIMEOUT, Duration.ofMillis(500)));
                RawWebSocket publisher = publisher(server)) {
            String cursor = "";
            List<Integer> got = new ArrayList<>();
            try (RawWebSocket client = RawWebSocket.open(server.port(), RECEIVE_BUFFER, "/ws/events?rooms=narrow")) {
                client.nextText("\"type\":\"subscribed\"");
                for (int i = 0; i < 20; i++) {
                    publish(publisher, "a.b", "critical", i, LONG_TEXT);
                }
                await().until(() -> server.count(Counter.CLIENTS_BEHIND) == 1);
                Frame frame = client.read();
                for (; frame.opcode() == RawWebSocket.TEXT; frame = client.read()) {
                    got.add(number(frame));
                    cursor = new JsonObject(frame.text()).getString("cursor");
                }
                assertThat(frame.closeCode()).isEqualTo(CloseCode.BEHIND.code());
            }
            assertThat(got).isNotEmpty().hasSizeLessThan(20);
            try (RawWebSocket client = RawWebSocket.open(server.port(), "/ws/events?rooms=narrow&since=" + cursor)) {
                assertThat(client.nextText("\"type\":\"subscribed\"")).contains("\"recovered\":true");
                while (got.size() < 20) {
                    got.add(number(client.next(RawWebSocket.TEXT)));
                }
            }
            for (int i = 0; i < 20; i++) {
                assertThat(got.get(i)).isEqualTo(i);
            }
        }
    }

    @Test
    void whoTakesNothingIsClosedAndLeavesItsRoom() throws Exception {
        try (TestServer server =
                        narrow(configuration -> configuration.with(Settings.STALL_TIMEOUT, Duration.ofSeconds(1)));
                RawWebSocket publisher = publisher(server);
                RawWebSocket watching =
                        RawWebSocket.open(server.port(), "/ws/events?rooms=narrow&types=none&presence=1");
                RawWebSocket client =
                        RawWebSocket.open(server.port(), RECEIVE_BUFFER, "/ws/events?rooms=narrow&client_id=deaf")) {
            watching.nextText("deaf#");
            for (int i = 0; i < 20; i++) {
                publish(publisher, "a.b", "critical", i, LONG_TEXT);
            }
            assertThat(watching.nextText("\"left\":[\"deaf#")).contains("\"members\":1");
            assertThat(server.count(Counter.STALLS_CLOSED)).isEqualTo(1);
            client.abort();
        }
    }

    @Test
    void largeEventsAreCompressedForThoseWhoNegotiatedIt() throws Exception {
        try (TestServer server = TestServer.start();
                RawWebSocket publisher = publisher(server);
                RawWebSocket one = RawWebSocket.openDeflated(server.port(), "/ws/dashboard?rooms=narrow");
                RawWebSocket other = RawWebSocket.openDeflated(server.port(), "/ws/dashboard?rooms=narrow")) {
            await().until(() -> server.get("/metrics").body().contains("essaim_rooms 2"));
            for (RawWebSocket client : List.of(one, other)) {
                client.nextText("connection.established");
            }
            publish(publisher, "a.b", "low", 0, "small");
            publish(publisher, "a.b", "critical", 1, LONG_TEXT);
            for (RawWebSocket client : List.of(one, other)) {
                Frame small = client.read();
                Frame large = client.read();
                assertThat(List.of(number(small), number(large))).containsExactly(0, 1);
                assertThat(List.of(small.deflated(), large.deflated())).containsExactly(false, true);
            }
        }
    }

    @Test
    void binaryClientsGetBinaryEvents() throws Exception {
        SbeDecoder decoder = new SbeDecoder();
        try (TestServer server = TestServer.start();
                RawWebSocket publisher = publisher(server);
                RawWebSocket client = RawWebSocket.open(
                        server.port(), "/ws/events?rooms=narrow", "Sec-WebSocket-Protocol", Subprotocol.SBE.token())) {
            assertThat(decoder.decode(client.read().payload())).isInstanceOf(Message.Connected.class);
            assertThat(decoder.decode(client.read().payload()))
                    .isInstanceOfSatisfying(
                            Message.SubscribedEvents.class,
                            granted -> assertThat(granted.interest().rooms()).containsExactly("narrow"));
            publish(publisher, "a.b", "low", 0, "one");
            publish(publisher, "a.b", "critical", 1, "two");
            assertThat(decoder.decode(client.read().payload()))
                    .isInstanceOfSatisfying(Message.EventBatch.class, batch -> {
                        assertThat(batch.events()).extracting(Event::type).containsExactly("a.b", "a.b");
                        assertThat(batch.events().get(1).data()).hasToString("{\"n\":1,\"text\":\"two\"}");
                        assertThat(batch.cursor()).isNotEmpty();
                    });
            try (RawWebSocket dashboard = RawWebSocket.connect(server.port())) {
                RawWebSocket.Response refused =
                        dashboard.handshake("/ws/dashboard", "Sec-WebSocket-Protocol", Subprotocol.SBE.token());
                assertThat(refused.status()).isEqualTo(400);
                assertThat(refused.reason()).isEqualTo("profile dashboard is not to be had with essaim.v1.sbe");
            }
        }
    }

    @Test
    void everyPathOfTheSimulationsPortIsASimulation() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        try (TestServer server = TestServer.with(EventSettings.SIMULATION_PORT, port);
                RawWebSocket publisher = publisher(server);
                RawWebSocket client = RawWebSocket.open(port, "/?rooms=narrow");
                RawWebSocket other = RawWebSocket.open(port, "/any/path?rooms=narrow")) {
            for (RawWebSocket each : List.of(client, other)) {
                each.text("{\"type\":\"ping\"}");
                assertThat(each.read().text()).startsWith("{\"type\":\"pong\",\"data\":{");
            }
            assertThat(server.server().connections()).isEqualTo(3);
            await().until(() -> server.get("/metrics").body().contains("essaim_rooms 2"));
            publish(publisher, "a.b", "critical", 1, "");
            assertThat(client.read().text()).contains("event_notification");
            assertThat(other.read().text()).contains("event_notification");
        }
    }

    @Test
    void theTokenOfPublishersIsAskedForWhereThereIsOne() throws Exception {
        try (TestServer server =
                        TestServer.with(EventSettings.PUBLISH_TOKEN, Optional.of(new Secret("token-of-this-test")));
                RawWebSocket without = RawWebSocket.open(server.port(), "/ws/simulation?rooms=narrow");
                RawWebSocket with =
                        RawWebSocket.open(server.port(), "/ws/events?rooms=publishers&token=token-of-this-test")) {
            with.nextText("\"type\":\"subscribed\"");
            publish(with, "a.b", "critical", 1, "");
            without.text("{\"type\":\"publish\",\"id\":\"1\",\"event\":{\"type\":\"a.b\"}}");
            assertThat(without.nextText("\"code\":1002")).contains("\"id\":\"1\"");
            Frame close = without.next(RawWebSocket.CLOSE);
            assertThat(close.closeCode()).isEqualTo(1008);
            assertThat(close.closeReason()).isEqualTo("Invalid token");
        }
    }

    @Test
    void aServerThatLeavesTellsThoseWhoGetEvents() throws Exception {
        try (TestServer server = TestServer.with(Settings.DRAIN_WINDOW, Duration.ofMillis(100));
                RawWebSocket client = RawWebSocket.open(server.port(), "/ws/dashboard")) {
            client.nextText("connection.established");
            Thread drain = new Thread(() -> {
                try {
                    server.server().drain();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            drain.start();
            Frame close = client.next(RawWebSocket.CLOSE);
            assertThat(close.closeCode()).isEqualTo(1012);
            assertThat(close.closeReason()).contains("retry_after_ms=");
            client.frame(0x80 | RawWebSocket.CLOSE, new byte[] {3, (byte) 0xF4});
            drain.join();
        }
    }
}
