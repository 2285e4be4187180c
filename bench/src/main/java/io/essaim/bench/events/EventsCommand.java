package io.essaim.bench.events;

import io.essaim.bench.CommandLines;
import io.essaim.bench.compare.Checkout;
import io.essaim.bench.compare.Peer;
import io.essaim.bench.compare.Pinning;
import io.essaim.bench.compare.ServerUnderTest;
import io.essaim.bench.disturb.Amounts;
import io.essaim.bench.result.DisturbancesResult;
import io.essaim.bench.result.DisturbancesResult.Scenario;
import io.essaim.bench.result.EnvironmentProbe;
import io.essaim.bench.result.ResultFiles;
import io.essaim.bench.result.Verdict;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code essaim bench events}: how many events, how soon, and whether each came once. */
@Command(
        sortOptions = false,
        header = "Sends events through a server and checks that each of them comes once, in order.",
        description = {
            "",
            "Each scenario has a server process of its own; every client checks every event of its room.",
            "  throughput   as many events as are asked for, from several publishers to a hundred clients",
            "  resume       a thousand clients are cut off again and again, and come back with their cursor",
            "  misbehaving  a client that stalls, one that is slow and one that is hostile beside a hundred good ones",
            "  polling      what push costs, and what polling the same once a second costs",
            "The swarm beside events is a scenario of 'essaim bench disturbances'.",
            ""
        },
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            " 0:all targets held",
            " 1:one was missed, or a scenario could not be run; it is said which and why",
            " 2:the command line has errors",
            " 3:INVALID: this process was the bottleneck, so nothing is said about the server"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  essaim bench events                      everything, about 4 minutes",
            "  essaim bench events --only=throughput --rate=20000 --seconds=10",
            "  essaim bench events --only=resume --clients=200 --cuts=5 --seconds=10",
            "  essaim bench events --out=results        a file for the report"
        })
public final class EventsCommand implements Callable<Integer> {
    private static final int AGENTS = 350;
    private static final int FRAMES_PER_SECOND = 60;
    private static final int FAILED = 1;
    private static final int INVALID = 3;

    @Spec
    @SuppressWarnings("NullAway.Init") // filled by picocli
    private CommandSpec spec;

    @Option(
            names = "--only",
            paramLabel = "SCENARIO",
            split = ",",
            defaultValue = "throughput,resume,misbehaving,polling",
            description = "which (default ${DEFAULT-VALUE})")
    private List<EventScenario> only = List.of();

    @Option(
            names = "--clients",
            paramLabel = "N",
            description = "that are good (default 1000 for resume, 100 for the rest)")
    private @Nullable Integer clients;

    @Option(
            names = "--rate",
            paramLabel = "N",
            description = "events a second (default 100000 for throughput, 5000, 2000, 12 for the rest)")
    private @Nullable Integer rate;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            description = "that are measured (default 30 for throughput, 40, 10, 15 for the rest)")
    private @Nullable Double seconds;

    @Option(
            names = "--warmup",
            paramLabel = "N",
            defaultValue = "5",
            description = "seconds before (default ${DEFAULT-VALUE})")
    private double warmup;

    @Option(names = "--rooms", paramLabel = "N", defaultValue = "10", description = "(default ${DEFAULT-VALUE})")
    private int rooms;

    @Option(names = "--publishers", paramLabel = "N", defaultValue = "8", description = "(default ${DEFAULT-VALUE})")
    private int publishers;

    @Option(
            names = "--cuts",
            paramLabel = "N",
            defaultValue = "20",
            description = "of each client, for resume (default ${DEFAULT-VALUE})")
    private int cuts;

    @Option(
            names = "--pin",
            arity = "1",
            paramLabel = "BOOL",
            defaultValue = "false",
            description = "server on the first core, clients and publishers on the rest (default ${DEFAULT-VALUE})")
    private boolean pin;

    @Option(
            names = "--server-flag",
            paramLabel = "FLAG",
            description = "for the server, such as --server-flag=--event-store=events.db; may be repeated")
    private List<String> serverFlags = List.of();

    @Option(names = "--out", paramLabel = "FOLDER", description = "write events.disturbances.json for the report")
    private @Nullable Path out;

    private final EventScenario.@Nullable Servers servers;

    private EventsCommand(EventScenario.@Nullable Servers servers) {
        this.servers = servers;
    }

    /** The command, ready to be executed. */
    public static CommandLine commandLine() {
        return commandLine(null);
    }

    /** @param servers null for the checkout's own */
    static CommandLine commandLine(EventScenario.@Nullable Servers servers) {
        return CommandLines.of("essaim bench events", new EventsCommand(servers))
                .registerConverter(
                        EventScenario.class,
                        text -> EventScenario.of(text)
                                .orElseThrow(() -> new TypeConversionException(
                                        "'" + text + "' is none; throughput, resume, misbehaving and polling are")));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        EventsPlan plan = plan();
        EnvironmentProbe environment = EnvironmentProbe.begin();
        List<Scenario> scenarios = new ArrayList<>();
        boolean broken = false;
        try (Pinning pinning = pin ? Pinning.pinThisProcess() : Pinning.none()) {
            EventScenario.Servers startable = servers == null ? ofCheckout(pinning) : servers;
            for (EventScenario scenario : only) {
                terminal().println("running " + scenario.token() + " …");
                terminal().flush();
                try {
                    Scenario found = scenario.run(plan, startable);
                    scenarios.add(found);
                    print(found);
                } catch (IOException e) {
                    // One that cannot be run is told of, and no reason to lose the others.
                    broken = true;
                    terminal().println("FAILED " + scenario.token() + ": " + e.getMessage());
                }
            }
        }
        if (out != null && !scenarios.isEmpty()) {
            String command = "essaim bench events "
                    + String.join(" ", spec.commandLine().getParseResult().originalArgs());
            DisturbancesResult result = new DisturbancesResult(environment.end(), command, scenarios);
            terminal().println("written: " + ResultFiles.write(out, "events", result));
        }
        return broken ? FAILED : exitCode(scenarios);
    }

    private static int exitCode(List<Scenario> scenarios) {
        if (scenarios.stream().anyMatch(scenario -> scenario.verdict() == Verdict.FAIL)) {
            return FAILED;
        }
        return scenarios.stream().anyMatch(scenario -> scenario.verdict() == Verdict.INVALID) ? INVALID : 0;
    }

    private EventsPlan plan() {
        within("--clients", clients == null ? 1 : clients, 1, 10_000);
        within("--rate", rate == null ? 1 : rate, 1, 10_000_000);
        within("--rooms", rooms, 1, 1_000);
        within("--publishers", publishers, 1, 100);
        within("--cuts", cuts, 1, 1_000);
        return new EventsPlan(clients, rate, seconds, warmup, rooms, publishers, cuts);
    }

    private void within(String option, int value, int min, int max) {
        if (value < min || value > max) {
            throw new ParameterException(
                    spec.commandLine(), option + "=" + value + ", from " + min + " to " + max + " are possible");
        }
    }

    private EventScenario.Servers ofCheckout(Pinning pinning) {
        return (connections, flags) -> {
            List<String> command = new ArrayList<>(Peer.essaim(
                    Checkout.ofThisCode(),
                    FRAMES_PER_SECOND,
                    connections,
                    AGENTS,
                    pin ? 1 : Runtime.getRuntime().availableProcessors()));
            command.addAll(flags);
            command.addAll(serverFlags);
            return ServerUnderTest.start(command, pinning.ofServer());
        };
    }

    private void print(Scenario scenario) {
        PrintWriter terminal = terminal();
        terminal.printf("%n%s  %s: %s%n", scenario.verdict(), scenario.name(), scenario.what());
        scenario.reasons().forEach(reason -> terminal.println("    - " + reason));
        terminal.printf("  %-70s %14s %14s%n", "target", "measured", "at most");
        scenario.targets()
                .forEach(target -> terminal.printf(
                        "  %-70s %14s %14s%s%n",
                        target.what(),
                        Amounts.of(target.measured(), target.unit()),
                        Amounts.of(target.limit(), target.unit()),
                        target.held() ? "" : "  MISSED"));
        scenario.figures()
                .forEach(figure ->
                        terminal.printf("  %-70s %14s%n", figure.name(), Amounts.of(figure.value(), figure.unit())));
        terminal.flush();
    }

    private PrintWriter terminal() {
        return spec.commandLine().getOut();
    }
}
