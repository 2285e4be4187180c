package io.essaim.server.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.server.config.ByteSize;
import io.essaim.server.config.Settings;
import io.essaim.server.observe.Counter;
import io.essaim.server.testing.RequiredInCi;
import io.essaim.server.testing.TestServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Node's ws and a real browser, both at once, over permessage-deflate: frames that all clients share and messages of their
 * own in turn, the latter compressed every other time. {@code -Dessaim.deflate.rounds=10000} takes more turns than the inner
 * loop's few hundred.
 */
@Timeout(600)
class DeflateClientsTest {
    private static final int ROUNDS = Integer.getInteger("essaim.deflate.rounds", 300);
    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");

    /** Between a pong whose echo has five digits, 87 bytes, and one with fifteen, 97. */
    private static final ByteSize THRESHOLD = new ByteSize(90);

    @Test
    void everyTextIsTheOneThatComesUncompressed() throws Exception {
        JavaScript.assumeInstalled();
        RequiredInCi.assume(Files.isExecutable(CHROMIUM), CHROMIUM + "; apt-get install chromium");
        try (TestServer server = TestServer.start(
                configuration -> configuration.with(Settings.FPS, 240).with(Settings.DEFLATE_THRESHOLD, THRESHOLD))) {
            String printed = new Program(
                            Checkout.file("server/src/test/interop"),
                            "node",
                            "deflate.mjs",
                            "http://127.0.0.1:" + server.port() + "/",
                            ROUNDS)
                    .run(Duration.ofMinutes(5));
            assertThat(printed)
                    .startsWith("{\"rounds\":" + ROUNDS + ",\"ws\":{")
                    .contains("\"chromium\":{");
            assertThat(server.count(Counter.PROTOCOL_ERRORS)).isZero();
            assertThat(server.count(Counter.MESSAGES_INVALID)).isZero();
        }
    }
}
