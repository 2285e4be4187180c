package io.essaim.server.interop;

import io.essaim.server.testing.TestServer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The JavaScript client's own tests, and those that it passes against a server of ours. */
class JavaScriptClientTest {
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
}
