package io.essaim.bench.compare;

import io.essaim.bench.CommandLines;
import io.essaim.bench.load.LoadPlan;
import io.essaim.bench.load.LoadPlan.DialectName;
import io.essaim.bench.load.LoadPlan.Disturbances;
import io.essaim.bench.load.LoadResults;
import io.essaim.bench.load.LoadRun;
import io.essaim.bench.load.ServerProcess;
import io.essaim.bench.result.EnvironmentProbe;
import io.essaim.bench.result.GrowthResult;
import io.essaim.bench.result.LoadResult;
import io.essaim.bench.result.ResultFiles;
import io.essaim.bench.result.ServerUse;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code essaim bench growth}: what Essaim costs with more agents, and with more clients. */
@Command(
        sortOptions = false,
        header = "Measures how costs grow with agents and with clients.",
        description = {
            "",
            "Starts a server for each size, on a core of its own, and loads it. Above 2,000 clients at 60 frames a second "
                    + "one core of a load generator is not enough: larger numbers get lower rates.",
            ""
        },
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {" 0:all sizes were measured", " 1:one was not", " 2:the command line has errors"},
        footerHeading = "%nExamples:%n",
        footer = {
            "  essaim bench growth                  everything, about 7 minutes",
            "  essaim bench growth --out=results    with a file for 'essaim bench report'",
            "  essaim bench growth --clients=500x60,1000x60"
        })
public final class GrowthCommand implements Callable<Integer> {
    private static final int AGENTS = 350;
    private static final int CLIENTS = 20;
    private static final int TICKS_PER_SECOND = 60;
    private static final int RAMP_PER_SECOND = 1_000;

    @Spec
    @SuppressWarnings("NullAway.Init") // filled by picocli
    private CommandSpec spec;

    @Option(
            names = "--agents",
            paramLabel = "NxFPS",
            split = ",",
            defaultValue = "10x60,100x60,350x60,1000x60,10000x60,100000x10",
            description = "numbers of agents, for " + CLIENTS + " clients each (default ${DEFAULT-VALUE})")
    private List<Size> agents = List.of();

    @Option(
            names = "--clients",
            paramLabel = "NxFPS",
            split = ",",
            defaultValue = "10x60,50x60,100x60,500x60,1000x60,2000x60,5000x20,10000x10",
            description = "numbers of clients, for " + AGENTS + " agents (default ${DEFAULT-VALUE})")
    private List<Size> clients = List.of();

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "10",
            description = "of each measurement (default ${DEFAULT-VALUE})")
    private int seconds;

    @Option(
            names = "--warmup",
            paramLabel = "N",
            defaultValue = "8",
            description = "seconds before it (default ${DEFAULT-VALUE})")
    private int warmup;

    @Option(
            names = "--pin",
            arity = "1",
            paramLabel = "BOOL",
            defaultValue = "true",
            description = "server on the first core, load generator on the rest (default ${DEFAULT-VALUE})")
    private boolean pin;

    @Option(names = "--out", paramLabel = "FOLDER", description = "write growth.growth.json for 'essaim bench report'")
    private @Nullable Path out;

    private final Checkout checkout = Checkout.ofThisCode();

    /**
     * How many of something, at which rate.
     *
     * @param framesPerSecond that each client asks for
     */
    record Size(int count, int framesPerSecond) {
        /** Reads {@code 350x60}. */
        static final ITypeConverter<Size> CONVERTER = text -> {
            String[] parts = text.split("x", -1);
            try {
                return new Size(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
            } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
                throw new TypeConversionException("'" + text + "' is no size such as 350x60, a number and a rate");
            }
        };

        Size {
            if (count < 1 || framesPerSecond < 1) {
                throw new TypeConversionException("both numbers of a size are at least 1");
            }
        }
    }

    /** The command, ready to be executed. */
    public static CommandLine commandLine() {
        return CommandLines.of("essaim bench growth", new GrowthCommand())
                .registerConverter(Size.class, Size.CONVERTER);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        EnvironmentProbe environment = EnvironmentProbe.begin();
        List<LoadResult> byAgents = new ArrayList<>();
        List<LoadResult> byClients = new ArrayList<>();
        try (Pinning pinning = pin ? Pinning.pinThisProcess() : Pinning.none()) {
            for (Size size : agents) {
                String label = size.count + " agents x " + size.framesPerSecond;
                byAgents.add(measure(label, size.count, CLIENTS, size.framesPerSecond, pinning));
            }
            for (Size size : clients) {
                String label = size.count + " clients x " + size.framesPerSecond;
                byClients.add(measure(label, AGENTS, size.count, size.framesPerSecond, pinning));
            }
        }
        if (out != null) {
            GrowthResult result = new GrowthResult(environment.end(), command(), byAgents, byClients);
            terminal().println("written: " + ResultFiles.write(out, "growth", result));
        }
        return 0;
    }

    private LoadResult measure(String label, int agentCount, int clientCount, int framesPerSecond, Pinning pinning)
            throws IOException, InterruptedException {
        EnvironmentProbe environment = EnvironmentProbe.begin();
        List<String> command = Peer.essaim(checkout, TICKS_PER_SECOND, clientCount, agentCount, 1);
        try (ServerUnderTest server = ServerUnderTest.start(command, pinning.ofServer())) {
            LoadPlan plan = new LoadPlan(
                    URI.create("ws://127.0.0.1:" + server.port() + "/ws/swarm"),
                    DialectName.SBE,
                    framesPerSecond,
                    clientCount,
                    RAMP_PER_SECOND,
                    1,
                    Duration.ofSeconds(warmup),
                    Duration.ofSeconds(seconds),
                    // A reference connection would be among the costs, and weigh the more the fewer clients there are.
                    false,
                    Duration.ofMillis(100),
                    Disturbances.NONE);
            LoadRun run = new LoadRun(plan, Optional.of(new ServerProcess(server.pid())), progress -> {});
            LoadResult result = LoadResults.of(plan, run.run(), command(), label, environment.end());
            print(result);
            return result;
        }
    }

    private void print(LoadResult result) throws IOException {
        ServerUse use = result.server();
        if (use == null) {
            throw new IOException("the server's process could not be measured");
        }
        terminal()
                .printf(
                        Locale.ROOT,
                        "%-20s %7.2f us CPU a frame  %4.0f %% of a core  %5.1f fps  %,9.1f KB/s  age p50 %.1f p99 %.1f ms  "
                                + "%.0f MiB  %.1f KiB a client  %s%n",
                        result.label(),
                        use.cpuMicrosPerFrame(),
                        100 * use.cores(),
                        result.framesPerSecond(),
                        result.bytesPerSecondPerClient() / 1e3,
                        result.ages().p50Micros() / 1e3,
                        result.ages().p99Micros() / 1e3,
                        use.residentBytes() / 1048576.0,
                        use.bytesPerConnection() / 1024.0,
                        result.verdict());
        result.reasons().forEach(reason -> terminal().println("    - " + reason));
        terminal().flush();
    }

    private String command() {
        return "essaim bench growth "
                + String.join(" ", spec.commandLine().getParseResult().originalArgs());
    }

    private PrintWriter terminal() {
        return spec.commandLine().getOut();
    }
}
