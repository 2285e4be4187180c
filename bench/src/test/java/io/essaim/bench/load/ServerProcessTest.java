package io.essaim.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class ServerProcessTest {
    private static final long PID = ProcessHandle.current().pid();

    @Test
    void shouldFindWhoListens() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(ServerProcess.listeningOn(socket.getLocalPort())).contains(new ServerProcess(PID));
        }
    }

    @Test
    void shouldFindNobodyWhereNobodyListens() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        assertThat(ServerProcess.listeningOn(port)).isEmpty();
    }

    @Test
    void shouldSampleThisProcess() throws IOException {
        ServerProcess.Sample before = new ServerProcess(PID).sample();
        long spun = 0;
        while (new ServerProcess(PID).sample().userMicros() < before.userMicros() + 20_000) {
            spun++;
        }
        ServerProcess.Sample after = new ServerProcess(PID).sample();
        assertThat(spun).isPositive();
        assertThat(after.cpuMicros() - before.cpuMicros()).isGreaterThanOrEqualTo(20_000);
        assertThat(after.userMicros()).isBetween(1L, after.cpuMicros());
        assertThat(after.residentBytes()).isBetween(10L << 20, 64L << 30);
    }

    @Test
    void shouldSayThatAProcessIsGone() throws Exception {
        Process ended = new ProcessBuilder("true").start();
        assertThat(ended.waitFor()).isZero();
        assertThatThrownBy(() -> new ServerProcess(ended.pid()).sample()).isInstanceOf(IOException.class);
    }
}
