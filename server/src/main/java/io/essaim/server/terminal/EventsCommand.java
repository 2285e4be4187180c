package io.essaim.server.terminal;

import io.essaim.protocol.events.EventInterest;
import io.essaim.protocol.events.EventNames;
import io.essaim.protocol.events.TypePattern;
import java.io.PrintWriter;
import java.net.URI;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** {@code essaim events} */
public final class EventsCommand implements Callable<Integer> {
    private static final String ROOMS = "--rooms";
    private static final String TYPES = "--types";
    private static final String FILTER = "--filter";
    private static final String SINCE = "--since";
    private static final String PRESENCE = "--presence";
    private static final String JSON = "--json";
    private static final String COUNT = "--count";
    /** What a URL of the server might say as well. */
    private static final Set<String> OPTIONS = Set.of(ROOMS, TYPES, FILTER, SINCE, PRESENCE);

    private static final String DEFAULT = "localhost:8001";

    private final CommandSpec spec = CommandSpec.wrapWithoutInspection(this);
    private final TokenOptions tokens;
    private final Terminal terminal;

    /** @param terminal where to show them */
    public EventsCommand(Terminal terminal) {
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
                .description("Where the server is: host:port, or a URL (default " + DEFAULT + ")")
                .build());
        option(ROOMS, "NAMES", "Events of these rooms, separated by commas (default " + EventNames.DEFAULT_ROOM + ")");
        option(TYPES, "PATTERNS", "Only these types: agent.started, or agent.* for all that begin so");
        spec.addOption(OptionSpec.builder(FILTER)
                .paramLabel("FIELD=VALUE")
                .arity("1")
                .type(List.class)
                .auxiliaryTypes(String.class)
                .description("Only events with this value, or one of several: circle_id=1, data.status=active,busy; "
                        + "may be given again for another field")
                .build());
        option(SINCE, "CURSOR", "Begin after this place, which an earlier run has named at its end");
        flag(PRESENCE, "Tell who comes into these rooms, and who leaves them");
        flag(JSON, "Print each event as a line of JSON, as it came");
        spec.addOption(OptionSpec.builder(COUNT)
                .paramLabel("N")
                .type(long.class)
                .description("End after so many events")
                .build());
        tokens.add();
        spec.usageMessage()
                .parameterListHeading("%nParameters:%n")
                .description(
                        "Shows what happens as it happens: time, place in the log, priority, room, type, who it is about, and "
                                + "the event's data.",
                        "",
                        "It connects again by itself when the connection is lost, goes on where it was, and says whether "
                                + "anything is lost. Ctrl-C ends it and prints the cursor to go on from.")
                .customSynopsis("essaim events [OPTIONS] [URL]")
                .footerHeading("%nExamples:%n")
                .footer(
                        "  essaim events",
                        "  essaim events localhost:8001 --rooms=general,ops --types='agent.*,system.alert'",
                        "  essaim events --filter=circle_id=1 --filter=data.new_status=active,busy",
                        "  essaim events --json | jq -c '[.offset, .type]'",
                        "  essaim events --count=1 --json --types=task.failed && ./mend");
        return spec;
    }

    private void option(String name, String label, String description) {
        spec.addOption(OptionSpec.builder(name)
                .paramLabel(label)
                .type(String.class)
                .description(description)
                .build());
    }

    private void flag(String name, String description) {
        spec.addOption(OptionSpec.builder(name)
                .type(boolean.class)
                .arity("0")
                .description(description)
                .build());
    }

    @Override
    public Integer call() throws Failure, InterruptedException {
        ParseResult parsed = spec.commandLine().getParseResult();
        URI uri = Address.ofEvents(parsed.matchedPositionalValue(0, DEFAULT));
        checkSaidByOptions(uri);
        EventInterest interest = interest(parsed);
        long count = parsed.matchedOptionValue(COUNT, 0L);
        if (parsed.hasMatchedOption(COUNT) && count < 1) {
            throw misuse(COUNT + "=" + count + ", at least 1");
        }
        PrintWriter err = spec.commandLine().getErr();
        Following following = new Following(
                uri,
                tokens.read(),
                interest,
                parsed.hasMatchedOption(PRESENCE),
                parsed.matchedOptionValue(SINCE, null),
                count,
                new EventPrinter(
                        terminal,
                        parsed.hasMatchedOption(JSON),
                        ZoneId.systemDefault(),
                        interest.rooms().size() > 1),
                err);
        Thread atExit = new Thread(() -> farewell(following.cursor(), err), "farewell");
        Runtime.getRuntime().addShutdownHook(atExit);
        try {
            following.run();
        } finally {
            if (!atExit.isAlive()) {
                Runtime.getRuntime().removeShutdownHook(atExit);
                farewell(following.cursor(), err);
            }
        }
        return ExitCode.OK;
    }

    private void checkSaidByOptions(URI uri) {
        String query = uri.getRawQuery() == null ? "" : uri.getRawQuery();
        for (String parameter : query.split("&", -1)) {
            String name = parameter.split("=", 2)[0];
            if (OPTIONS.contains("--" + name)) {
                throw misuse("the URL says " + parameter + "; say it with --" + name);
            }
        }
    }

    private static void farewell(@Nullable String cursor, PrintWriter err) {
        if (cursor != null) {
            err.println("essaim: go on from here with " + SINCE + "=" + cursor);
            err.flush();
        }
    }

    private EventInterest interest(ParseResult parsed) {
        try {
            List<String> conditions = parsed.matchedOptionValue(FILTER, List.of());
            return new EventInterest(
                    names(parsed.matchedOptionValue(ROOMS, EventNames.DEFAULT_ROOM)),
                    names(parsed.matchedOptionValue(TYPES, "")).stream()
                            .map(TypePattern::new)
                            .toList(),
                    EventFilterOption.parse(conditions));
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
