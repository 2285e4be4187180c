package io.essaim.server.interop;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The JavaScript client's own tests. */
class JavaScriptClientTest {
    @Test
    void itsTestsPass() throws Exception {
        JavaScript.assumeInstalled();
        new Program(JavaScript.FOLDER, "npm", "test").run(Duration.ofMinutes(2));
    }
}
