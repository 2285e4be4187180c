package io.essaim.server.interop;

import io.essaim.server.testing.RequiredInCi;
import io.essaim.server.testing.TestServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
}
