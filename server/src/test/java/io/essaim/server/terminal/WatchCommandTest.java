package io.essaim.server.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import io.essaim.client.ClientOptions;
import io.essaim.client.SwarmClient;
import io.essaim.server.config.Settings;
import io.essaim.server.testing.TestServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

@Timeout(120)
class WatchCommandTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final StringWriter err = new StringWriter();

    @Test
    void withoutATerminalItPrintsALineASecondAndASum() throws Exception {
        try (TestServer server = TestServer.start()) {
            assertThat(watch("127.0.0.1:" + server.port(), "--duration=3s")).isZero();
        }
        List<String> lines = text().lines().toList();
        assertThat(lines).hasSizeGreaterThanOrEqualTo(2);
        assertThat(lines.get(0))
                .containsPattern("^[0-9.]+ frames/s, [0-9.]+ [KM]?B/s, age ")
                .contains("350 agents, 60 of 60 frames/s granted")
                .containsPattern("stream of epoch [0-9]+, 16-bit values, form (plain|delta)$");
        assertThat(lines.get(lines.size() - 1)).containsPattern("^[0-9]+ frames in [0-9.]+ s, [0-9]+ skipped, ");
    }

    @Test
    void jsonIsALineAFrame() throws Exception {
        try (TestServer server = TestServer.start()) {
            assertThat(watch("http://127.0.0.1:" + server.port(), "--json", "--frames=3", "--fps=30"))
                    .isZero();
        }
        List<String> lines = text().lines().toList();
        assertThat(lines).hasSize(3);
        for (String line : lines) {
            assertThat(line)
                    .startsWith("{\"type\":\"swarm_update\",\"timestamp\":")
                    .contains("\"agent_count\":350");
            try (JsonParser parser = new JsonFactory().createParser(line)) {
                while (parser.nextToken() != null) {
                    assertThat(parser.currentToken()).isNotNull();
                }
            }
        }
    }

    @Test
    void whoStopsReadingEndsIt() throws Exception {
        try (TestServer server = TestServer.start()) {
            OutputStream broken = new OutputStream() {
                @Override
                public void write(int b) throws IOException {
                    throw new IOException("Broken pipe");
                }
            };
            String address = "127.0.0.1:" + server.port();
            assertThat(watch(Terminal.none(broken), address)).isZero();
            assertThat(watch(Terminal.none(broken), address, "--json")).isZero();
        }
    }

    @Test
    void aServerThatIsNotThereIsNamedWithWhatToDo() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        assertThatThrownBy(() -> watch("localhost:" + port))
                .isInstanceOfSatisfying(Failure.class, e -> assertThat(e.hint()).contains("essaim serve"))
                .hasMessage("nobody listens at ws://localhost:" + port + "/ws/swarm");
        assertThatThrownBy(() -> watch("nowhere.invalid"))
                .isInstanceOf(Failure.class)
                .hasMessage("there is no host nowhere.invalid");
    }

    @Test
    void aRefusalIsToldInTheServersWords() throws Exception {
        try (TestServer server = TestServer.with(Settings.MAX_CONNECTIONS, 1)) {
            SwarmClient first = SwarmClient.connect(
                            server.webSocket("/ws/swarm"), ClientOptions.DEFAULT, (frame, roster, stream) -> {})
                    .get();
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> server.get("/health").body().contains("\"connections\":1"));
            assertThatThrownBy(() -> watch("127.0.0.1:" + server.port()))
                    .isInstanceOfSatisfying(
                            Failure.class, e -> assertThat(e.hint()).isEqualTo("try again in a while"))
                    .hasMessageContaining("refused with HTTP 503, Maximum connections reached");
            first.close();
        }
    }

    @Test
    void itComesBackWhenTheServerDoesAndSaysSo() throws Exception {
        int port;
        AtomicBoolean enough = new AtomicBoolean();
        OutputStream reader = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                if (enough.get()) {
                    throw new IOException("Broken pipe");
                }
                out.write(b);
            }
        };
        CompletableFuture<Integer> watching;
        try (TestServer server = TestServer.start()) {
            port = server.port();
            watching = CompletableFuture.supplyAsync(() -> {
                try {
                    return watch(Terminal.none(reader), "127.0.0.1:" + port, "--json");
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            });
            await().atMost(Duration.ofSeconds(30)).until(() -> out.size() > 0);
        }
        await().atMost(Duration.ofSeconds(30)).until(() -> err.toString().contains("; connecting again in "));
        try (TestServer server = TestServer.with(Settings.PORT, port)) {
            await().atMost(Duration.ofSeconds(60)).until(() -> err.toString().contains("connected again"));
            assertThat(server.port()).isEqualTo(port);
            int before = out.size();
            await().atMost(Duration.ofSeconds(30)).until(() -> out.size() > before);
            enough.set(true);
            assertThat(watching.get(30, TimeUnit.SECONDS)).isZero();
        }
    }

    @Test
    void whatIsMistypedIsAnErrorOfTheCommandLine() {
        assertThatThrownBy(() -> watch("--agents=9-1")).isInstanceOf(ParameterException.class);
        assertThatThrownBy(() -> watch("--box=1,2")).hasMessageContaining("minX,minY,minZ");
        assertThatThrownBy(() -> watch("--duration=10")).hasMessageContaining("with a unit, as 500ms");
        assertThatThrownBy(() -> watch("--frames=0")).hasMessage("--frames=0, at least 1");
        assertThatThrownBy(() -> watch("localhost?fps=10", "--fps=20"))
                .isInstanceOf(ParameterException.class)
                .hasMessage("--fps is given, and the URL says fps=10; say it once");
        assertThatThrownBy(() -> watch("localhost?agents=1&sphere%73=a", "--spheres=b"))
                .hasMessageContaining("say it once");
        assertThatThrownBy(() -> watch("ftp://localhost")).isInstanceOf(Failure.class);
    }

    private String text() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private int watch(String... arguments) throws Exception {
        return watch(Terminal.none(out), arguments);
    }

    private int watch(Terminal terminal, String... arguments) throws Exception {
        CommandLine command = new CommandLine(new WatchCommand(terminal).spec()).setErr(new PrintWriter(err, true));
        command.parseArgs(arguments);
        WatchCommand watch = (WatchCommand) command.getCommandSpec().userObject();
        return watch.call();
    }
}
