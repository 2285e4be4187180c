package io.essaim.server.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.essaim.server.observe.Counter;
import io.essaim.server.transport.EchoServer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Beside the cases of RFC 6455: clients that others wrote read through the same pipeline what they sent. */
class EchoClientsTest {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    @Test
    void wsOfNodeGetsBackWhatItSends() throws Exception {
        JavaScript.assumeInstalled();
        assertEchoes("node", "echo.mjs");
    }

    @Test
    void websocketsOfPythonGetsBackWhatItSends() throws Exception {
        Python.assumeWebsockets();
        assertEchoes(Python.INTERPRETER, "echo.py");
    }

    private static void assertEchoes(Object interpreter, String program) throws Exception {
        try (EchoServer server = EchoServer.start()) {
            String printed = new Program(
                            Checkout.file("server/src/test/interop"),
                            interpreter,
                            program,
                            "ws://127.0.0.1:" + server.port() + EchoServer.PATH)
                    .run(LIMIT);
            assertThat(printed.strip().replace(" ", "")).isEqualTo("{\"messages\":36}");
            assertThat(server.count(Counter.PROTOCOL_ERRORS)).isZero();
        }
    }
}
