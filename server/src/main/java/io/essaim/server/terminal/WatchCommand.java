package io.essaim.server.terminal;

import io.essaim.client.ClientOptions;
import io.essaim.protocol.Message;
import io.essaim.protocol.swarm.AgentIds;
import io.essaim.protocol.swarm.Box;
import io.essaim.protocol.swarm.Selection;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
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

/** {@code essaim watch} */
public final class WatchCommand implements Callable<Integer> {
    private static final String FPS = "--fps";
    private static final String AGENTS = "--agents";
    private static final String SPHERES = "--spheres";
    private static final String BOX = "--box";
    private static final String FORM = "--form";
    private static final String JSON = "--json";
    private static final String FRAMES = "--frames";
    private static final String DURATION = "--duration";
    /** What the URL's query may say as well, by the same names. */
    private static final Set<String> VIEW = Set.of(FPS, AGENTS, SPHERES, BOX, FORM);

    /** Often: the first round trip, in a process that has just begun, says little about the server's clock. */
    private static final Duration PING_INTERVAL = Duration.ofSeconds(1);

    private final CommandSpec spec = CommandSpec.wrapWithoutInspection(this);
    private final TokenOptions tokens;
    private final Terminal terminal;

    /** @param terminal where to show it */
    public WatchCommand(Terminal terminal) {
        this.terminal = terminal;
        this.tokens = new TokenOptions(spec, terminal.environment());
    }

    public CommandSpec spec() {
        spec.addPositional(PositionalParamSpec.builder()
                .index("0")
                .arity("0..1")
                .paramLabel("URL")
                .type(String.class)
                .defaultValue(Address.DEFAULT)
                .description("Where the stream is: host:port, or a URL with ws, wss, http or https (default "
                        + Address.DEFAULT + ")")
                .build());
        option(FPS, "N", int.class, "Frames a second at most (default as many as there are)");
        option(AGENTS, "IDS", String.class, "Only these agents: ids and ranges, as 0-99,150");
        option(SPHERES, "NAMES", String.class, "Only agents of these spheres, separated by commas");
        option(BOX, "BOX", String.class, "Only agents inside: " + Box.SYNTAX);
        option(FORM, "NAME", String.class, "How frames travel: plain or delta (default what the server gives)");
        spec.addOption(OptionSpec.builder(JSON)
                .type(boolean.class)
                .arity("0")
                .description("Print each frame as a line of JSON instead, as the server sends it (swarm_update)")
                .build());
        option(FRAMES, "N", long.class, "End after so many frames");
        option(DURATION, "TIME", String.class, "End after this time, as 500ms, 10s or 2m");
        tokens.add();
        spec.usageMessage()
                .parameterListHeading("%nParameters:%n")
                .description(
                        "Shows a stream live: its rate, bandwidth, the frames' age, what was skipped, the rate that the server "
                                + "grants and why, and a picture of the swarm seen from above (x and y). Where the output is no "
                                + "terminal, a line a second instead.",
                        "",
                        "It connects again by itself when the connection is lost. Ctrl-C ends it.")
                .customSynopsis("essaim watch [OPTIONS] [URL]")
                .footerHeading("%nExamples:%n")
                .footer(
                        "  essaim watch",
                        "  essaim watch example.org:8001 --fps=10 --spheres=personal,work",
                        "  essaim watch https://example.org --agents=0-99 --box=-1,-1,-1,1,1,1",
                        "  essaim watch --json --frames=1 | jq '.agents[0]'",
                        "  essaim watch localhost:8001 --form=plain",
                        "  essaim watch wss://example.org/ws/swarm --token-file=token",
                        "  essaim watch --duration=10s > log");
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
        URI uri = Address.parse(parsed.matchedPositionalValue(0, Address.DEFAULT));
        checkSaidOnce(parsed, uri);
        ClientOptions options = options(parsed);
        long frames = parsed.matchedOptionValue(FRAMES, 0L);
        if (parsed.hasMatchedOption(FRAMES) && frames < 1) {
            throw misuse(FRAMES + "=" + frames + ", at least 1");
        }
        Duration duration = Durations.option(spec, DURATION, parsed.matchedOptionValue(DURATION, null));
        try (Display display = display(parsed.hasMatchedOption(JSON))) {
            new Watching(uri, options, display, frames, duration).run();
        } catch (IOException nobodyReads) {
            // The reader of a pipe has seen enough: an end like any other.
            return ExitCode.OK;
        }
        return ExitCode.OK;
    }

    private void checkSaidOnce(ParseResult parsed, URI uri) {
        String query = uri.getRawQuery() == null ? "" : uri.getRawQuery();
        for (String parameter : query.split("&", -1)) {
            String name = URLDecoder.decode(parameter.split("=", 2)[0], StandardCharsets.UTF_8);
            String option = "--" + name;
            if (VIEW.contains(option) && parsed.hasMatchedOption(option)) {
                throw misuse(option + " is given, and the URL says " + parameter + "; say it once");
            }
        }
    }

    private Display display(boolean json) {
        PrintWriter err = spec.commandLine().getErr();
        if (json) {
            return new JsonDisplay(terminal.output(), err);
        }
        return terminal.isInteractive() ? new ScreenDisplay(terminal) : new LinesDisplay(terminal.output(), err);
    }

    private ClientOptions options(ParseResult parsed) throws Failure {
        try {
            String agents = parsed.matchedOptionValue(AGENTS, null);
            String spheres = parsed.matchedOptionValue(SPHERES, null);
            String box = parsed.matchedOptionValue(BOX, null);
            Selection selection = new Selection(
                    agents == null ? null : AgentIds.parse(agents),
                    spheres == null ? List.of() : List.of(spheres.split(",", -1)),
                    box == null ? null : Box.parse(box));
            return ClientOptions.DEFAULT
                    .withPingInterval(PING_INTERVAL)
                    .withFps(parsed.matchedOptionValue(FPS, 0))
                    .withSelection(selection)
                    .withForm(form(parsed.matchedOptionValue(FORM, null)))
                    .withTokens(tokens.read().source());
        } catch (IllegalArgumentException e) {
            throw misuse(String.valueOf(e.getMessage()));
        }
    }

    private static Message.@Nullable Form form(@Nullable String token) {
        return token == null
                ? null
                : Message.Form.of(token)
                        .orElseThrow(() -> new IllegalArgumentException(FORM + "=" + token + ", plain or delta"));
    }

    private ParameterException misuse(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
