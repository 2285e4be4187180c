package io.essaim.server.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.essaim.server.testing.TestServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

@Timeout(120)
class PublishCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    Path folder;

    @Test
    void oneEventIsPublishedAndItsPlaceTold() throws Exception {
        try (TestServer server = TestServer.start()) {
            String address = "127.0.0.1:" + server.port();
            String[] event = {
                address,
                "agent.status.changed",
                "{\"agent_id\":7,\"new_status\":\"active\"}",
                "--room=ops",
                "--priority=high",
                "--circle=2",
                "--id=e-1"
            };
            assertThat(publish(event)).isZero();
            assertThat(out.toString()).isEqualTo("published agent.status.changed at offset 1, e-1\n");
            assertThat(publish(event)).isZero();
            assertThat(out.toString()).endsWith("at offset 1, e-1, where it stood already\n");
            assertThat(server.get("/api/state").body())
                    .contains("\"7\":{\"status\":\"active\",\"type\":\"agent.status_changed\"");
        }
    }

    @Test
    void aFileIsPublishedLineByLine() throws Exception {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 1_000; i++) {
            lines.append("{\"type\":\"order.placed\",\"data\":{\"n\":")
                    .append(i)
                    .append("}}\r\n\n");
        }
        Path file = Files.writeString(folder.resolve("events.ndjson"), lines);
        try (TestServer server = TestServer.start()) {
            assertThat(publish("http://127.0.0.1:" + server.port(), "--file=" + file))
                    .isZero();
            assertThat(out.toString()).containsPattern("^published 1000 events in [0-9.]+ s, offsets 1 to 1000\n");
        }
    }

    @Test
    void aLineThatIsNoEventEndsItAndIsNamed() throws Exception {
        try (TestServer server = TestServer.start()) {
            String address = "127.0.0.1:" + server.port();
            assertThatThrownBy(
                            () -> publishInput("{\"type\":\"a.b\"}\n\n{\"type\":\"a.c\",\"colour\":1}\n", address, "-"))
                    .isInstanceOfSatisfying(
                            Failure.class,
                            e -> assertThat(e.hint())
                                    .isEqualTo("the 1 before it were published; correct the line and go on from it"))
                    .hasMessageStartingWith("line 3: ")
                    .hasMessageContaining("colour");
            assertThatThrownBy(() -> publishInput("no event\n", address, "-"))
                    .isInstanceOfSatisfying(
                            Failure.class, e -> assertThat(e.hint()).startsWith("nothing was published"))
                    .hasMessageStartingWith("line 1: ");
            assertThat(publishInput("{\"type\":\"a.d\"}", address, "-")).isZero();
            assertThat(out.toString()).contains("published 1 event in ").contains("offsets 2 to 2");
        }
    }

    @Test
    void whatAServerCannotTakeNowIsTriedAgainUnderTheSameKey() throws Exception {
        Deque<Integer> statuses = new ArrayDeque<>(List.of(503, 200));
        List<String> keys = new ArrayList<>();
        HttpServer scripted = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        scripted.createContext("/api/events", exchange -> {
            keys.add(exchange.getRequestHeaders().getFirst("Idempotency-Key"));
            exchange.getRequestBody().readAllBytes();
            int status = statuses.remove();
            byte[] body = (status == 200
                            ? "{\"published\":[{\"offset\":5,\"event_id\":\"e\",\"duplicate\":false}]}"
                            : "{\"error\":\"too many events wait\"}")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        scripted.start();
        try {
            assertThat(publish("127.0.0.1:" + scripted.getAddress().getPort(), "a.b"))
                    .isZero();
        } finally {
            scripted.stop(0);
        }
        assertThat(out.toString()).isEqualTo("published a.b at offset 5, e\n");
        assertThat(err.toString()).contains("essaim: HTTP 503, too many events wait; trying again in ");
        assertThat(keys).hasSize(2).doesNotContainNull();
        assertThat(keys.get(0)).isEqualTo(keys.get(1));
    }

    @Test
    void whatIsMistypedIsAnErrorOfTheCommandLine() throws Exception {
        assertThatThrownBy(() -> publish("localhost"))
                .isInstanceOf(ParameterException.class)
                .hasMessageStartingWith("say what happened");
        assertThatThrownBy(() -> publish("localhost", "connected")).hasMessageContaining("name of another message");
        assertThatThrownBy(() -> publish("localhost", "a.b", "{a:1}"))
                .hasMessageContaining("in a shell it stands in ''");
        assertThatThrownBy(() -> publish("localhost", "a.b", "--priority=urgent"))
                .hasMessage("--priority=urgent, one of critical, high, normal, metrics, low");
        assertThatThrownBy(() -> publish("localhost", "a.b", "--circle=x")).hasMessage("--circle=x, a whole number");
        assertThatThrownBy(() -> publish("localhost", "a.b", "--room=a b")).hasMessageContaining("is no room");
        assertThatThrownBy(() -> publish("localhost", "-", "--room=ops"))
                .hasMessageContaining("each line says its own");
        assertThatThrownBy(() -> publish("localhost", "a.b", "--file=x"))
                .hasMessage("--file says what to publish; leave out a.b");
        assertThatThrownBy(() -> publish("localhost", "a.b", "@" + folder.resolve("none")))
                .isInstanceOf(Failure.class)
                .hasMessageStartingWith("no such file");
    }

    private int publish(String... arguments) throws Exception {
        return publishInput("", arguments);
    }

    private int publishInput(String input, String... arguments) throws Exception {
        return run(input, out, err, arguments);
    }

    /** The command, with nobody to look at what it says. */
    static int run(String input, StringWriter out, String... arguments) throws Exception {
        return run(input, out, new StringWriter(), arguments);
    }

    private static int run(String input, StringWriter out, StringWriter err, String... arguments) throws Exception {
        PublishCommand publish = new PublishCommand(
                Terminal.none(new ByteArrayOutputStream()),
                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
        CommandLine command = new CommandLine(publish.spec())
                .setExpandAtFiles(false)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true));
        command.parseArgs(arguments);
        return publish.call();
    }
}
