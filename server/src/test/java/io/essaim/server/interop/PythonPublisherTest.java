package io.essaim.server.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.server.config.Settings;
import io.essaim.server.swarm.IngestSource;
import io.essaim.server.testing.SharedData;
import io.essaim.server.testing.TestServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The Python client publishes, to a live server with viewers of both encodings. */
class PythonPublisherTest {
    private static final Duration LIMIT = Duration.ofMinutes(5);

    @BeforeEach
    void needsWebsockets() throws Exception {
        Python.assumeWebsockets();
    }

    @ParameterizedTest
    @ValueSource(strings = {"jackdaw.csv.gz", "pedestrians.csv.gz"})
    void viewersSeeARecordingThatItPublishesValueForValue(String file) throws Exception {
        Path recording = SharedData.require(file);
        try (TestServer server = TestServer.start(
                settings -> settings.with(Settings.SPHERES, List.of("wood", "personal")), new IngestSource())) {
            String printed = Python.program("tests/live_publisher.py")
                    .with("ESSAIM_URL", url(server))
                    .with("ESSAIM_SPHERE", "wood")
                    .with("ESSAIM_RECORDING", recording)
                    .run(LIMIT);
            assertThat(printed).containsPattern("Ran [1-9]\\d* tests in").contains("OK");
        }
    }

    @Test
    void theReadmesSimulationStreamsAsItStands() throws Exception {
        try (TestServer server = TestServer.start(settings -> settings, new IngestSource())) {
            String printed = Python.program(
                            "tests/readme_examples.py", Checkout.file("README.md"), url(server), "essaim.publish")
                    .run(LIMIT);
            assertThat(printed).contains("a viewer saw 3 states of 100 agents");
        }
    }

    private static String url(TestServer server) {
        return "ws://127.0.0.1:" + server.port();
    }
}
