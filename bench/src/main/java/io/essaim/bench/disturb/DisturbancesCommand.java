package io.essaim.bench.disturb;

import io.essaim.bench.CommandLines;
import io.essaim.bench.compare.Checkout;
import io.essaim.bench.compare.Peer;
import io.essaim.bench.compare.Pinning;
import io.essaim.bench.compare.ServerUnderTest;
import io.essaim.bench.load.FrameForm;
import io.essaim.bench.load.LoadPlan.DialectName;
import io.essaim.bench.result.DisturbancesResult;
import io.essaim.bench.result.EnvironmentProbe;
import io.essaim.bench.result.ResultFiles;
import io.essaim.bench.result.Verdict;
import io.essaim.protocol.Message;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code essaim bench disturbances}: what one thing going wrong costs everybody else. */
@Command(
        sortOptions = false,
        header = "Has one thing go wrong, and measures what that costs everybody else.",
        description = {
            "",
            "Each scenario has a server process of its own: viewers join, a quiet baseline, the disturbance, the recovery.",
            "  stalled       a third of the viewers read nothing for a while",
            "  loop-paused   one of two event loops stands still",
            "  clock-paused  the thread that makes the frames stands still",
            "  slow-link     one more viewer is behind a slow link",
            "  join-storm    many join within a second",
            "  joins         many join at random moments, see their first frames and leave",
            "  events        10,000 events a second flow to other clients of the same server",
            "A thread is suspended by the debugger's interface of the server's JVM; the server itself has no hook for it.",
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
            "  essaim bench disturbances                everything, about 5 minutes",
            "  essaim bench disturbances --only=stalled --encodings=json",
            "  essaim bench disturbances --only=loop-paused,clock-paused --pause=3",
            "  essaim bench disturbances --clients=30 --seconds=3 --pin=false",
            "  essaim bench disturbances --out=results  a file for the report"
        })
public final class DisturbancesCommand implements Callable<Integer> {
    private static final int AGENTS = 350;
    private static final int FAILED = 1;
    private static final int INVALID = 3;
    private static final int VIEWERS_MAX = 10_000;
    private static final int SECONDS_MAX = 600;

    @Spec
    @SuppressWarnings("NullAway.Init") // filled by picocli
    private CommandSpec spec;

    @Option(
            names = "--only",
            paramLabel = "SCENARIO",
            split = ",",
            defaultValue = "stalled,loop-paused,clock-paused,slow-link,join-storm,joins,events",
            description = "which (default ${DEFAULT-VALUE})")
    private List<Scenario> only = List.of();

    @Option(
            names = "--clients",
            paramLabel = "N",
            description = "viewers, those that stall among them (default " + DisturbancePlan.CLIENTS_WHEN_STALLED
                    + " for stalled, " + DisturbancePlan.CLIENTS + " for the rest)")
    private @Nullable Integer clients;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "12",
            description = "of the baseline, and again of the recovery; what takes longer counts as never "
                    + "(default ${DEFAULT-VALUE})")
    private double seconds;

    @Option(
            names = "--warmup",
            paramLabel = "N",
            defaultValue = "5",
            description = "seconds before the baseline (default ${DEFAULT-VALUE})")
    private double warmup;

    @Option(names = "--stalled", paramLabel = "N", description = "of the viewers stall (default a third of them)")
    private @Nullable Integer stalled;

    @Option(
            names = "--stall",
            paramLabel = "SECONDS",
            defaultValue = "8",
            description = "how long they read nothing (default ${DEFAULT-VALUE})")
    private double stall;

    @Option(
            names = "--encodings",
            paramLabel = "FORM",
            split = ",",
            defaultValue = "sbe,json",
            description = "of the stalled scenario, sbe or json (default ${DEFAULT-VALUE})")
    private List<DialectName> encodings = List.of();

    @Option(
            names = "--pause",
            paramLabel = "SECONDS",
            defaultValue = "1",
            description = "how long a thread stands still (default ${DEFAULT-VALUE})")
    private double pause;

    @Option(
            names = "--slow",
            paramLabel = "SECONDS",
            defaultValue = "20",
            description = "how long the link is slow (default ${DEFAULT-VALUE})")
    private double slow;

    @Option(
            names = "--slow-rate",
            paramLabel = "BYTES",
            defaultValue = "20000",
            description = "a second that it carries (default ${DEFAULT-VALUE})")
    private int slowRate;

    @Option(
            names = "--newcomers",
            paramLabel = "N",
            defaultValue = "1000",
            description = "that join within a second, or at random moments (default ${DEFAULT-VALUE})")
    private int newcomers;

    @Option(
            names = "--form",
            paramLabel = "NAME",
            description = "of the frames in sbe: plain or delta (default: what the server gives)")
    private Message.@Nullable Form form;

    @Option(
            names = "--pin",
            arity = "1",
            paramLabel = "BOOL",
            defaultValue = "true",
            description = "server on the first core, viewers on the rest (default ${DEFAULT-VALUE})")
    private boolean pin;

    @Option(
            names = "--out",
            paramLabel = "FOLDER",
            description = "write disturbances.disturbances.json for 'essaim bench report'")
    private @Nullable Path out;

    private final Stage.@Nullable Servers servers;

    /** @param servers null for the checkout's own */
    private DisturbancesCommand(Stage.@Nullable Servers servers) {
        this.servers = servers;
    }

    /** The command, ready to be executed. */
    public static CommandLine commandLine() {
        return commandLine(null);
    }

    static CommandLine commandLine(Stage.@Nullable Servers servers) {
        ITypeConverter<Scenario> scenarios = text -> Scenario.of(text)
                .orElseThrow(
                        () -> new TypeConversionException(
                                "'" + text
                                        + "' is none; stalled, loop-paused, clock-paused, slow-link, join-storm, joins and events are"));
        return CommandLines.of("essaim bench disturbances", new DisturbancesCommand(servers))
                .registerConverter(Scenario.class, scenarios);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        DisturbancePlan plan = plan();
        EnvironmentProbe environment = EnvironmentProbe.begin();
        List<DisturbancesResult.Scenario> scenarios = new ArrayList<>();
        boolean broken = false;
        try (Pinning pinning = pin ? Pinning.pinThisProcess() : Pinning.none()) {
            int loops = pin ? 1 : Runtime.getRuntime().availableProcessors();
            Stage.Servers startable = servers == null ? ofCheckout(pinning) : servers;
            for (Scenario scenario : only) {
                for (DialectName encoding : scenario.encodings(plan)) {
                    try {
                        DisturbancesResult.Scenario found = scenario.run(plan, encoding, loops, startable);
                        scenarios.add(found);
                        DisturbancesTable.print(found, terminal());
                    } catch (IOException e) {
                        // One that cannot be run is told of, and no reason to lose the others.
                        broken = true;
                        terminal().println("FAILED " + scenario.token() + ": " + e.getMessage());
                    }
                }
            }
        }
        if (out != null && !scenarios.isEmpty()) {
            DisturbancesResult result = new DisturbancesResult(environment.end(), command(), scenarios);
            terminal().println("written: " + ResultFiles.write(out, "disturbances", result));
        }
        return broken ? FAILED : exitCode(scenarios);
    }

    /** A missed target weighs more than a scenario that says nothing. */
    static int exitCode(List<DisturbancesResult.Scenario> scenarios) {
        if (scenarios.stream().anyMatch(scenario -> scenario.verdict() == Verdict.FAIL)) {
            return FAILED;
        }
        return scenarios.stream().anyMatch(scenario -> scenario.verdict() == Verdict.INVALID) ? INVALID : 0;
    }

    private DisturbancePlan plan() {
        whole("--clients", clients, 2, VIEWERS_MAX);
        int fewest = clients == null ? DisturbancePlan.CLIENTS_WHEN_STALLED : clients;
        whole("--stalled", stalled, 1, fewest - 1);
        whole("--newcomers", newcomers, 1, VIEWERS_MAX);
        whole("--slow-rate", slowRate, 1_000, 100_000_000);
        for (DialectName encoding : encodings) {
            if (encoding != DialectName.SBE && encoding != DialectName.JSON) {
                throw new ParameterException(spec.commandLine(), "--encodings: sbe and json are possible");
            }
        }
        return new DisturbancePlan(
                clients,
                stalled,
                duration("--stall", stall, 0.5),
                encodings,
                duration("--pause", pause, 0.2),
                duration("--slow", slow, 1),
                slowRate,
                newcomers,
                frameForm(),
                duration("--warmup", warmup, 0),
                duration("--seconds", seconds, 1));
    }

    private FrameForm frameForm() {
        if (form == Message.Form.JSON) {
            throw new ParameterException(spec.commandLine(), "--form=json: plain and delta are possible");
        }
        return new FrameForm(form, 1);
    }

    private void whole(String option, @Nullable Integer value, int min, int max) {
        if (value != null && (value < min || value > max)) {
            throw new ParameterException(
                    spec.commandLine(), option + "=" + value + ", from " + min + " to " + max + " are possible");
        }
    }

    private Duration duration(String option, double value, double min) {
        if (!(value >= min && value <= SECONDS_MAX)) {
            throw new ParameterException(
                    spec.commandLine(),
                    option + "=" + Amounts.of(value, "") + ", from " + Amounts.of(min, "") + " to " + SECONDS_MAX
                            + " seconds are possible");
        }
        return Duration.ofMillis(Math.round(value * 1_000));
    }

    private static Stage.Servers ofCheckout(Pinning pinning) {
        return (connections, eventLoops, flags) -> {
            List<String> command = new ArrayList<>(Peer.essaim(
                    Checkout.ofThisCode(), DisturbancePlan.FRAMES_PER_SECOND, connections, AGENTS, eventLoops));
            // Behind the name of the JVM, before all else.
            command.addAll(1, flags);
            return ServerUnderTest.start(command, pinning.ofServer());
        };
    }

    private String command() {
        return "essaim bench disturbances "
                + String.join(" ", spec.commandLine().getParseResult().originalArgs());
    }

    private PrintWriter terminal() {
        return spec.commandLine().getOut();
    }
}
