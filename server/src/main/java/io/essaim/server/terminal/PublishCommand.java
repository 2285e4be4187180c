package io.essaim.server.terminal;

import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.events.EventDraft;
import io.essaim.protocol.events.EventNames;
import io.essaim.protocol.events.JsonText;
import io.essaim.protocol.events.Priority;
import io.essaim.protocol.json.JsonEventReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** {@code essaim publish} */
public final class PublishCommand implements Callable<Integer> {
    private static final String STANDARD_INPUT = "-";
    private static final String FILE = "--file";
    private static final String ROOM = "--room";
    private static final String PRIORITY = "--priority";
    private static final String SOURCE_AGENT = "--source-agent";
    private static final String CIRCLE = "--circle";
    private static final String PROJECT = "--project";
    private static final String ID = "--id";

    private final CommandSpec spec = CommandSpec.wrapWithoutInspection(this);
    private final TokenOptions tokens;
    private final Terminal terminal;
    private final InputStream standardInput;

    public PublishCommand(Terminal terminal, InputStream standardInput) {
        this.terminal = terminal;
        this.tokens = new TokenOptions(spec, terminal.environment());
        this.standardInput = standardInput;
    }

    public CommandSpec spec() {
        positional(0, "1", "URL", "Where the server is: host:port, or a URL with http or https");
        positional(1, "0..1", "TYPE|-", "What happened, as agent.started; or - for events from standard input");
        positional(2, "0..1", "DATA", "About it: a value of JSON, or @FILE that holds one (default {})");
        option(FILE, "FILE", "Publish the events of this file instead, a line of JSON each");
        option(ROOM, "NAME", "Who hears of it (default " + EventNames.DEFAULT_ROOM + ")");
        option(PRIORITY, "NAME", "How soon: " + priorities() + " (default by its type, else normal)");
        option(SOURCE_AGENT, "ID", "The agent it comes from");
        option(CIRCLE, "ID", "The circle it is about");
        option(PROJECT, "ID", "The project it is about");
        option(ID, "ID", "Its own id: a repeated one is taken once (default the server makes one)");
        tokens.add();
        spec.usageMessage()
                .parameterListHeading("%nParameters:%n")
                .description(
                        "Publishes an event, or a stream of them, and says where they stand in the server's log.",
                        "",
                        "A stream is a line of JSON for each event: {\"type\":\"agent.started\",\"data\":{…}}, and as wanted "
                                + "room, priority, source_agent_id, circle_id, project_id, event_id and timestamp; lines of "
                                + "'essaim events --json' are such. They are published in order, as they come. When the "
                                + "server is full or gone for a while it tries again, and nothing is published twice.")
                .customSynopsis(
                        "essaim publish [OPTIONS] URL TYPE [DATA]",
                        "       essaim publish [--token-file=FILE] URL -",
                        "       essaim publish [--token-file=FILE] --file=FILE URL")
                .footerHeading("%nExamples:%n")
                .footer(
                        "  essaim publish localhost:8001 agent.started '{\"agent_id\":7}'",
                        "  essaim publish localhost:8001 system.alert '{\"message\":\"disk full\"}' \\",
                        "    --room=ops --priority=critical",
                        "  essaim publish localhost:8001 report.ready @report.json --project=3",
                        "  essaim publish localhost:8001 --file=events.ndjson",
                        "  essaim events example.org --json | essaim publish localhost:8001 -");
        return spec;
    }

    private void positional(int index, String arity, String label, String description) {
        spec.addPositional(PositionalParamSpec.builder()
                .index(Integer.toString(index))
                .arity(arity)
                .paramLabel(label)
                .type(String.class)
                .description(description)
                .build());
    }

    private void option(String name, String label, String description) {
        spec.addOption(OptionSpec.builder(name)
                .paramLabel(label)
                .type(String.class)
                .description(description)
                .build());
    }

    @Override
    public Integer call() throws Failure, IOException, InterruptedException {
        ParseResult parsed = spec.commandLine().getParseResult();
        URI uri = Address.ofEventsApi(parsed.matchedPositionalValue(0, ""));
        String type = parsed.matchedPositionalValue(1, null);
        String file = parsed.matchedOptionValue(FILE, null);
        PrintWriter err = spec.commandLine().getErr();
        Publishing publishing = new Publishing(
                uri, new EventPoster(uri, tokens.read()), err, new ProgressLine(err, terminal.isInteractive()));
        if (file != null) {
            if (type != null) {
                throw misuse(FILE + " says what to publish; leave out " + type);
            }
            checkAlone(parsed);
            try (InputStream in = open(Path.of(file))) {
                publishing.all(new EventLines(in));
            }
        } else if (type == null) {
            throw misuse("say what happened, as agent.started, or - for events from standard input");
        } else if (type.equals(STANDARD_INPUT)) {
            checkAlone(parsed);
            publishing.all(new EventLines(standardInput));
        } else {
            EventPoster.Placed placed = publishing.one(event(type, parsed));
            print("published " + type + " at offset " + placed.offset() + ", " + placed.eventId()
                    + (placed.duplicate() ? ", where it stood already" : ""));
            return ExitCode.OK;
        }
        print(publishing.sum());
        return ExitCode.OK;
    }

    /** What options say of one event cannot be said of many. */
    private void checkAlone(ParseResult parsed) {
        for (String option : new String[] {ROOM, PRIORITY, SOURCE_AGENT, CIRCLE, PROJECT, ID}) {
            if (parsed.hasMatchedOption(option)) {
                throw misuse(option + " is for a single event; of many each line says its own");
            }
        }
        if (parsed.hasMatchedPositional(2)) {
            throw misuse("data are for a single event; of many each line says its own");
        }
    }

    private EventDraft event(String type, ParseResult parsed) throws Failure, IOException {
        JsonText data = data(parsed.matchedPositionalValue(2, "{}"));
        try {
            return new EventDraft(
                    parsed.matchedOptionValue(ROOM, null),
                    type,
                    priority(parsed.matchedOptionValue(PRIORITY, null)),
                    data,
                    id(SOURCE_AGENT, parsed),
                    id(CIRCLE, parsed),
                    id(PROJECT, parsed),
                    parsed.matchedOptionValue(ID, null),
                    EventDraft.NOW);
        } catch (IllegalArgumentException e) {
            throw misuse(String.valueOf(e.getMessage()));
        }
    }

    private JsonText data(String text) throws Failure, IOException {
        boolean isFile = text.startsWith("@");
        byte[] json = text.getBytes(StandardCharsets.UTF_8);
        if (isFile) {
            try (InputStream in = open(Path.of(text.substring(1)))) {
                json = in.readAllBytes();
            }
        }
        try {
            return new JsonEventReader().data(json);
        } catch (MalformedMessageException e) {
            throw misuse((isFile ? text.substring(1) + ": " : "")
                    + e.getMessage()
                    + (isFile ? "" : "; in a shell it stands in '', as '{\"agent_id\":7}'"));
        }
    }

    private static InputStream open(Path file) throws Failure, IOException {
        try {
            return Files.newInputStream(file);
        } catch (NoSuchFileException e) {
            throw new Failure("no such file: " + file, "name a file, or - for standard input");
        }
    }

    private @Nullable Priority priority(@Nullable String name) {
        return name == null
                ? null
                : Priority.of(name).orElseThrow(() -> misuse(PRIORITY + "=" + name + ", one of " + priorities()));
    }

    private static String priorities() {
        return Arrays.stream(Priority.values()).map(Priority::token).collect(Collectors.joining(", "));
    }

    private @Nullable Long id(String option, ParseResult parsed) {
        String text = parsed.matchedOptionValue(option, null);
        try {
            return text == null ? null : Long.valueOf(text);
        } catch (NumberFormatException e) {
            throw misuse(String.format(Locale.ROOT, "%s=%s, a whole number", option, text));
        }
    }

    private void print(String line) {
        spec.commandLine().getOut().println(Printable.of(line));
        spec.commandLine().getOut().flush();
    }

    private ParameterException misuse(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
