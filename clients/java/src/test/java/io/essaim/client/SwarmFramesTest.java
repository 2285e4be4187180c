package io.essaim.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.essaim.protocol.MalformedMessageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
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
    void shouldThrowWhatEndedIt() throws Exception {
        assertThatThrownBy(() -> loop(script -> script.sendClose(1008, "Too many invalid messages")))
                .isInstanceOf(UncheckedIOException.class)
                .cause()
                .isInstanceOf(ConnectionClosedException.class)
                .hasMessage("the connection was closed with code 1008: Too many invalid messages");
        assertThatThrownBy(() -> loop(script -> script.sendBinary(new byte[] {1, 2, 3, 4, 5, 6, 7, 8})))
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
