package io.essaim.server.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.server.config.SecuritySettings;
import io.essaim.server.config.Settings;
import io.essaim.server.testing.RequiredInCi;
import io.essaim.server.testing.TestServer;
import io.essaim.server.testing.TestTokens;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
    void whoHasToLogInDoesSoOnThePage(@TempDir Path folder) throws Exception {
        JavaScript.assumeInstalled();
        RequiredInCi.assume(Files.isExecutable(CHROMIUM), CHROMIUM + "; apt-get install chromium");
        Path tokens = new TestTokens().with("ann").with("bob").write(folder);
        try (TestServer server = TestServer.start(configuration -> configuration
                .with(SecuritySettings.TOKENS, Optional.of(tokens))
                .with(SecuritySettings.AUTH_REQUIRED, true)
                .with(SecuritySettings.SESSION_TIMEOUT, Duration.ofSeconds(5))
                .with(SecuritySettings.RELOAD, Duration.ofMillis(100)))) {
            assertThat(new Program(JavaScript.FOLDER, "node", "--test", "test/page-login.browser.mjs")
                            .with("ESSAIM_URL", "http://127.0.0.1:" + server.port() + "/")
                            .with("ESSAIM_TOKENS", tokens)
                            .run(Duration.ofMinutes(8)))
                    .contains("# pass 11");
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
