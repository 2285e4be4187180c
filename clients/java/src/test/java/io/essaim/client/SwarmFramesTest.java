package io.essaim.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.Message;
import io.essaim.protocol.swarm.AgentIds;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.RosterChange;
import io.essaim.protocol.swarm.Selection;
import io.essaim.protocol.swarm.StreamDescription;
import io.essaim.protocol.swarm.SwarmFrame;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A loop over frames, from a real socket. */
@Timeout(60)
class SwarmFramesTest {
    private static final String SBE = "essaim.v1.sbe";
    private static final int ROSTER_VERSION = 65_535;

    @Test
    void shouldHandOutCopiesUntilTheServerGoesAway() throws Exception {
        try (ScriptedServer server = new ScriptedServer(SBE, script -> {
                    greet(script);
                    script.sendBinary(Golden.frame(2, ROSTER_VERSION));
                    script.sendBinary(Golden.frame(4, ROSTER_VERSION));
                    script.sendClose(1001, "moving");
                });
                SwarmFrames frames = SwarmClient.frames(server.uri(), ClientOptions.DEFAULT)) {
            List<SwarmSnapshot> seen = new ArrayList<>();
            frames.forEach(seen::add);
            assertThat(seen).extracting(SwarmSnapshot::sequence).containsExactly(2L, 4L);
            SwarmSnapshot first = seen.get(0);
            assertThat(first.agentCount()).isEqualTo(4);
            assertThat(first.id(2)).isEqualTo(4_294_967_295L);
            assertThat(first.sphere(1)).isEqualTo("social");
            assertThat(first.x(0)).isEqualTo(0.5234);
            assertThat(first.y(0)).isEqualTo(-0.1234);
            assertThat(first.z(0)).isEqualTo(0.8765);
            assertThat(first.frequency(0)).isEqualTo(987.3);
            assertThat(first.timeMicros()).isEqualTo(1_737_021_600_123_456L);
            assertThat(first.targetFrequency()).isEqualTo(999);
            assertThat(first.roster().version()).isEqualTo(ROSTER_VERSION);
            assertThat(first.stream().valueBits()).isEqualTo(16);
            assertThat(frames.dropped()).isZero();
            assertThat(frames.client().statistics().frames()).isEqualTo(2);
        }
    }

    @Test
    void shouldShowTheFormDeltaAsItShowsPlainFrames() throws Exception {
        DeltaFeed feed = new DeltaFeed(16, DeltaFeed.roster(3, 4), 0);
        feed.tick();
        feed.tick();
        ClientOptions options = ClientOptions.DEFAULT.withForm(Message.Form.DELTA);
        try (ScriptedServer server = new ScriptedServer(SBE, script -> {
                    script.sendBinary(Golden.binary("connected"));
                    for (byte[] message : feed.join()) {
                        script.sendBinary(message);
                    }
                    script.sendBinary(feed.tick());
                    script.sendBinary(feed.change(new RosterChange(4, new int[] {0}, new int[0], new int[0])));
                    script.sendBinary(feed.tick());
                    script.sendClose(1001, "");
                });
                SwarmFrames frames = SwarmClient.frames(server.uri(), options)) {
            List<SwarmSnapshot> seen = new ArrayList<>();
            frames.forEach(seen::add);
            assertThat(server.request()).startsWith("GET /ws/swarm?form=delta HTTP/1.1");
            assertThat(seen).extracting(SwarmSnapshot::sequence).containsExactly(2L, 3L);
            assertThat(seen).extracting(SwarmSnapshot::agentCount).containsExactly(4, 3);
            assertThat(seen.get(0).id(0)).isZero();
            assertThat(seen.get(1).id(0)).isEqualTo(3);
            assertThat(seen.get(1).x(0)).isEqualTo(DeltaFeed.value(3, SwarmFrame.X, 3) / 1e4);
        }
    }

    @Test
    void shouldDropTheOldestWhenTheLoopIsSlower() throws Exception {
        int sent = 3 * SwarmFrames.WAITING_MAX;
        try (ScriptedServer server = new ScriptedServer(SBE, script -> {
                    greet(script);
                    for (int i = 1; i <= sent; i++) {
                        script.sendBinary(Golden.frame(2L * i, ROSTER_VERSION));
                    }
                    script.sendClose(1000, "");
                    script.receive(2); // the ping
                    script.receive(ScriptedServer.CLOSE);
                });
                SwarmFrames frames = SwarmClient.frames(server.uri(), ClientOptions.DEFAULT)) {
            server.done().get(); // the close was answered, so all frames have been taken
            List<Long> seen = new ArrayList<>();
            frames.forEach(frame -> seen.add(frame.sequence()));
            assertThat(seen).hasSize(SwarmFrames.WAITING_MAX).endsWith(2L * sent);
            assertThat(frames.dropped()).isEqualTo(sent - SwarmFrames.WAITING_MAX);
        }
    }

    @Test
    void shouldShowTheNewViewFirstOnceItIsGranted() throws Exception {
        CompletableFuture<Void> granted = new CompletableFuture<>();
        try (ScriptedServer server = new ScriptedServer(SBE, script -> {
                    greet(script);
                    for (int i = 1; i <= 5; i++) {
                        script.sendBinary(Golden.frame(2L * i, ROSTER_VERSION));
                    }
                    script.receive(2); // the ping
                    script.receive(2);
                    byte[] subscribed = Golden.binary("subscribed_view");
                    subscribed[subscribed.length - 1] = '1';
                    script.sendBinary(subscribed);
                    granted.get();
                    script.sendBinary(Golden.frame(100, ROSTER_VERSION));
                    script.sendClose(1012, "Server draining; retry_after_ms=5");
                    script.receive(ScriptedServer.CLOSE);
                });
                SwarmFrames frames = SwarmClient.frames(server.uri(), ClientOptions.DEFAULT)) {
            Iterator<SwarmSnapshot> loop = frames.iterator();
            assertThat(loop.next().sequence()).isEqualTo(2);
            frames.client()
                    .subscribe(0, new Selection(AgentIds.parse("0-3"), List.of(), null))
                    .get();
            granted.complete(null);
            assertThat(loop.next().sequence()).isEqualTo(100);
            assertThat(loop.hasNext()).isFalse();
            assertThat(frames.dropped()).isEqualTo(4);
            assertThat(frames.closeReason()).isEqualTo("Server draining; retry_after_ms=5");
        }
    }

    @Test
    void shouldDropWhatWaitsWhenTheStreamBeginsAnew() throws Exception {
        try (ScriptedServer server = new ScriptedServer(SBE, script -> {
                    greet(script);
                    script.sendBinary(Golden.frame(2, ROSTER_VERSION));
                    script.sendBinary(Golden.binary("stream_changed"));
                    script.sendBinary(Golden.binary("roster"));
                    script.sendBinary(Golden.frame(0, ROSTER_VERSION));
                    script.sendClose(1000, "");
                    script.receive(2); // the ping
                    script.receive(ScriptedServer.CLOSE);
                });
                SwarmFrames frames = SwarmClient.frames(server.uri(), ClientOptions.DEFAULT)) {
            server.done().get(); // the close was answered, so all has been taken
            List<Long> seen = new ArrayList<>();
            frames.forEach(frame -> seen.add(frame.sequence()));
            assertThat(seen).containsExactly(0L);
        }
    }

    @Test
    void shouldThrowWhatEndedIt() throws Exception {
        assertThatThrownBy(() -> loop(script -> script.sendClose(1008, "Too many invalid messages")))
                .isInstanceOf(UncheckedIOException.class)
                .cause()
                .isInstanceOf(ConnectionClosedException.class)
                .hasMessage("the connection was closed with code 1008: Too many invalid messages");
        assertThatThrownBy(() -> loop(script -> {
                    script.sendBinary(new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
                    // Until the client breaks it off: were it ended here, the JDK might lose the message to that.
                    script.receive(ScriptedServer.CLOSE);
                }))
                .isInstanceOf(UncheckedIOException.class)
                .hasRootCauseInstanceOf(MalformedMessageException.class);
        assertThatThrownBy(() -> loop(script -> {}))
                .isInstanceOf(UncheckedIOException.class)
                .cause()
                .isInstanceOf(IOException.class);
    }

    @Test
    void shouldThrowARefusalAtOnce() throws Exception {
        try (ScriptedServer server = ScriptedServer.refusing("400 no", "{\"error\":\"no\"}")) {
            assertThatThrownBy(() -> SwarmClient.frames(server.uri(), ClientOptions.DEFAULT))
                    .isInstanceOf(RefusedException.class);
        }
    }

    @Test
    void shouldEndTheLoopOnClose() throws Exception {
        try (ScriptedServer server = new ScriptedServer(SBE, script -> {
            greet(script);
            script.sendBinary(Golden.frame(2, ROSTER_VERSION));
            script.receive(2); // the ping
            script.receive(ScriptedServer.CLOSE);
            script.sendClose(1000, "");
        })) {
            SwarmFrames frames = SwarmClient.frames(server.uri(), ClientOptions.DEFAULT);
            Iterator<SwarmSnapshot> loop = frames.iterator();
            assertThat(loop.next().sequence()).isEqualTo(2);
            frames.close();
            assertThat(loop.hasNext()).isFalse();
            server.done().get();
        }
    }

    @Test
    void shouldStayInterrupted() throws Exception {
        try (ScriptedServer server = new ScriptedServer(SBE, script -> script.receive(ScriptedServer.CLOSE));
                SwarmFrames frames = SwarmClient.frames(server.uri(), ClientOptions.DEFAULT)) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> frames.iterator().hasNext()).isInstanceOf(UncheckedIOException.class);
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void shouldGiveUpAConnectionOverWhichNothingComes() throws Exception {
        CompletableFuture<Void> seen = new CompletableFuture<>();
        ClientOptions options = ClientOptions.DEFAULT.withSilenceTimeout(Duration.ofSeconds(1));
        try (ScriptedServer server = new ScriptedServer(SBE, script -> {
                    greet(script);
                    script.sendBinary(Golden.frame(2, ROSTER_VERSION));
                    seen.get();
                });
                SwarmFrames frames = SwarmClient.frames(server.uri(), options)) {
            assertThatThrownBy(() -> frames.forEach(frame -> {}))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasRootCauseMessage("nothing came in 1 s");
            seen.complete(null);
        }
    }

    @Test
    void shouldNotTakeItsOwnListenersTimeForSilence() throws Exception {
        CompletableFuture<Integer> closed = new CompletableFuture<>();
        ClientOptions options = ClientOptions.DEFAULT.withSilenceTimeout(Duration.ofSeconds(1));
        try (ScriptedServer server = new ScriptedServer(SBE, script -> {
            greet(script);
            script.sendBinary(Golden.frame(2, ROSTER_VERSION));
            script.sendClose(1000, "");
            script.receive(2); // the ping
            script.receive(ScriptedServer.CLOSE);
        })) {
            SwarmClient.connect(server.uri(), options, new SwarmListener() {
                        @Override
                        public void onFrame(SwarmFrame frame, Roster roster, StreamDescription stream) {
                            // Longer than the timeout: the listener is what is slow here.
                            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(3));
                        }

                        @Override
                        public void onClosed(int code, String reason) {
                            closed.complete(code);
                        }

                        @Override
                        public void onFailure(Throwable cause) {
                            closed.completeExceptionally(cause);
                        }
                    })
                    .get();
            assertThat(closed.get()).isEqualTo(1000);
        }
    }

    @Test
    void shouldGiveUpAServerThatDescribesNoStream() throws Exception {
        CompletableFuture<Void> seen = new CompletableFuture<>();
        ClientOptions options = ClientOptions.DEFAULT.withConnectTimeout(Duration.ofSeconds(2));
        try (ScriptedServer server = new ScriptedServer(SBE, script -> {
                    script.sendBinary(Golden.binary("frequency_update"));
                    seen.get();
                });
                SwarmFrames frames = SwarmClient.frames(server.uri(), options)) {
            assertThatThrownBy(() -> frames.forEach(frame -> {}))
                    .hasRootCauseMessage("the server did not describe its stream in 2 s");
            seen.complete(null);
        }
    }

    private static void loop(ScriptedServer.Script script) throws Exception {
        try (ScriptedServer server = new ScriptedServer(SBE, script);
                SwarmFrames frames = SwarmClient.frames(server.uri(), ClientOptions.DEFAULT)) {
            frames.forEach(frame -> {});
        }
    }

    private static void greet(ScriptedServer script) throws IOException {
        script.sendBinary(Golden.binary("connected"));
        script.sendBinary(Golden.binary("roster"));
    }
}
