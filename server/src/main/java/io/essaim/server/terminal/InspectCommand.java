package io.essaim.server.terminal;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** {@code essaim inspect} */
public final class InspectCommand implements Callable<Integer> {
    private static final String STANDARD_INPUT = "-";
    private static final String COUNT = "--count";
    private static final String ALL = "--all";

    /** What a viewer gets first: connected, the roster, a frame or a keyframe. */
    private static final int COUNT_DEFAULT = 3;

    private final CommandSpec spec = CommandSpec.wrapWithoutInspection(this);
    private final TokenOptions tokens;
    private final InputStream standardInput;

    /** @param environment variables of the process */
    public InspectCommand(InputStream standardInput, Map<String, String> environment) {
        this.standardInput = standardInput;
        this.tokens = new TokenOptions(spec, environment);
    }

    public CommandSpec spec() {
        spec.addPositional(PositionalParamSpec.builder()
                .index("0")
                .arity("0..1")
                .paramLabel("FILE|-|URL")
                .type(String.class)
                .defaultValue(STANDARD_INPUT)
                .description("What to read: a file, standard input (-, the default), or the address of a stream")
                .build());
        spec.addOption(OptionSpec.builder(COUNT)
                .paramLabel("N")
                .type(int.class)
                .defaultValue(Integer.toString(COUNT_DEFAULT))
                .description("Messages to take from a stream (default " + COUNT_DEFAULT + ")")
                .build());
        spec.addOption(OptionSpec.builder(ALL)
                .type(boolean.class)
                .arity("0")
                .description("Show groups and texts whole, however long")
                .build());
        tokens.add();
        spec.usageMessage()
                .parameterListHeading("%nParameters:%n")
                .description(
                        "Shows binary messages field by field beside their bytes, by the schema that the server itself is "
                                + "made of.",
                        "",
                        "A file or standard input holds one message, or several, each after its length as uint32 "
                                + "little-endian, as 'GET /api/swarm' gives them; or either as hexadecimal text, with or "
                                + "without offsets. What can be read of a malformed message is shown before the error and "
                                + "its offset; the exit code is 1 then.")
                .customSynopsis(
                        "essaim inspect [--all] [FILE|-]",
                        "       essaim inspect [--all] [--count=N] [--token-file=FILE] URL")
                .footerHeading("%nExamples:%n")
                .footer(
                        "  essaim inspect localhost:8001",
                        "  essaim inspect --count=9 'ws://localhost:8001/ws/swarm?form=delta'",
                        "  essaim inspect --count=1 'ws://localhost:8001/ws/swarm?fps=10'",
                        "  essaim inspect protocol/golden/v0/roster.bin",
                        "  echo 08 00 1f 00 41 1f 00 00 00 00 00 00 00 00 31 40 | essaim inspect",
                        "  curl -sH 'Accept: application/vnd.essaim.v1.sbe' \\",
                        "    localhost:8001/api/swarm | essaim inspect -");
        return spec;
    }

    @Override
    public Integer call() throws Failure, IOException, InterruptedException {
        ParseResult parsed = spec.commandLine().getParseResult();
        String from = parsed.matchedPositionalValue(0, STANDARD_INPUT);
        PrintWriter out = spec.commandLine().getOut();
        MessageSchema schema = SchemaReader.read();
        DissectionPrinter printer = new DissectionPrinter(schema, out, parsed.hasMatchedOption(ALL));
        if (from.equals(STANDARD_INPUT)) {
            return stored(MessageInput.of(standardInput.readAllBytes(), schema.id()), printer);
        }
        Path file = Path.of(from);
        if (!Files.exists(file) && Address.looksLike(from)) {
            int count = parsed.matchedOptionValue(COUNT, COUNT_DEFAULT);
            if (count < 1) {
                throw new ParameterException(spec.commandLine(), COUNT + "=" + count + ", at least 1");
            }
            return streamed(Address.parse(from), count, tokens.read().next(), printer);
        }
        return stored(MessageInput.of(read(file), schema.id()), printer);
    }

    private static byte[] read(Path file) throws Failure, IOException {
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new Failure(
                    "no such file: " + file, "name a file, - for standard input, or a stream as localhost:8001");
        }
    }

    private int stored(MessageInput input, DissectionPrinter printer) {
        boolean isWhole = true;
        int count = input.messages().size();
        for (int i = 0; i < count; i++) {
            MessageInput.Part part = input.messages().get(i);
            String heading =
                    count == 1 ? "" : "message " + (i + 1) + " of " + count + ", from byte " + part.start() + ": ";
            separate(i);
            isWhole &= printer.print(heading, part.bytes());
        }
        if (input.fault() != null) {
            out(input.fault());
            isWhole = false;
        }
        return isWhole ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private int streamed(URI uri, int count, @Nullable String token, DissectionPrinter printer)
            throws Failure, InterruptedException {
        boolean isWhole = true;
        try (SocketMessages messages = SocketMessages.open(uri, token)) {
            for (int i = 0; i < count; i++) {
                byte[] message = messages.next();
                separate(i);
                isWhole &= printer.print("message " + (i + 1) + ": ", message);
            }
        }
        return isWhole ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private void separate(int before) {
        if (before > 0) {
            out("");
        }
    }

    private void out(String line) {
        spec.commandLine().getOut().println(line);
        spec.commandLine().getOut().flush();
    }
}
