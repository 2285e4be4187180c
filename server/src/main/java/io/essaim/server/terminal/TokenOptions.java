package io.essaim.server.terminal;

import io.essaim.client.TokenSource;
import io.essaim.protocol.Message;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** How those say their token who run a command that connects: the same for each such command. */
final class TokenOptions {
    /** What to do about a server that lets nobody in without another token. */
    static final String ADVICE =
            "bring the right token: --token-file=FILE, the variable ESSAIM_TOKEN, or --token=TOKEN";

    private static final String TOKEN = "--token";
    private static final String FILE = "--token-file";
    private static final String VARIABLE = "ESSAIM_TOKEN";

    /** Of a file: more is none. */
    private static final int BYTES_MAX = 16 << 10;

    private final CommandSpec spec;
    private final Map<String, String> environment;

    /** @param spec of the command */
    TokenOptions(CommandSpec spec, Map<String, String> environment) {
        this.spec = spec;
        this.environment = environment;
    }

    /** Adds the options to the command. */
    void add() {
        spec.addOption(OptionSpec.builder(TOKEN)
                .paramLabel("TOKEN")
                .type(String.class)
                .description(
                        "What the server admits by, sent as 'Authorization: Bearer'; others on this machine can see "
                                + "it in the list of processes")
                .build());
        spec.addOption(OptionSpec.builder(FILE)
                .paramLabel("FILE")
                .type(String.class)
                .description(
                        "The same from a file, which is read anew for each connection; without either the variable "
                                + VARIABLE + " counts")
                .build());
    }

    /** Where the token is; it is looked at once, so that a mistake shows before anything is connected. */
    Token read() throws Failure {
        ParseResult parsed = spec.commandLine().getParseResult();
        String said = parsed.matchedOptionValue(TOKEN, null);
        String file = parsed.matchedOptionValue(FILE, null);
        if (said != null && file != null) {
            throw new ParameterException(spec.commandLine(), TOKEN + " and " + FILE + " are given; give one");
        }
        Token token;
        if (file != null) {
            token = new Token(null, Path.of(file));
        } else if (said != null) {
            token = new Token(checked(said, TOKEN), null);
        } else {
            String variable = environment.getOrDefault(VARIABLE, "").strip();
            token = new Token(variable.isEmpty() ? null : checked(variable, VARIABLE), null);
        }
        token.next();
        return token;
    }

    /** Whose text or file it is; never shows it. */
    static final class Token {
        static final Token NONE = new Token(null, null);

        private final @Nullable String text;
        private final @Nullable Path file;

        private Token(@Nullable String text, @Nullable Path file) {
            this.text = text;
            this.file = file;
        }

        /** The one to bring now; null: none. */
        @Nullable
        String next() throws Failure {
            return file == null ? text : checked(content(file).strip(), file.toString());
        }

        /** The same for a client that asks by itself. */
        TokenSource source() {
            if (file == null) {
                return text == null ? TokenSource.NONE : TokenSource.of(text);
            }
            return TokenSource.of(() -> {
                try {
                    return CompletableFuture.completedFuture(next());
                } catch (Failure e) {
                    return CompletableFuture.failedFuture(new IOException(e.getMessage(), e));
                }
            });
        }
    }

    private static String content(Path file) throws Failure {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(BYTES_MAX), StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            throw new Failure("no such file: " + file, "name the file that holds the token with " + FILE);
        } catch (IOException e) {
            throw new Failure("cannot read " + file + ": " + e, "name a file that can be read with " + FILE);
        }
    }

    private static String checked(String token, String where) throws Failure {
        try {
            return new Message.Auth("", token).token();
        } catch (IllegalArgumentException e) {
            throw new Failure(where + ": " + e.getMessage(), "give the token alone, on one line and without quotes");
        }
    }
}
