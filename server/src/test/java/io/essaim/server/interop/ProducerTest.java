package io.essaim.server.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.server.config.Secret;
import io.essaim.server.config.Settings;
import io.essaim.server.swarm.IngestSource;
import io.essaim.server.testing.TestServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A producer that is not ours, with encoders of its own, directly and through nginx. */
@Timeout(120)
class ProducerTest {
    private static final String TOKEN = "sw0rdfish-42";

    @Test
    void pythonPublishesDirectly() throws Exception {
        try (TestServer server = start()) {
            check(server.port());
        }
    }

    @Test
    void pythonPublishesThroughNginx(@TempDir Path folder) throws Exception {
        try (TestServer server = start();
                Nginx nginx = Nginx.inFrontOf(server.port(), folder)) {
            check(nginx.port());
        }
    }

    private static TestServer start() throws IOException {
        return TestServer.start(
                configuration -> configuration.with(Settings.INGEST_TOKEN, Optional.of(new Secret(TOKEN))),
                new IngestSource());
    }

    private static void check(int port) throws Exception {
        Python.assumeWebsockets();
        String printed = new Program(
                        Checkout.file("server/src/test/interop"),
                        Python.INTERPRETER,
                        "websockets_producer.py",
                        "http://127.0.0.1:" + port + "/",
                        TOKEN)
                .run(Duration.ofSeconds(90));
        assertThat(printed)
                .containsPattern("\"frames of json states\": [1-9]")
                .containsPattern("\"frames of binary states\": [1-9]")
                .contains("\"second\": [1013, \"Another producer is streaming\"]")
                .contains("\"refused\": 401");
    }
}
