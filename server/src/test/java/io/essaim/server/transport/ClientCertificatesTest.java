package io.essaim.server.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.essaim.server.config.TlsClients;
import io.essaim.server.config.TlsEngine;
import io.essaim.server.config.TlsSettings;
import io.essaim.server.observe.Counter;
import io.essaim.server.testing.RawWebSocket;
import io.essaim.server.testing.RequiredInCi;
import io.essaim.server.testing.TestCertificate;
import io.essaim.server.testing.TestClientCertificate;
import io.essaim.server.testing.TestServer;
import io.essaim.server.testing.TlsFiles;
import io.netty.handler.ssl.OpenSsl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients that show a certificate of their own, and those who do not, by each engine. */
@Timeout(60)
class ClientCertificatesTest {
    private static TestCertificate certificate;
    private static TestClientCertificate ann;
    private static TestClientCertificate stranger;

    @TempDir
    Path folder;

    @BeforeAll
    static void makeCertificates() throws Exception {
        certificate = TestCertificate.elliptic();
        ann = TestClientCertificate.make();
        stranger = TestClientCertificate.make();
    }

    @ParameterizedTest
    @EnumSource
    void onlyWhoTheAuthorityVouchesForIsLetIn(TlsEngine engine) throws Exception {
        try (TestServer server = start(engine, TlsClients.CERTIFIED)) {
            assertThatIsLetIn(server, ann.trusting(certificate));
            assertThatIsRefused(server, stranger.trusting(certificate));
            assertThatIsRefused(server, TestCertificate.trusting(certificate));
            await().until(() -> server.count(Counter.TLS_HANDSHAKE_FAILURES) == 2);
            assertThat(server.count(Counter.INTERNAL_ERRORS)).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void whereItIsOptionalWhoShowsNoneIsLetInAndWhoShowsABadOneIsNot(TlsEngine engine) throws Exception {
        try (TestServer server = start(engine, TlsClients.OPTIONAL)) {
            assertThatIsLetIn(server, ann.trusting(certificate));
            assertThatIsLetIn(server, TestCertificate.trusting(certificate));
            assertThatIsRefused(server, stranger.trusting(certificate));
        }
    }

    @ParameterizedTest
    @EnumSource
    void theAuthorityIsReplacedAsTheCertificateIs(TlsEngine engine) throws Exception {
        SSLContext annsClient = ann.trusting(certificate);
        try (TestServer server = start(engine, TlsClients.CERTIFIED)) {
            assertThatIsLetIn(server, annsClient);
            Files.writeString(authority(), "nonsense");
            await().until(() -> server.count(Counter.TLS_RELOAD_FAILURES) == 1);
            assertThatIsLetIn(server, annsClient);
            Files.writeString(authority(), stranger.authorityPem());
            await().until(() -> server.count(Counter.TLS_RELOADS) == 1);
            assertThatIsLetIn(server, stranger.trusting(certificate));
            // Nor by a session that she had before.
            assertThatIsRefused(server, annsClient);
            Files.writeString(authority(), stranger.authorityPem() + "and\n" + ann.authorityPem());
            await().until(() -> server.count(Counter.TLS_RELOADS) == 2);
            assertThatIsLetIn(server, annsClient);
            assertThatIsLetIn(server, stranger.trusting(certificate));
        }
    }

    private static void assertThatIsLetIn(TestServer server, SSLContext client) throws Exception {
        try (RawWebSocket socket =
                RawWebSocket.over(TestCertificate.connect(client, server.port()), "/ws/events?rooms=general")) {
            assertThat(socket.nextText("connected")).isNotEmpty();
        }
    }

    /** By TLS 1.3 a client has finished before the server has looked. */
    private static void assertThatIsRefused(TestServer server, SSLContext client) {
        assertThatThrownBy(() -> {
                    try (SSLSocket socket = TestCertificate.connect(client, server.port())) {
                        assertThat(socket.getInputStream().read()).isEqualTo(-1);
                        throw new IOException("closed without a word");
                    }
                })
                .isInstanceOf(IOException.class);
    }

    private Path authority() {
        return folder.resolve("authority.pem");
    }

    private TestServer start(TlsEngine engine, TlsClients clients) throws Exception {
        RequiredInCi.assume(
                engine != TlsEngine.OPENSSL || OpenSsl.isAvailable(),
                "OpenSSL of netty-tcnative; it has Linux on x86-64");
        TlsFiles files = TlsFiles.in(folder, certificate);
        Files.writeString(authority(), ann.authorityPem());
        return TestServer.start(configuration -> files.addedTo(configuration)
                .with(TlsSettings.TLS_ENGINE, engine)
                .with(TlsSettings.TLS_CLIENTS, clients)
                .with(TlsSettings.TLS_CLIENT_AUTHORITY, Optional.of(authority()))
                .with(TlsSettings.TLS_RELOAD, Duration.ofMillis(100)));
    }
}
