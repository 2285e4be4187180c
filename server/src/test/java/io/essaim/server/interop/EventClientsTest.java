package io.essaim.server.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.server.config.EventSettings;
import io.essaim.server.testing.TestServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that are not ours check the events' shapes of REQUIREMENTS B, C, D and E. */
@Timeout(120)
class EventClientsTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @Test
    void pythonsWebsocketsGetsWhatIsDocumented() throws Exception {
        Python.assumeWebsockets();
        assertThat(run(Python.INTERPRETER, "events_client.py")).contains("websockets", "\"checks\": 6");
    }

    @Test
    void nodesWsGetsWhatIsDocumented() throws Exception {
        JavaScript.assumeInstalled();
        assertThat(run(Path.of("node"), "events_client.mjs")).contains("\"ws\"", "\"checks\":5");
    }

    private static String run(Path interpreter, String script) throws Exception {
        try (TestServer server = TestServer.with(EventSettings.ROOM_WINDOWS, List.of("windowed=30s/3"))) {
            Path folder = Checkout.file("server/src/test/interop");
            return new Program(folder, interpreter, script, "http://127.0.0.1:" + server.port() + "/").run(LIMIT);
        }
    }
}
