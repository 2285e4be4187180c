package io.essaim.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.Message;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.StreamDescription;
import io.essaim.protocol.swarm.SwarmFrame;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The whole client over a real socket. */
@Timeout(30)
class SwarmClientTest {
    private static final String SBE = "essaim.v1.sbe";
    private static final int BINARY = 2;
    private static final int ROSTER_VERSION = 65_535;

    private final RecordingListener listener = new RecordingListener();

    @Test
    void shouldAskForBinaryAndHandOverFramesUntilTheServerCloses() throws Exception {
        try (ScriptedServer server = new ScriptedServer(SBE, this::stream)) {
            SwarmClient client = SwarmClient.connect(server.uri(), ClientOptions.DEFAULT.withFps(30), listener)
                    .get();
            server.done().get();
            assertThat(listener.closed.get()).isEqualTo("1001 moving");
            assertThat(server.request()).startsWith("GET /ws/swarm?fps=30 ").contains("Sec-WebSocket-Protocol: " + SBE);
            assertThat(listener.events).containsExactly("open", "frame 2", "frame 4", "frame 10");
            assertThat(client.statistics().frames()).isEqualTo(3);
            assertThat(client.statistics().framesSkipped()).isEqualTo(2);
            assertThat(client.statistics().bytes()).isEqualTo(119 + 94 + 3 * 64 + 24);
            assertThat(client.roundTripMicros()).isPresent();
        }
    }

    private void stream(ScriptedServer server) throws Exception {
        server.sendBinary(Golden.binary("connected"));
        byte[] ping = server.receive(BINARY);
        assertThat(Arrays.copyOf(ping, 8)).isEqualTo(Arrays.copyOf(Golden.binary("ping"), 8));
        server.sendInParts(Golden.binary("roster"), 10);
        server.sendBinary(Golden.frame(2, ROSTER_VERSION));
        server.sendInParts(Golden.frame(4, ROSTER_VERSION), 63);
        server.sendBinary(pongTo(ping));
        server.sendBinary(Golden.frame(10, ROSTER_VERSION));
        server.sendClose(1001, "moving");
        assertThat(server.receive(ScriptedServer.CLOSE)).startsWith(3, 0xE9);
    }

    @Test
    void shouldReportWhatCameWhenItIsTimeAndNotWithoutAPong() throws Exception {
        AtomicLong now = new AtomicLong();
        try (ScriptedServer server = new ScriptedServer(SBE, script -> {
            script.sendBinary(Golden.binary("connected"));
            byte[] ping = script.receive(BINARY);
            script.sendBinary(Golden.binary("roster"));
            script.sendBinary(Golden.frame(2, ROSTER_VERSION));
            listener.awaitFrame(2);
            now.addAndGet(TimeUnit.SECONDS.toNanos(5));
            script.sendBinary(Golden.frame(4, ROSTER_VERSION));
            script.sendBinary(pongTo(ping));
            assertThat(script.receive(BINARY)).isEqualTo(stats(0, null, 40));
            now.addAndGet(TimeUnit.SECONDS.toNanos(5));
            // Several, since nothing is said while the report before is still being sent.
            for (int sequence = 10; sequence < 50; sequence += 2) {
                script.sendBinary(Golden.frame(sequence, ROSTER_VERSION));
            }
            byte[] second = script.receive(BINARY);
            assertThat(Arrays.copyOf(second, 12))
                    .as("header and skipped")
                    .isEqualTo(Arrays.copyOf(stats(2, null, 0), 12));
            script.sendClose(1001, "moving");
            assertThat(script.receive(ScriptedServer.CLOSE)).startsWith(3, 0xE9);
        })) {
            ClientOptions options = ClientOptions.DEFAULT.withPingInterval(Duration.ofHours(1));
            SwarmClient.connect(HttpClient.newHttpClient(), server.uri(), options, listener, now::get)
                    .get();
            server.done().get();
            assertThat(listener.closed.get()).isEqualTo("1001 moving");
        }
    }

    @Test
    void shouldReportNothingWhenTold() throws Exception {
        AtomicLong now = new AtomicLong();
        try (ScriptedServer server = new ScriptedServer(SBE, script -> {
            script.sendBinary(Golden.binary("connected"));
            byte[] ping = script.receive(BINARY);
            script.sendBinary(pongTo(ping));
            script.sendBinary(Golden.binary("roster"));
            script.sendBinary(Golden.frame(2, ROSTER_VERSION));
            listener.awaitFrame(2);
            now.addAndGet(TimeUnit.HOURS.toNanos(1));
            script.sendBinary(Golden.frame(4, ROSTER_VERSION));
            script.sendClose(1001, "moving");
            assertThat(script.receive(ScriptedServer.CLOSE)).startsWith(3, 0xE9);
        })) {
            ClientOptions options =
                    ClientOptions.DEFAULT.withPingInterval(Duration.ofHours(2)).withStatsInterval(Duration.ZERO);
            SwarmClient.connect(HttpClient.newHttpClient(), server.uri(), options, listener, now::get)
                    .get();
            server.done().get();
        }
    }

    private static byte[] stats(long skipped, Message.@Nullable Ages ages, int fpsHundredths) {
        return ClientMessages.stats(new Message.Stats(skipped, ages, fpsHundredths))
                .array();
    }

    @Test
    void shouldSayGoodbyeOnClose() throws Exception {
        try (ScriptedServer server = new ScriptedServer(SBE, script -> {
            assertThat(script.receive(ScriptedServer.CLOSE)).containsExactly(3, 0xE8);
            script.sendClose(1000, "");
        })) {
            SwarmClient.connect(server.uri(), ClientOptions.DEFAULT, listener)
                    .get()
                    .close();
            assertThat(listener.closed.get()).isEqualTo("1000 ");
            server.done().get();
        }
    }

    @Test
    void shouldFailAServerThatChoosesNoSubprotocol() throws Exception {
        try (ScriptedServer server = new ScriptedServer("", script -> {})) {
            CompletableFuture<SwarmClient> client = SwarmClient.connect(server.uri(), ClientOptions.DEFAULT, listener);
            assertThatThrownBy(client::get)
                    .hasRootCauseInstanceOf(IOException.class)
                    .hasMessageContaining(SBE);
            assertThat(listener.events).isEmpty();
        }
    }

    @Test
    void shouldBreakOffOnBytesThatAreNoMessage() throws Exception {
        CompletableFuture<Void> seen = new CompletableFuture<>();
        try (ScriptedServer server = new ScriptedServer(SBE, script -> {
            script.sendBinary(new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
            seen.get();
        })) {
            SwarmClient.connect(server.uri(), ClientOptions.DEFAULT, listener).get();
            assertThat(listener.failed.get()).isInstanceOf(MalformedMessageException.class);
            seen.complete(null);
            server.done().get();
        }
    }

    @Test
    void shouldTellThatAConnectionBroke() throws Exception {
        try (ScriptedServer server = new ScriptedServer(SBE, script -> {})) {
            SwarmClient.connect(server.uri(), ClientOptions.DEFAULT, listener).get();
            assertThat(listener.failed.get()).isInstanceOf(IOException.class);
        }
    }

    private static byte[] pongTo(byte[] ping) throws IOException {
        byte[] pong = Golden.binary("pong");
        double echo = ByteBuffer.wrap(ping).order(ByteOrder.LITTLE_ENDIAN).getDouble(8);
        ByteBuffer.wrap(pong).order(ByteOrder.LITTLE_ENDIAN).putDouble(16, echo);
        return pong;
    }

    private static final class RecordingListener implements SwarmListener {
        final BlockingQueue<String> events = new LinkedBlockingQueue<>();
        final CompletableFuture<String> closed = new CompletableFuture<String>().orTimeout(10, TimeUnit.SECONDS);
        final CompletableFuture<Throwable> failed = new CompletableFuture<Throwable>().orTimeout(10, TimeUnit.SECONDS);

        /** Waits until the frame has been handed over; others before it are dropped. */
        void awaitFrame(long sequence) throws InterruptedException {
            String event;
            do {
                event = events.poll(10, TimeUnit.SECONDS);
            } while (event != null && !event.equals("frame " + sequence));
            assertThat(event).isNotNull();
        }

        @Override
        public void onOpen(SwarmClient client) {
            events.add("open");
        }

        @Override
        public void onFrame(SwarmFrame frame, Roster roster, StreamDescription stream) {
            events.add("frame " + frame.sequence());
        }

        @Override
        public void onClosed(int code, String reason) {
            closed.complete(code + " " + reason);
        }

        @Override
        public void onFailure(Throwable cause) {
            failed.complete(cause);
        }
    }
}
