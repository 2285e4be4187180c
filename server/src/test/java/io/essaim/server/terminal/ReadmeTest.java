package io.essaim.server.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.essaim.server.testing.TestServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine;

/** The commands of README's example of events do what it says they do. */
@Timeout(120)
class ReadmeTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");

    private final ByteArrayOutputStream followed = new ByteArrayOutputStream();
    private final StringWriter out = new StringWriter();
    private volatile boolean enough;

    @Test
    void theExampleOfEventsShowsWhatItSays() throws Exception {
        List<String> commands = commands();
        assertThat(commands).hasSize(4);
        try (TestServer server = TestServer.start()) {
            CompletableFuture<Integer> following = CompletableFuture.supplyAsync(() -> run(commands.get(0), server));
            await().atMost(SOON).until(() -> server.get("/health").body().contains("\"connections\":1"));
            assertThat(run(commands.get(1), server)).isZero();
            await().atMost(SOON).until(() -> lines().size() == 1);
            assertThat(run(commands.get(2), server)).isZero();
            await().atMost(SOON).until(() -> lines().size() == 2);
            for (int i = 0; i < 2; i++) {
                assertThat(lines().get(i).substring(14))
                        .isEqualTo(shown().get(i).substring(14));
            }
            assertThat(run(commands.get(3), server)).isZero();
            assertThat(out.toString()).contains("60 acknowledged, 0 refused");
            enough = true;
            assertThat(run(commands.get(1), server)).isZero();
            assertThat(following.get(30, TimeUnit.SECONDS)).isZero();
        }
    }

    private static List<String> commands() throws IOException {
        return section()
                .lines()
                .filter(line -> line.startsWith("    ./essaim "))
                .map(line -> line.strip().substring("./essaim ".length()))
                .toList();
    }

    private static List<String> shown() throws IOException {
        return section()
                .lines()
                .filter(line -> line.contains("  #"))
                .map(String::strip)
                .toList();
    }

    private static String section() throws IOException {
        String readme = Files.readString(Path.of("..", "README.md"));
        int start = readme.indexOf("### Events in two minutes");
        return readme.substring(start, readme.indexOf("\n#", start + 1));
    }

    private int run(String line, TestServer server) {
        List<String> words = new ArrayList<>();
        Matcher word = WORD.matcher(line.replace("localhost:8001", "127.0.0.1:" + server.port()));
        while (word.find()) {
            words.add(word.group(1) == null ? word.group(2) : word.group(1));
        }
        CommandLine command = new CommandLine(
                        switch (words.remove(0)) {
                            case "events" -> new EventsCommand(Terminal.none(new Reader())).spec();
                            case "publish" ->
                                new PublishCommand(Terminal.none(followed), InputStream.nullInputStream()).spec();
                            case "generate" -> new GenerateCommand(Terminal.none(followed)).spec();
                            default -> throw new AssertionError(line);
                        })
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(new StringWriter()));
        return command.execute(words.toArray(String[]::new));
    }

    private List<String> lines() {
        return followed.toString(StandardCharsets.UTF_8).lines().toList();
    }

    /** Reads until it has enough. */
    private final class Reader extends OutputStream {
        @Override
        public void write(int b) throws IOException {
            if (enough) {
                throw new IOException("Broken pipe");
            }
            followed.write(b);
        }
    }
}
