package io.essaim.server.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.server.config.Settings;
import io.essaim.server.testing.TestServer;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The Python client: its own tests, and against a live server. */
class PythonClientTest {
    private static final Duration LIMIT = Duration.ofMinutes(5);

    /** Python then finds no numpy, however it is installed. */
    private static final String WITHOUT_NUMPY = "import sys, unittest; sys.modules['numpy'] = None; "
            + "unittest.main(module=None, argv=['unittest', 'discover', 'tests'])";

    @BeforeEach
    void needsWebsockets() throws Exception {
        Python.assumeWebsockets();
    }

    @Test
    void itsTestsPass() throws Exception {
        Python.assumeNumpy();
        assertTested(Python.program("-m", "unittest", "discover", "tests").run(LIMIT));
    }

    @Test
    void itsTestsPassWithoutNumpy() throws Exception {
        assertTested(Python.program("-c", WITHOUT_NUMPY).run(LIMIT));
    }

    @Test
    void itWatchesALiveServer() throws Exception {
        // On a busy machine views take longer, and are to be had all the same.
        try (TestServer server = TestServer.with(Settings.VIEW_BUDGET, Duration.ofSeconds(1))) {
            assertTested(Python.program("tests/live_viewer.py")
                    .with("ESSAIM_URL", url(server))
                    .run(LIMIT));
        }
    }

    @Test
    void itMissesNoEventOfALiveServer() throws Exception {
        try (TestServer server = TestServer.start()) {
            assertTested(Python.program("tests/live_events.py")
                    .with("ESSAIM_URL", url(server))
                    .run(LIMIT));
        }
    }

    @Test
    void theExamplesOfTheReadmesRunAsTheyStand() throws Exception {
        try (TestServer server = TestServer.start()) {
            for (String readme : new String[] {"README.md", "clients/python/README.md"}) {
                assertThat(example(server, readme, "essaim.connect").lines()).hasSize(3);
            }
            for (String word : new String[] {"essaim.frames", "essaim.events"}) {
                assertThat(example(server, "clients/python/README.md", word).lines())
                        .hasSize(3);
            }
        }
    }

    private static String example(TestServer server, String readme, String word)
            throws IOException, InterruptedException {
        return Python.program("tests/readme_examples.py", Checkout.file(readme), url(server), word)
                .run(LIMIT);
    }

    private static String url(TestServer server) {
        return "ws://127.0.0.1:" + server.port();
    }

    /** One that tests nothing is noticed. */
    private static void assertTested(String printed) {
        assertThat(printed).containsPattern("Ran [1-9]\\d* tests? in").contains("OK");
    }
}
