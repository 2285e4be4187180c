package io.essaim.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ServerCountersTest {
    private static final String EXPOSITION = """
            # HELP essaim_frames_sent_total Frames handed to sockets.
            # TYPE essaim_frames_sent_total counter
            essaim_frames_sent_total 1.2345678E7
            essaim_frames_skipped_total 3.0
            # TYPE essaim_open_connections gauge
            essaim_open_connections 2.0
            jvm_threads_total 12.0
            """;

    @Test
    void shouldReadWhatIsEssaims() {
        ServerCounters counters = ServerCounters.parse(EXPOSITION);
        assertThat(counters.values())
                .isEqualTo(Map.of("frames_sent", 12_345_678.0, "frames_skipped", 3.0, "open_connections", 2.0));
        assertThat(counters.anyOpen()).isTrue();
    }

    @Test
    void shouldSayByHowMuchOneRose() {
        ServerCounters before = ServerCounters.parse(EXPOSITION);
        ServerCounters after = ServerCounters.parse(EXPOSITION.replace("total 3.0", "total 10.0"));
        assertThat(after.since(before, "frames_skipped")).isEqualTo(7);
        assertThat(after.since(before, "frames_sent")).isZero();
        assertThat(after.since(before, "ring_full")).isZero();
    }

    @Test
    void shouldReadNothingFromNothing() {
        assertThat(ServerCounters.parse("").values()).isEmpty();
        assertThat(ServerCounters.parse("\n# nothing\n\n").values()).isEmpty();
        assertThat(ServerCounters.parse("").anyOpen()).isFalse();
    }

    @Test
    void shouldDoWithoutAServerThatHasNone() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        assertThat(ServerCounters.read(URI.create("ws://127.0.0.1:" + port + "/ws/swarm"), Wire.DEFAULT.trust()))
                .isEmpty();
    }
}
