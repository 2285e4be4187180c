package io.essaim.server.terminal;

import io.essaim.protocol.events.EventNames;
import io.essaim.protocol.events.TypePattern;
import java.io.PrintWriter;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** {@code essaim generate} */
public final class GenerateCommand implements Callable<Integer> {
    private static final String RATE = "--rate";
    private static final String DURATION = "--duration";
    private static final String TYPES = "--types";
    private static final String ROOMS = "--rooms";
    private static final String SEED = "--seed";
    private static final String DEFAULT = "localhost:8001";
    private static final int RATE_DEFAULT = 100;
    private static final int RATE_MAX = 100_000;
    private static final long SEED_DEFAULT = 1;

    private final CommandSpec spec = CommandSpec.wrapWithoutInspection(this);
    private final TokenOptions tokens;
    private final Terminal terminal;

    public GenerateCommand(Terminal terminal) {
        this.terminal = terminal;
        this.tokens = new TokenOptions(spec, terminal.environment());
    }

    public CommandSpec spec() {
        spec.addPositional(PositionalParamSpec.builder()
                .index("0")
                .arity("0..1")
                .paramLabel("URL")
                .type(String.class)
                .defaultValue(DEFAULT)
                .description("Where the server is: host:port, or a URL with http or https (default " + DEFAULT + ")")
                .build());
        option(RATE, "N", int.class, "Events a second (default " + RATE_DEFAULT + ")");
        option(DURATION, "TIME", String.class, "End after this time, as 500ms, 10s or 2m (default never)");
        option(TYPES, "PATTERNS", String.class, "Only these types, separated by commas: agent.* or order.placed");
        option(ROOMS, "NAMES", String.class, "Rooms that they go to (default " + EventNames.DEFAULT_ROOM + ")");
        option(SEED, "N", long.class, "The same seed makes the same events (default " + SEED_DEFAULT + ")");
        tokens.add();
        spec.usageMessage()
                .parameterListHeading("%nParameters:%n")
                .description(
                        "Publishes made-up events at a steady rate, to try a dashboard with or to put a server to work: agents "
                                + "that change their status, tasks that are queued, assigned and done, projects that go on, "
                                + "a system that is watched.",
                        "",
                        "Types: " + String.join(", ", EventGenerator.types())
                                + ". A type that is none of these carries " + "a number.",
                        "",
                        "What the server refuses is counted and not tried again. Ctrl-C ends it.")
                .customSynopsis("essaim generate [OPTIONS] [URL]")
                .footerHeading("%nExamples:%n")
                .footer(
                        "  essaim generate",
                        "  essaim generate localhost:8001 --rate=5000 --duration=30s",
                        "  essaim generate --types='agent.*,system.alert' --rooms=general,ops",
                        "  essaim generate --rate=1 --types=order.placed --seed=7");
        return spec;
    }

    private void option(String name, String label, Class<?> type, String description) {
        spec.addOption(OptionSpec.builder(name)
                .paramLabel(label)
                .type(type)
                .description(description)
                .build());
    }

    @Override
    public Integer call() throws Failure, InterruptedException {
        ParseResult parsed = spec.commandLine().getParseResult();
        URI uri = Address.ofEventsApi(parsed.matchedPositionalValue(0, DEFAULT));
        int rate = parsed.matchedOptionValue(RATE, RATE_DEFAULT);
        if (rate < 1 || rate > RATE_MAX) {
            throw misuse(RATE + "=" + rate + ", from 1 to " + RATE_MAX);
        }
        Duration duration = Durations.option(spec, DURATION, parsed.matchedOptionValue(DURATION, null));
        PrintWriter err = spec.commandLine().getErr();
        Generating generating = new Generating(
                uri,
                new EventPoster(uri, tokens.read()),
                events(parsed),
                rate,
                err,
                new ProgressLine(err, terminal.isInteractive()));
        Thread atExit = new Thread(() -> farewell(generating), "farewell");
        Runtime.getRuntime().addShutdownHook(atExit);
        try {
            generating.run(duration);
        } finally {
            if (!atExit.isAlive()) {
                Runtime.getRuntime().removeShutdownHook(atExit);
            }
        }
        farewell(generating);
        return ExitCode.OK;
    }

    private void farewell(Generating generating) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(generating.sum());
        out.flush();
    }

    private EventGenerator events(ParseResult parsed) {
        try {
            return new EventGenerator(
                    parsed.matchedOptionValue(SEED, SEED_DEFAULT),
                    names(parsed.matchedOptionValue(ROOMS, EventNames.DEFAULT_ROOM)),
                    names(parsed.matchedOptionValue(TYPES, "")).stream()
                            .map(TypePattern::new)
                            .toList());
        } catch (IllegalArgumentException e) {
            throw misuse(String.valueOf(e.getMessage()));
        }
    }

    private static List<String> names(String list) {
        return list.isEmpty() ? List.of() : Arrays.asList(list.split(",", -1));
    }

    private ParameterException misuse(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
