package io.essaim.server.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

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
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

@Timeout(120)
class EventsCommandTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final StringWriter err = new StringWriter();

    @Test
    void whatWasPublishedAfterACursorIsPrintedAndTheNextCursorTold() throws Exception {
        try (TestServer server = TestServer.start()) {
            String cursor = cursor(server);
            publish(server.port(), "agent.started", "task.failed", "agent.stopped");
            assertThat(events(server.port(), "--since=" + cursor, "--types=agent.*", "--count=2"))
                    .isZero();
            assertThat(lines())
                    .hasSize(2)
                    .allSatisfy(line -> assertThat(line).matches("[0-9:.]{12}  #[0-9]+ +normal    a.*"))
                    .satisfies(lines ->
                            assertThat(lines.get(0)).contains("agent.started  ").endsWith("{\"n\":0}"))
                    .satisfies(lines ->
                            assertThat(lines.get(1)).contains("agent.stopped  ").endsWith("{\"n\":2}"));
            assertThat(err.toString())
                    .contains("essaim: going on where it was, nothing is lost\n")
                    .containsPattern("essaim: go on from here with --since=[A-Za-z0-9_-]+\n$");
            out.reset();
            publish(server.port(), "agent.deleted");
            assertThat(events(server.port(), "--since=" + lastCursor(), "--count=1", "--json"))
                    .isZero();
            assertThat(lines()).hasSize(1);
            assertThat(lines().get(0))
                    .startsWith("{\"type\":\"agent.deleted\",\"data\":{\"n\":0},")
                    .endsWith("}");
        }
    }

    @Test
    void onlyWhatTheFilterLetsThroughIsPrinted() throws Exception {
        try (TestServer server = TestServer.start()) {
            String cursor = cursor(server);
            publish(server.port(), "a.b", "a.b", "a.b", "a.b", "a.b");
            assertThat(events(server.port(), "--since=" + cursor, "--filter=data.n=1,3", "--count=2"))
                    .isZero();
            assertThat(lines()).hasSize(2);
            assertThat(lines().get(0)).endsWith("{\"n\":1}");
            assertThat(lines().get(1)).endsWith("{\"n\":3}");
        }
    }

    @Test
    void whoComesIntoTheRoomIsTold() throws Exception {
        try (TestServer server = TestServer.start()) {
            CompletableFuture<Integer> following =
                    following(Terminal.none(out), server.port(), "--rooms=ops", "--presence", "--count=1");
            await().atMost(SOON).until(() -> server.get("/health").body().contains("\"connections\":1"));
            CompletableFuture<Integer> other =
                    following(Terminal.none(new ByteArrayOutputStream()), server.port(), "--rooms=ops", "--count=1");
            await().atMost(SOON).until(() -> text().contains("-- room ops: 2 clients; came: "));
            PublishCommandTest.run("", new StringWriter(), "127.0.0.1:" + server.port(), "a.b", "--room=ops");
            assertThat(following.get(30, TimeUnit.SECONDS)).isZero();
            assertThat(other.get(30, TimeUnit.SECONDS)).isZero();
        }
    }

    @Test
    void itComesBackWhenTheServerDoesAndSaysWhatIsLost() throws Exception {
        int port;
        CompletableFuture<Integer> following;
        try (TestServer server = TestServer.start()) {
            port = server.port();
            following = following(Terminal.none(out), port, "--count=100");
            publishUntilSeen(port);
        }
        await().atMost(SOON).until(() -> err.toString().contains("; connecting again in "));
        try (TestServer server = TestServer.with(Settings.PORT, port)) {
            // The log of before was in memory.
            String again = "connected again; some of what happened meanwhile is kept no more, in room general";
            await().atMost(Duration.ofSeconds(60)).until(() -> err.toString().contains(again));
            String[] types = new String[100];
            Arrays.fill(types, "b.c");
            publish(server.port(), types);
            assertThat(following.get(60, TimeUnit.SECONDS)).isZero();
        }
        assertThat(lines()).hasSize(100);
    }

    /** It begins with what happens once it is there. */
    private void publishUntilSeen(int port) {
        await().atMost(SOON).until(() -> {
            if (out.size() == 0) {
                publish(port, "a.b");
            }
            return out.size() > 0;
        });
    }

    @Test
    void whatTheServerRefusesIsToldInItsWords() throws Exception {
        try (TestServer server = TestServer.start()) {
            assertThatThrownBy(() -> events(server.port(), "--since=nonsense"))
                    .isInstanceOf(Failure.class)
                    .hasMessageContaining("since: cursor is none of this server's");
        }
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        assertThatThrownBy(() -> events(port))
                .isInstanceOfSatisfying(Failure.class, e -> assertThat(e.hint()).contains("essaim serve"))
                .hasMessageStartingWith("nobody listens at ws://127.0.0.1:" + port + "/ws/events");
    }

    @Test
    void whoStopsReadingEndsIt() throws Exception {
        OutputStream broken = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
            }
        };
        try (TestServer server = TestServer.start()) {
            String cursor = cursor(server);
            publish(server.port(), "a.b");
            assertThat(following(Terminal.none(broken), server.port(), "--since=" + cursor)
                            .get(30, TimeUnit.SECONDS))
                    .isZero();
        }
    }

    @Test
    void whatIsMistypedIsAnErrorOfTheCommandLine() {
        assertThatThrownBy(() -> events(1, "--count=0"))
                .isInstanceOf(ParameterException.class)
                .hasMessage("--count=0, at least 1");
        assertThatThrownBy(() -> events(1, "--types=agent.")).hasMessageContaining("is no pattern");
        assertThatThrownBy(() -> events(1, "--rooms=a b")).hasMessageContaining("is no room");
        assertThatThrownBy(() -> events(1, "--filter=circle=1")).hasMessageContaining("is no field");
        assertThatThrownBy(
                        () -> command(Terminal.none(out), "localhost?rooms=a").call())
                .hasMessage("the URL says rooms=a; say it with --rooms");
    }

    /** That of the newest event, by publishing one more. */
    private String cursor(TestServer server) throws Exception {
        CompletableFuture<Integer> following = following(Terminal.none(out), server.port(), "--count=1");
        publishUntilSeen(server.port());
        assertThat(following.get(30, TimeUnit.SECONDS)).isZero();
        out.reset();
        String cursor = lastCursor();
        err.getBuffer().setLength(0);
        return cursor;
    }

    private String lastCursor() {
        String text = err.toString().stripTrailing();
        return text.substring(text.lastIndexOf('=') + 1);
    }

    private static void publish(int port, String... types) throws Exception {
        String lines = IntStream.range(0, types.length)
                .mapToObj(i -> "{\"type\":\"" + types[i] + "\",\"data\":{\"n\":" + i + "},\"priority\":\"normal\"}\n")
                .reduce("", String::concat);
        assertThat(PublishCommandTest.run(lines, new StringWriter(), "127.0.0.1:" + port, "-"))
                .isZero();
    }

    private CompletableFuture<Integer> following(Terminal terminal, int port, String... options) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return command(terminal, with(port, options)).call();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
    }

    private int events(int port, String... options) throws Exception {
        return command(Terminal.none(out), with(port, options)).call();
    }

    private static String[] with(int port, String... options) {
        return Stream.concat(Stream.of("127.0.0.1:" + port), Arrays.stream(options))
                .toArray(String[]::new);
    }

    private EventsCommand command(Terminal terminal, String... arguments) {
        EventsCommand events = new EventsCommand(terminal);
        CommandLine command = new CommandLine(events.spec()).setErr(new PrintWriter(err, true));
        command.parseArgs(arguments);
        return events;
    }

    private List<String> lines() {
        return text().lines().toList();
    }

    private String text() {
        return out.toString(StandardCharsets.UTF_8);
    }
}
