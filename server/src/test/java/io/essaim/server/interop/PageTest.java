package io.essaim.server.interop;

import io.essaim.server.config.Settings;
import io.essaim.server.testing.RequiredInCi;
import io.essaim.server.testing.TestServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The page in a real browser. */
class PageTest {
    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");

    @Test
    void itShowsTheSwarmOfALiveServer() throws Exception {
        JavaScript.assumeInstalled();
        RequiredInCi.assume(Files.isExecutable(CHROMIUM), CHROMIUM + "; apt-get install chromium");
        try (TestServer server = TestServer.start()) {
            new Program(JavaScript.FOLDER, "node", "--test", "test/page.browser.mjs")
                    .with("ESSAIM_URL", "http://127.0.0.1:" + server.port() + "/")
                    .run(Duration.ofMinutes(12));
        }
    }

    @Test
    void textOfOthersIsNeverMarkup() throws Exception {
        JavaScript.assumeInstalled();
        RequiredInCi.assume(Files.isExecutable(CHROMIUM), CHROMIUM + "; apt-get install chromium");
        String label = "<img src=x onerror=\"globalThis.ran=true\"><b>&amp;";
        try (TestServer server = TestServer.with(Settings.SPHERES, List.of(label, "other"))) {
            new Program(JavaScript.FOLDER, "node", "--test", "test/text.browser.mjs")
                    .with("ESSAIM_URL", "http://127.0.0.1:" + server.port() + "/")
                    .with("ESSAIM_LABEL", label)
                    .run(Duration.ofMinutes(4));
        }
    }
}
