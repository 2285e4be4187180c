package io.essaim.server.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.essaim.server.config.ByteSize;
import io.essaim.server.config.Settings;
import io.essaim.server.config.TlsEngine;
import io.essaim.server.config.TlsSettings;
import io.essaim.server.observe.Counter;
import io.essaim.server.testing.RawWebSocket;
import io.essaim.server.testing.RawWebSocket.Frame;
import io.essaim.server.testing.RequiredInCi;
import io.essaim.server.testing.TestCertificate;
import io.essaim.server.testing.TestServer;
import io.essaim.server.testing.TlsFiles;
import io.netty.handler.ssl.OpenSsl;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Clients that do not read, until they are cut off. Before that a server waits ten seconds for the answer to its close: so
 * these wait for it at once.
 */
@Timeout(120)
@Execution(ExecutionMode.CONCURRENT)
class StalledClientsTest {
    private static final int SMALL_BUFFER = 8 << 10;

    @Test
    void aClientThatReadsNothingForTheStallLimitIsClosedAndToldWhyShouldItReadAgain() throws Exception {
        try (TestServer server = TestServer.start(configuration -> configuration
                        .with(Settings.SEND_BUFFER, ByteSize.kibibytes(16))
                        .with(Settings.STALL_TIMEOUT, Duration.ofSeconds(1)));
                RawWebSocket late = RawWebSocket.open(server.port(), SMALL_BUFFER, "/ws/swarm");
                RawWebSocket dead = RawWebSocket.open(server.port(), SMALL_BUFFER, "/ws/swarm")) {
            await().atMost(Duration.ofSeconds(30)).until(() -> server.count(Counter.STALLS_CLOSED) == 2);
            Frame close = late.next(RawWebSocket.CLOSE);
            assertThat(close.closeCode()).isEqualTo(1013);
            assertThat(close.closeReason()).isEqualTo("Stalled: nothing was read for too long");
            late.frame(0x80 | RawWebSocket.CLOSE, close.payload());
            await().atMost(Duration.ofSeconds(30)).until(() -> server.server().connections() == 0);
            assertThat(dead.read().opcode()).isEqualTo(RawWebSocket.TEXT);
        }
    }

    @Test
    void aSlowClientMayAskButOneThatAsksWithoutReadingIsClosed() throws Exception {
        try (TestServer server = TestServer.with(Settings.SEND_BUFFER, ByteSize.kibibytes(16));
                RawWebSocket slow = RawWebSocket.open(server.port(), SMALL_BUFFER, "/ws/swarm");
                RawWebSocket asking = RawWebSocket.open(server.port(), SMALL_BUFFER, "/ws/swarm")) {
            await().until(() -> server.count(Counter.FRAMES_SKIPPED) > 60);
            slow.text("{\"type\":\"ping\",\"t\":1}");
            assertThat(slow.nextText("\"pong\"")).contains("\"t\":1");
            assertThatThrownBy(() -> {
                        while (true) {
                            asking.text("{\"type\":\"ping\",\"t\":1}");
                        }
                    })
                    .isInstanceOf(IOException.class);
            assertThat(server.count(Counter.QUEUE_OVERFLOWS)).isEqualTo(1);
            assertThat(new JsonObject(slow.nextText("swarm_update")).getLong("seq"))
                    .isPositive();
        }
    }

    @Test
    void aClientThatPingsWithoutReadingIsClosedAsWell() throws Exception {
        try (TestServer server = TestServer.with(Settings.SEND_BUFFER, ByteSize.kibibytes(16));
                RawWebSocket pinging = RawWebSocket.open(server.port(), SMALL_BUFFER, "/ws/swarm")) {
            byte[] payload = new byte[125];
            assertThatThrownBy(() -> {
                        while (true) {
                            for (int i = 0; i < 20; i++) {
                                pinging.frame(0x80 | RawWebSocket.PING, payload);
                            }
                            // Fewer than would be too many whether it reads or not.
                            Thread.sleep(100);
                        }
                    })
                    .isInstanceOf(IOException.class);
            assertThat(server.count(Counter.QUEUE_OVERFLOWS)).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void byTlsAClientThatReadsNothingIsClosedAsWell(TlsEngine engine, @TempDir Path folder) throws Exception {
        RequiredInCi.assume(
                engine != TlsEngine.OPENSSL || OpenSsl.isAvailable(),
                "OpenSSL of netty-tcnative; it has Linux on x86-64");
        TestCertificate certificate = TestCertificate.elliptic();
        SSLContext trusting = TestCertificate.trusting(certificate);
        TlsFiles files = TlsFiles.in(folder, certificate);
        try (TestServer server = TestServer.start(configuration -> files.addedTo(configuration)
                        .with(TlsSettings.TLS_ENGINE, engine)
                        .with(Settings.STALL_TIMEOUT, Duration.ofSeconds(1))
                        .with(Settings.SEND_BUFFER, ByteSize.kibibytes(16)));
                RawWebSocket stalled =
                        RawWebSocket.over(TestCertificate.connect(trusting, server.port()), "/ws/swarm");
                RawWebSocket healthy =
                        RawWebSocket.over(TestCertificate.connect(trusting, server.port()), "/ws/swarm")) {
            assertThat(stalled.read().text()).contains("connected");
            while (server.server().connections() > 1) {
                assertThat(healthy.read().text()).contains("type");
            }
            assertThat(server.count(Counter.STALLS_CLOSED)).isEqualTo(1);
        }
    }
}
