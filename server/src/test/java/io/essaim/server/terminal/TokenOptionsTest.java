package io.essaim.server.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.essaim.server.testing.ScriptedIdentities;
import io.essaim.server.testing.TestServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Each command that connects brings its token, and says what to do when that is refused. */
@Timeout(120)
class TokenOptionsTest {
    private static final String ADVICE = TokenOptions.ADVICE;

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private Map<String, String> environment = Map.of();

    @Test
    void theTokenIsThatOfTheOptionElseOfTheFileElseOfTheVariable() throws Exception {
        assertThat(token()).isNull();
        environment = Map.of("ESSAIM_TOKEN", " from-variable\n");
        assertThat(token()).isEqualTo("from-variable");
        assertThat(token("--token=said")).isEqualTo("said");
        assertThat(token("--token-file=" + file("from-file\n"))).isEqualTo("from-file");
        environment = Map.of("ESSAIM_TOKEN", " ");
        assertThat(token()).isNull();
        assertThatThrownBy(() -> token("--token=a", "--token-file=b"))
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining("give one");
    }

    @Test
    void aFileIsReadAnewForEachConnection() throws Exception {
        Path file = file("first");
        TokenOptions.Token token = options("--token-file=" + file).read();
        assertThat(token.next()).isEqualTo("first");
        Files.writeString(file, "second\n");
        assertThat(token.next()).isEqualTo("second");
        assertThat(token.source()).asString().doesNotContain("second");
    }

    @Test
    void whatIsNoTokenIsRefusedByWhereItStandsAndNotRepeated() throws Exception {
        assertThatThrownBy(() -> token("--token=5ecret x"))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("--token: token has blanks")
                .hasMessageNotContaining("5ecret");
        Path file = file("5ecret\nmore");
        assertThatThrownBy(() -> token("--token-file=" + file))
                .hasMessageContaining(file + ": token has blanks")
                .hasMessageNotContaining("5ecret");
        assertThatThrownBy(() -> token("--token-file=" + file(""))).hasMessageContaining("token has 0 characters");
        assertThatThrownBy(() -> token("--token-file=" + folder.resolve("none")))
                .hasMessageContaining("no such file");
        assertThatThrownBy(() -> token("--token-file=" + folder)).hasMessageContaining("cannot read");
    }

    @Test
    void everyCommandIsLetInByItsToken() throws Exception {
        try (TestServer server = TestServer.start(ScriptedIdentities::required)) {
            environment = Map.of("ESSAIM_TOKEN", "ann:may=watch+publish");
            String at = "127.0.0.1:" + server.port();
            assertThat(watch(at, "--json", "--frames=1").call()).isZero();
            assertThat(inspect(at, "--count=1").call()).isZero();
            assertThat(publish(at, "agent.started").call()).isZero();
            assertThat(generate(at, "--duration=100ms").call()).isZero();
        }
    }

    @Test
    void everyCommandSaysWhatToBringWhenItIsNotLetIn() throws Exception {
        try (TestServer server = TestServer.start(ScriptedIdentities::required)) {
            String at = "127.0.0.1:" + server.port();
            environment = Map.of("ESSAIM_TOKEN", "forged");
            for (Callable<Integer> command : List.of(
                    watch(at, "--json", "--frames=1"),
                    inspect(at, "--count=2"),
                    events(at, "--count=1"),
                    publish(at, "agent.started"),
                    generate(at, "--duration=100ms"))) {
                assertThatThrownBy(command::call).isInstanceOfSatisfying(Failure.class, failure -> {
                    assertThat(failure.hint()).startsWith(ADVICE);
                    assertThat(failure).hasMessageNotContaining("forged");
                });
            }
        }
    }

    private @Nullable String token(String... arguments) throws Failure {
        return options(arguments).read().next();
    }

    private TokenOptions options(String... arguments) {
        CommandSpec spec = CommandSpec.create();
        TokenOptions options = new TokenOptions(spec, environment);
        options.add();
        new CommandLine(spec).parseArgs(arguments);
        return options;
    }

    private Path file(String content) throws Exception {
        return Files.writeString(Files.createTempFile(folder, "token", ""), content);
    }

    private Terminal terminal() {
        return Terminal.of(environment("TERM", "dumb"), out);
    }

    private Map<String, String> environment(String name, String value) {
        Map<String, String> all = new HashMap<>(environment);
        all.put(name, value);
        return all;
    }

    private Callable<Integer> watch(String... arguments) {
        WatchCommand command = new WatchCommand(terminal());
        return parsed(command, command.spec(), arguments);
    }

    private Callable<Integer> inspect(String... arguments) {
        InspectCommand command = new InspectCommand(new ByteArrayInputStream(new byte[0]), environment);
        return parsed(command, command.spec(), arguments);
    }

    private Callable<Integer> events(String... arguments) {
        EventsCommand command = new EventsCommand(terminal());
        return parsed(command, command.spec(), arguments);
    }

    private Callable<Integer> publish(String... arguments) {
        PublishCommand command = new PublishCommand(terminal(), new ByteArrayInputStream(new byte[0]));
        return parsed(command, command.spec(), arguments);
    }

    private Callable<Integer> generate(String... arguments) {
        GenerateCommand command = new GenerateCommand(terminal());
        return parsed(command, command.spec(), arguments);
    }

    private Callable<Integer> parsed(Callable<Integer> command, CommandSpec spec, String... arguments) {
        PrintWriter nowhere = new PrintWriter(new StringWriter());
        new CommandLine(spec)
                .setOut(new PrintWriter(out, true, StandardCharsets.UTF_8))
                .setErr(nowhere)
                .parseArgs(arguments);
        return command;
    }
}
