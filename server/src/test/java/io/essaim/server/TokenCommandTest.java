package io.essaim.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** {@code essaim token}: what it makes is what a server takes. */
class TokenCommandTest {
    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private String standardInput = "";

    @Test
    void aNewTokenIsShownOnceAndItsEntryHoldsItsHashOnly() throws Exception {
        assertThat(run("new", "--name=ann", "--publish", "--rooms=general,*.x", "--circles=1,2", "--expires=30d"))
                .isEqualTo(ExitCode.OK);
        String token = err.toString().strip().replaceAll(".* ", "");
        assertThat(token).matches("ess_[A-Za-z0-9_-]{43}");
        assertThat(out.toString()).startsWith("- name: ann\n  hash: sha256:").doesNotContain(token);
        Path file = Files.writeString(folder.resolve("tokens.yaml"), out.toString());
        out.getBuffer().setLength(0);
        assertThat(run("check", "--tokens=" + file, token)).isEqualTo(ExitCode.OK);
        assertThat(out.toString())
                .contains("It is the token of ann\n", "may       watch, publish\n", "rooms     *.x, general\n")
                .contains("types     all\n", "circles   1, 2\n", "until     20");
    }

    @Test
    void noTwoTokensAreAlike() {
        run("new", "--name=ann");
        String first = err.toString();
        err.getBuffer().setLength(0);
        run("new", "--name=ann");
        assertThat(err.toString()).isNotEqualTo(first);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ed25519", "rsa", "ec"})
    void aKeySignsWhatItsPublicHalfChecks(String type) throws Exception {
        String name = folder.resolve("dev").toString();
        assertThat(run("key", "--type=" + type, "--out=" + name)).isEqualTo(ExitCode.OK);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(Path.of(name + ".private.json"))))
                .isEqualTo("rw-------");
        assertThat(Files.readString(Path.of(name + ".public.json"))).doesNotContain("\"d\"");
        String token = jwt("--key=" + name + ".private.json", "--name=ann", "--projects=", "--admin", "--no-watch");
        assertThat(run("check", "--jwt-keys=" + name + ".public.json", token)).isEqualTo(ExitCode.OK);
        assertThat(out.toString()).contains("the token of ann\n", "may       admin\n", "projects  none\n");
    }

    @Test
    void aSecretSignsLikewise() throws Exception {
        String name = folder.resolve("dev").toString();
        assertThat(run("key", "--type=secret", "--out=" + name)).isEqualTo(ExitCode.OK);
        String secret = Files.readString(Path.of(name + ".secret")).strip();
        assertThat(secret).hasSize(64);
        String token = jwt("--secret-file=" + name + ".secret", "--name=ann", "--issuer=me", "--audience=you");
        standardInput = token + "\n";
        assertThat(run("check", "--jwt-secret=" + secret, "--jwt-issuer=me", "--jwt-audience=you", "-"))
                .isEqualTo(ExitCode.OK);
        assertThat(out.toString()).contains("the token of ann\n");
        assertThat(run("check", "--jwt-secret=" + secret, "--jwt-issuer=other", "-"))
                .isEqualTo(ExitCode.FAILED);
        assertThat(out.toString()).endsWith("The token does not hold; jwt: its iss is another\n");
    }

    @Test
    void keysThatAreThereAreLeftAsTheyAre() throws Exception {
        Path there = Files.writeString(folder.resolve("dev.private.json"), "mine");
        assertThat(run("key", "--out=" + folder.resolve("dev"))).isEqualTo(ExitCode.FAILED);
        assertThat(err.toString()).contains("dev.private.json is there already\nhint: choose another --out");
        assertThat(there).hasContent("mine");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "new                            | say whose token it is: --name=ann",
                "new --name=Producer            | stands for those without a name of their own",
                "new --name=a --circles=x       | --circles=x: write whole numbers with commas between them",
                "new --name=a --rooms=#         | rooms: \"#\" is no pattern",
                "new --name=a --expires=30      | --expires=30: it has no unit",
                "jwt --name=a                   | say what to sign with: --key=FILE or --secret-file=FILE",
                "jwt --name=a --key=a --secret-file=b | say what to sign with",
                "key --type=dsa                 | --type=dsa: it is none of ed25519, rsa, ec, secret",
            })
    void whatIsWrittenWrongIsSaid(String arguments, String problem) {
        assertThat(run(arguments.split(" ", -1))).isEqualTo(ExitCode.MISUSED);
        assertThat(err.toString()).contains(problem);
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void aCommandIsNeeded() {
        assertThat(run()).isEqualTo(ExitCode.MISUSED);
        assertThat(err.toString()).contains("say what to do: new, jwt, key or check");
    }

    @Test
    void whatSignsNothingIsSaid() throws Exception {
        Path file = Files.writeString(folder.resolve("secret"), "short");
        assertThat(run("jwt", "--secret-file=" + file, "--name=ann")).isEqualTo(ExitCode.FAILED);
        assertThat(err.toString()).contains("the secret has 5 characters, at least 32 are needed");
        assertThat(run("jwt", "--key=" + file, "--name=ann")).isEqualTo(ExitCode.FAILED);
        assertThat(err.toString()).contains("it is no JSON Web Key").doesNotContain("short\n");
        assertThat(run("jwt", "--key=" + folder.resolve("none"), "--name=ann")).isEqualTo(ExitCode.FAILED);
        assertThat(err.toString()).contains("none cannot be read");
    }

    @Test
    void aConfigurationThatKnowsNoTokensIsSaid() {
        assertThat(run("check", "ess_abc")).isEqualTo(ExitCode.FAILED);
        assertThat(err.toString()).contains("this configuration knows no tokens");
    }

    private String jwt(String... options) {
        String[] arguments = new String[options.length + 1];
        arguments[0] = "jwt";
        System.arraycopy(options, 0, arguments, 1, options.length);
        out.getBuffer().setLength(0);
        assertThat(run(arguments)).as(err.toString()).isEqualTo(ExitCode.OK);
        String token = out.toString().strip();
        out.getBuffer().setLength(0);
        return token;
    }

    private int run(String... arguments) {
        InputStream in = new ByteArrayInputStream(standardInput.getBytes(StandardCharsets.UTF_8));
        Complaints complaints = new Complaints();
        return new CommandLine(new TokenCommand(Map.of(), in).spec())
                .setParameterExceptionHandler(complaints)
                .setExecutionExceptionHandler(complaints)
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
    }
}
