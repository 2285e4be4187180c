package io.essaim.server.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.server.config.Configuration;
import io.essaim.server.config.SecuritySettings;
import io.essaim.server.config.Settings;
import io.essaim.server.observe.Counter;
import io.essaim.server.swarm.IngestSource;
import io.essaim.server.testing.SignedTokens;
import io.essaim.server.testing.TestCertificate;
import io.essaim.server.testing.TestServer;
import io.essaim.server.testing.TlsFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The servers that are attacked: one with viewers, one that takes the swarm from producers, one that speaks TLS, one that
 * wants tokens.
 */
final class Targets implements AutoCloseable {
    /** What a peer may take over anything; short, so that the slow ones end within the test. */
    static final Duration PATIENCE = Duration.ofSeconds(2);

    private final TestServer viewers;
    private final TestServer producers;
    private final TestServer secure;
    private final TestServer guarded;
    private final SignedTokens tokens;

    private Targets(
            TestServer viewers, TestServer producers, TestServer secure, TestServer guarded, SignedTokens tokens) {
        this.viewers = viewers;
        this.producers = producers;
        this.secure = secure;
        this.guarded = guarded;
        this.tokens = tokens;
    }

    static Targets start(Path folder) throws Exception {
        TlsFiles files = TlsFiles.in(folder, TestCertificate.elliptic());
        SignedTokens tokens = SignedTokens.of("known");
        Path keys = Files.writeString(folder.resolve("keys.json"), tokens.keySet());
        return new Targets(
                TestServer.start(Targets::settings),
                TestServer.start(Targets::impatient, new IngestSource()),
                TestServer.start(configuration -> files.addedTo(settings(configuration))),
                TestServer.start(configuration -> settings(configuration)
                        .with(SecuritySettings.AUTH_REQUIRED, true)
                        .with(SecuritySettings.LOGIN_TIMEOUT, PATIENCE)
                        .with(SecuritySettings.JWT_KEYS, Optional.of(keys.toString()))),
                tokens);
    }

    private static Configuration settings(Configuration configuration) {
        return configuration
                .with(Settings.AGENTS, 20)
                .with(Settings.FPS, 20)
                .with(Settings.MAX_CONNECTIONS, 5_000)
                .with(Settings.MAX_PRODUCERS, 100)
                .with(Settings.HANDSHAKE_TIMEOUT, PATIENCE)
                .with(Settings.BODY_TIMEOUT, PATIENCE)
                .with(Settings.IDLE_TIMEOUT, PATIENCE);
    }

    private static Configuration impatient(Configuration configuration) {
        return settings(configuration)
                .with(Settings.INGEST_TIMEOUT, PATIENCE.dividedBy(2))
                .with(Settings.PING_INTERVAL, PATIENCE.dividedBy(4))
                .with(Settings.PING_TIMEOUT, PATIENCE);
    }

    int viewers() {
        return viewers.port();
    }

    /** Its WebSockets, of viewers too, have to show signs of life. */
    int producers() {
        return producers.port();
    }

    int secure() {
        return secure.port();
    }

    /** Nobody is let in without a token. */
    int guarded() {
        return guarded.port();
    }

    /** That hold at the guarded one. */
    SignedTokens tokens() {
        return tokens;
    }

    TestServer viewersServer() {
        return viewers;
    }

    /** WebSockets and waiting requests, over all servers. */
    int connections() {
        return all().stream().mapToInt(server -> server.server().connections()).sum();
    }

    /** None of all that may be a fault of the server's own. */
    void assertNoInternalErrors() {
        all().forEach(server ->
                assertThat(server.count(Counter.INTERNAL_ERRORS)).isZero());
    }

    private List<TestServer> all() {
        return List.of(viewers, producers, secure, guarded);
    }

    @Override
    public void close() {
        all().forEach(TestServer::close);
    }
}
