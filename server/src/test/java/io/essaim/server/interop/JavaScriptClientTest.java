package io.essaim.server.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.server.config.ByteSize;
import io.essaim.server.config.EventSettings;
import io.essaim.server.config.Secret;
import io.essaim.server.config.Settings;
import io.essaim.server.observe.Counter;
import io.essaim.server.swarm.IngestSource;
import io.essaim.server.testing.RequiredInCi;
import io.essaim.server.testing.TestServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The JavaScript client's own tests, and those that it passes against a server of ours. */
class JavaScriptClientTest {
    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final String TOKEN = "token-of-this-test";

    @Test
    void itsTestsPass() throws Exception {
        JavaScript.assumeInstalled();
        new Program(JavaScript.FOLDER, "npm", "test").run(Duration.ofMinutes(5));
    }

    @Test
    void itIsShownTheViewsThatItAsksFor() throws Exception {
        JavaScript.assumeInstalled();
        try (TestServer server = TestServer.start()) {
            new Program(JavaScript.FOLDER, "npm", "run", "test:server")
                    .with("ESSAIM_URL", "http://127.0.0.1:" + server.port() + "/")
                    .run(Duration.ofMinutes(5));
        }
    }

    @Test
    void itMissesNoEventThoughItsConnectionIsCut() throws Exception {
        JavaScript.assumeInstalled();
        try (TestServer server = TestServer.start()) {
            new Program(JavaScript.FOLDER, "npm", "run", "test:events")
                    .with("ESSAIM_URL", "http://127.0.0.1:" + server.port() + "/")
                    .run(Duration.ofMinutes(3));
        }
    }

    @Test
    void itWaitsWhereTheServerTakesNoRequestYet() throws Exception {
        JavaScript.assumeInstalled();
        // With a token set, who has none may only watch, on this machine as well.
        try (TestServer server = TestServer.with(EventSettings.PUBLISH_TOKEN, Optional.of(new Secret(TOKEN)))) {
            new Program(JavaScript.FOLDER, "npm", "run", "test:limits")
                    .with("ESSAIM_URL", "http://127.0.0.1:" + server.port() + "/")
                    .run(Duration.ofMinutes(3));
            assertThat(server.count(Counter.MESSAGES_OVER_RATE)).isPositive();
        }
    }

    @Test
    void noEventIsMissedInABrowserThatIsCutOff() throws Exception {
        JavaScript.assumeInstalled();
        RequiredInCi.assume(Files.isExecutable(CHROMIUM), CHROMIUM + "; apt-get install chromium");
        try (TestServer server = TestServer.start()) {
            new Program(JavaScript.FOLDER, "npm", "run", "test:browser")
                    .with("ESSAIM_URL", "http://127.0.0.1:" + server.port() + "/")
                    .run(Duration.ofMinutes(4));
        }
    }

    @Test
    void itShowsDifferencesAsItShowsJson() throws Exception {
        JavaScript.assumeInstalled();
        try (TestServer server = TestServer.start(
                configuration -> configuration
                        .with(Settings.INGEST_TOKEN, Optional.of(new Secret(TOKEN)))
                        .with(Settings.FPS, 240)
                        .with(Settings.SYNC_INTERVAL, Duration.ofSeconds(1))
                        .with(Settings.SEND_BUFFER, ByteSize.kibibytes(64)),
                new IngestSource())) {
            new Program(JavaScript.FOLDER, "npm", "run", "test:delta")
                    .with("ESSAIM_DELTA_URL", "http://127.0.0.1:" + server.port() + "/")
                    .with("ESSAIM_INGEST_TOKEN", TOKEN)
                    .run(Duration.ofMinutes(3));
            assertThat(server.count(Counter.SUBSCRIBERS_REJOINING)).isPositive();
        }
    }

    @Test
    void whatItPublishesIsStreamed() throws Exception {
        JavaScript.assumeInstalled();
        try (TestServer server = TestServer.start(
                configuration -> configuration.with(Settings.INGEST_TOKEN, Optional.of(new Secret(TOKEN))),
                new IngestSource())) {
            new Program(JavaScript.FOLDER, "npm", "run", "test:ingest")
                    .with("ESSAIM_INGEST_URL", "http://127.0.0.1:" + server.port() + "/")
                    .with("ESSAIM_INGEST_TOKEN", TOKEN)
                    .run(Duration.ofMinutes(5));
        }
    }
}
