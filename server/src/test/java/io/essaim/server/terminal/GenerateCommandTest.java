package io.essaim.server.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.essaim.server.testing.TestServer;
import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

@Timeout(120)
class GenerateCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void asManyEventsComeAsWereAskedFor() throws Exception {
        try (TestServer server = TestServer.start()) {
            assertThat(generate("127.0.0.1:" + server.port(), "--rate=400", "--duration=500ms", "--types=agent.*"))
                    .isZero();
            assertThat(out.toString())
                    .containsPattern("^200 events in [0-9.]+ s, [0-9.]+ a second: 200 acknowledged, 0 refused");
            assertThat(server.get("/api/state").body()).contains("\"offset\":200");
        }
    }

    @Test
    void aServerThatIsNotThereIsNamedWithWhatToDo() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        assertThatThrownBy(() -> generate("localhost:" + port))
                .isInstanceOfSatisfying(Failure.class, e -> assertThat(e.hint()).contains("essaim serve"))
                .hasMessage("nobody listens at http://localhost:" + port + "/api/events");
    }

    @Test
    void whatIsMistypedIsAnErrorOfTheCommandLine() {
        assertThatThrownBy(() -> generate("--rate=0"))
                .isInstanceOf(ParameterException.class)
                .hasMessage("--rate=0, from 1 to 100000");
        assertThatThrownBy(() -> generate("--types=order.*")).hasMessageContaining("matches none of agent.created");
        assertThatThrownBy(() -> generate("--duration=5")).hasMessageContaining("with a unit");
        assertThatThrownBy(() -> generate("--rooms=a b")).hasMessageContaining("is no room");
    }

    private int generate(String... arguments) throws Exception {
        GenerateCommand generate = new GenerateCommand(Terminal.none(new ByteArrayOutputStream()));
        CommandLine command = new CommandLine(generate.spec())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true));
        command.parseArgs(arguments);
        return generate.call();
    }
}
