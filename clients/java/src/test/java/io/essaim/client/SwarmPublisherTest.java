package io.essaim.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.essaim.protocol.Message;
import io.essaim.protocol.swarm.SwarmFrame;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A producer over a real socket, against a server that plays a script. */
@Timeout(60)
class SwarmPublisherTest {
    private static final String SBE = "essaim.v1.sbe";
    private static final int BINARY = 2;

    /** Pings would come between what the scripts await. */
    private static final PublisherOptions QUIET = PublisherOptions.DEFAULT.withPingInterval(Duration.ofHours(1));

    private static final long[] IDS = {0, 7, 4_294_967_295L};
    private static final String[] SPHERES = {"personal", "Straße", "personal"};
    private static final double[] ZERO = {0, 0, 0};

    private final BlockingQueue<byte[]> received = new LinkedBlockingQueue<>();
    private final RecordingListener listener = new RecordingListener();

    @Test
    void shouldSendTheRosterOnceAndFramesOnTheAnnouncedGrid() throws Exception {
        try (ScriptedServer server = serving(5);
                SwarmPublisher publisher = connect(server, QUIET.withToken("secret"))) {
            assertThat(server.request()).contains("Authorization: Bearer secret");
            assertThat(publisher.stream().valueBits()).isEqualTo(16);
            double[] x = {0.52344, -0.00005, 3.2767};
            assertThat(publish(publisher, IDS, x)).isNotEqualTo(Publication.CLOSED);
            Message.RosterMessage roster = roster();
            assertThat(roster.roster().id(2)).isEqualTo(4_294_967_295L);
            assertThat(roster.roster().spheres()).containsExactly("personal", "Straße");
            assertThat(roster.roster().sphere(1)).isEqualTo("Straße");
            SwarmFrame frame = frame(1);
            assertThat(frame.rosterVersion()).isEqualTo(roster.roster().version());
            assertThat(Arrays.copyOf(frame.values(SwarmFrame.X), 3)).containsExactly(5234, -1, 32_767);

            // What does not fit into 16 bits goes in 32, by the same roster.
            x[0] = 3.27675;
            publish(publisher, IDS, x);
            SwarmFrame wide = frame(2);
            assertThat(wide.values(SwarmFrame.X)[0]).isEqualTo(32_768);
            assertThat(wide.rosterVersion()).isEqualTo(frame.rosterVersion());
            assertThat(wide.sequence()).isEqualTo(1);

            // Others come: another roster, another version.
            publish(publisher, new long[] {1, 2, 3}, ZERO);
            assertThat(roster().roster().version()).isNotEqualTo(roster.roster().version());
            assertThat(frame(1).agentCount()).isEqualTo(3);
            assertThat(publisher.statistics()).isEqualTo(new PublisherStatistics(3, 0, 2, 0));
        }
    }

    @Test
    void shouldUse32BitsWhereTheStreamDoes() throws Exception {
        try (ScriptedServer server = new ScriptedServer(SBE, script -> {
                    script.sendBinary(Golden.binary("stream_changed"));
                    received.add(script.receive(BINARY));
                    received.add(script.receive(BINARY));
                    finish(script);
                });
                SwarmPublisher publisher = connect(server, QUIET)) {
            publish(publisher, IDS, ZERO);
            roster();
            SwarmFrame frame = frame(2);
            assertThat(frame.values(SwarmFrame.Z)[0])
                    .as("the grid's offset is -5")
                    .isEqualTo(5);
        }
    }

    @Test
    void shouldNameWhatIsNotAllowedAndPublishNothing() throws Exception {
        try (ScriptedServer server = serving(2);
                SwarmPublisher publisher = connect(server, QUIET)) {
            double[] far = {0, 214_748.3648, 0};
            assertThatThrownBy(() -> publish(publisher, IDS, far))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("x[1]=214748.3648 is not on the stream's grid, from -214748.3648 to");
            assertThatThrownBy(() -> publisher.publish(IDS, SPHERES, ZERO, ZERO, new double[] {0, 0, Double.NaN}, ZERO))
                    .hasMessageStartingWith("z[2]=NaN");
            assertThatThrownBy(() -> publish(publisher, new long[] {1, 2, 1}, ZERO))
                    .hasMessageStartingWith("ids[2]=1, as ids[0]");
            assertThatThrownBy(() -> publish(publisher, new long[] {1, 2, -1}, ZERO))
                    .hasMessage("ids[2]=-1, from 0 to 4294967295");
            assertThatThrownBy(() -> publish(publisher, IDS, new double[2]))
                    .hasMessage("x has 2 values, but ids has 3");
            assertThatThrownBy(() ->
                            publisher.publish(IDS, new String[] {"", "é".repeat(128), "c"}, ZERO, ZERO, ZERO, ZERO))
                    .hasMessage("spheres[1] has 256 bytes of UTF-8, at most 255");
            publish(publisher, IDS, ZERO);
            assertThat(roster().roster().agentCount()).isEqualTo(3);
            assertThat(publisher.statistics().statesSent()).isEqualTo(1);
        }
    }

    @Test
    void shouldSendTheNewestAndCountTheDroppedWhenTheServerDoesNotRead() throws Exception {
        int agents = 50_000;
        long[] ids = new long[agents];
        Arrays.setAll(ids, i -> i);
        String[] spheres = new String[agents];
        Arrays.fill(spheres, "a");
        double[] zero = new double[agents];
        double[] x = new double[agents];
        CompletableFuture<Void> enough = new CompletableFuture<>();
        CompletableFuture<Void> all = new CompletableFuture<>();
        try (ScriptedServer server = new ScriptedServer(SBE, script -> {
                    script.sendBinary(Golden.binary("connected"));
                    enough.get();
                    byte[] message;
                    do {
                        message = script.receive(BINARY);
                        received.add(message);
                    } while (x(message) != 9_999);
                    all.complete(null);
                    finish(script);
                });
                SwarmPublisher publisher = connect(server, QUIET)) {
            // 400 kB each: more than any socket holds has been offered once 100 are dropped.
            int published = 0;
            while (publisher.statistics().statesDropped() < 100) {
                x[0] = published++ / 10_000.0;
                publisher.publish(ids, spheres, x, zero, zero, zero);
            }
            x[0] = 0.9999;
            publisher.publish(ids, spheres, x, zero, zero, zero);
            published++;
            enough.complete(null);
            all.get(30, TimeUnit.SECONDS);
            PublisherStatistics statistics = publisher.statistics();
            assertThat(statistics.statesSent() + statistics.statesDropped()).isEqualTo(published);
            assertThat(statistics.rostersSent()).isEqualTo(1);
            assertThat(received).hasSize((int) statistics.statesSent() + 1);
            int last = -1;
            received.remove();
            for (byte[] message : received) {
                assertThat(x(message)).as("in order").isGreaterThan(last);
                last = x(message);
            }
        }
    }

    /** The first agent's, of a SwarmFrame16; -1 of a roster. */
    private static int x(byte[] message) {
        ByteBuffer bytes = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
        return bytes.getShort(2) == 1 ? bytes.getShort(32) : -1;
    }

    @Test
    void shouldPingAndTellOfErrorsAndOfTheEnd() throws Exception {
        try (ScriptedServer server = new ScriptedServer(SBE, script -> {
            script.sendBinary(Golden.binary("connected"));
            byte[] ping = script.receive(BINARY);
            assertThat(Arrays.copyOf(ping, 8)).isEqualTo(Arrays.copyOf(Golden.binary("ping"), 8));
            script.sendBinary(Golden.binary("pong"));
            script.sendBinary(Golden.binary("error_unasked"));
            script.sendClose(1013, "Another producer is streaming: c-12");
        })) {
            SwarmPublisher publisher =
                    connect(server, PublisherOptions.DEFAULT.withPingInterval(Duration.ofMillis(100)));
            assertThat(listener.error.get().message()).isNotEmpty();
            assertThat(listener.closed.get()).isEqualTo("1013 Another producer is streaming: c-12");
            assertThat(publish(publisher, IDS, ZERO)).isEqualTo(Publication.CLOSED);
            assertThat(publisher.statistics()).isEqualTo(new PublisherStatistics(0, 0, 0, 1));
        }
    }

    @Test
    void shouldGiveUpAServerThatAnswersNoPing() throws Exception {
        CompletableFuture<Void> seen = new CompletableFuture<>();
        try (ScriptedServer server = new ScriptedServer(SBE, script -> {
            script.sendBinary(Golden.binary("connected"));
            seen.get();
        })) {
            connect(server, PublisherOptions.DEFAULT.withPingInterval(Duration.ofMillis(100)));
            assertThat(listener.failed.get()).hasMessage("the server answered none of 5 pings");
            seen.complete(null);
        }
    }

    @Test
    void shouldFailToConnectWithTheServersWords() throws Exception {
        String body = "{\"error\":\"Ingest is off; start the server with --source=ingest\"}";
        try (ScriptedServer server = ScriptedServer.refusing("404 Not Found", body)) {
            assertThatThrownBy(() -> connect(server, QUIET))
                    .cause()
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("--source=ingest");
        }
        try (ScriptedServer server = new ScriptedServer(SBE, script -> script.sendClose(1013, "later"))) {
            assertThatThrownBy(() -> connect(server, QUIET)).hasRootCauseInstanceOf(ConnectionClosedException.class);
        }
        CompletableFuture<Void> seen = new CompletableFuture<>();
        try (ScriptedServer server = new ScriptedServer(SBE, script -> seen.get())) {
            assertThatThrownBy(() -> connect(server, QUIET.withConnectTimeout(Duration.ofSeconds(2))))
                    .isInstanceOf(ExecutionException.class)
                    .hasMessageContaining("did not describe its stream");
            seen.complete(null);
        }
    }

    private ScriptedServer serving(int messages) throws IOException {
        return new ScriptedServer(SBE, script -> {
            script.sendBinary(Golden.binary("connected"));
            for (int i = 0; i < messages; i++) {
                received.add(script.receive(BINARY));
            }
            finish(script);
        });
    }

    private static void finish(ScriptedServer script) throws IOException {
        script.receive(ScriptedServer.CLOSE);
        script.sendClose(1000, "");
    }

    private SwarmPublisher connect(ScriptedServer server, PublisherOptions options) throws Exception {
        return SwarmPublisher.connect(server.uri(), options, listener).get();
    }

    private static Publication publish(SwarmPublisher publisher, long[] ids, double[] x) {
        return publisher.publish(ids, SPHERES, x, ZERO, ZERO, ZERO);
    }

    private byte[] next() throws InterruptedException {
        byte[] message = received.poll(30, TimeUnit.SECONDS);
        if (message == null) {
            throw new AssertionError("nothing came");
        }
        return message;
    }

    private Message.RosterMessage roster() throws Exception {
        PlainDecoder decoder = new PlainDecoder();
        decoder.open(ByteBuffer.wrap(next()));
        return (Message.RosterMessage) decoder.readMessage();
    }

    /** @param templateId 1 or 2 */
    private SwarmFrame frame(int templateId) throws Exception {
        byte[] message = next();
        assertThat(message[2]).isEqualTo((byte) templateId);
        PlainDecoder decoder = new PlainDecoder();
        decoder.open(ByteBuffer.wrap(message));
        SwarmFrame frame = new SwarmFrame();
        decoder.readFrame(frame);
        return frame;
    }

    private static final class RecordingListener implements PublisherListener {
        final CompletableFuture<Message.ErrorReply> error =
                new CompletableFuture<Message.ErrorReply>().orTimeout(30, TimeUnit.SECONDS);
        final CompletableFuture<String> closed = new CompletableFuture<String>().orTimeout(30, TimeUnit.SECONDS);
        final CompletableFuture<Throwable> failed = new CompletableFuture<Throwable>().orTimeout(30, TimeUnit.SECONDS);

        @Override
        public void onError(Message.ErrorReply told) {
            error.complete(told);
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
