package io.essaim.server.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.essaim.server.config.Settings;
import io.essaim.server.config.TlsSettings;
import io.essaim.server.observe.Counter;
import io.essaim.server.testing.RawWebSocket;
import io.essaim.server.testing.TestCertificate;
import io.essaim.server.testing.TestServer;
import io.essaim.server.testing.TlsFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files that are replaced under a server that runs. */
@Timeout(60)
class TlsReloadTest {
    private static TestCertificate old;
    private static TestCertificate renewed;
    private static SSLContext trusting;

    @TempDir
    Path folder;

    private TlsFiles files;
    private TestServer server;

    @BeforeAll
    static void makeCertificates() throws Exception {
        old = TestCertificate.elliptic();
        renewed = TestCertificate.rsa(2_048);
        trusting = TestCertificate.trusting(old, renewed);
    }

    @BeforeEach
    void start() throws Exception {
        files = TlsFiles.in(folder, old);
        server = TestServer.start(configuration -> files.addedTo(configuration)
                .with(Settings.EVENT_LOOPS, 3)
                .with(TlsSettings.TLS_RELOAD, Duration.ofMillis(100)));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void newConnectionsSeeTheNewCertificateWhileOldOnesGoOn() throws Exception {
        try (RawWebSocket client = RawWebSocket.over(connect(), "/ws/swarm")) {
            client.nextText("swarm_update");
            files.write(renewed);
            await().until(() -> server.count(Counter.TLS_RELOADS) == 1);
            assertThatAllLoopsShow(renewed);
            long framesSent = server.count(Counter.FRAMES_SENT);
            while (server.count(Counter.FRAMES_SENT) < framesSent + 10) {
                client.nextText("swarm_update");
            }
        }
    }

    @Test
    void brokenFilesChangeNothingUntilTheyAreMended() throws Exception {
        Files.writeString(files.certificate(), "nonsense");
        await().until(() -> server.count(Counter.TLS_RELOAD_FAILURES) == 1);
        assertThatAllLoopsShow(old);
        Files.delete(files.certificate());
        await().until(() -> server.count(Counter.TLS_RELOAD_FAILURES) == 2);
        assertThatAllLoopsShow(old);
        assertThat(server.count(Counter.TLS_RELOADS)).isZero();
        files.write(renewed);
        await().until(() -> server.count(Counter.TLS_RELOADS) == 1);
        assertThatAllLoopsShow(renewed);
    }

    @Test
    void aKeyOfAnotherCertificateChangesNothing() throws Exception {
        Files.writeString(files.key(), TestCertificate.elliptic().keyPem());
        await().until(() -> server.count(Counter.TLS_RELOAD_FAILURES) == 1);
        assertThatAllLoopsShow(old);
    }

    /** Connections go round the loops. */
    private void assertThatAllLoopsShow(TestCertificate expected) throws IOException {
        for (int i = 0; i < 6; i++) {
            try (SSLSocket socket = connect()) {
                Certificate[] shown = socket.getSession().getPeerCertificates();
                assertThat(shown).containsExactly(expected.certificate());
            }
        }
    }

    private SSLSocket connect() throws IOException {
        return TestCertificate.connect(trusting, server.port());
    }
}
