package io.essaim.bench.compare;

import io.essaim.bench.CommandLines;
import io.essaim.bench.Recording;
import io.essaim.bench.load.LoadPlan;
import io.essaim.bench.load.LoadPlan.Disturbances;
import io.essaim.bench.load.LoadResults;
import io.essaim.bench.load.LoadRun;
import io.essaim.bench.load.ServerProcess;
import io.essaim.bench.result.Environment;
import io.essaim.bench.result.EnvironmentProbe;
import io.essaim.bench.result.LoadResult;
import io.essaim.bench.result.PeersResult;
import io.essaim.bench.result.PeersResult.Run;
import io.essaim.bench.result.PeersResult.Skipped;
import io.essaim.bench.result.ResultFiles;
import io.essaim.bench.result.Verdict;
import io.essaim.protocol.sbe.SbeFrameEncoder;
import io.essaim.protocol.swarm.SwarmFrame;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code essaim bench peers}: the same work by several servers, in turn. */
@Command(
        sortOptions = false,
        header = "Has several servers do the same work, in turn, and compares what it costs them.",
        description = {
            "",
            "One tick of 350 agents goes to N clients, 60 times a second. Each server does it "
                    + "alone, on a core of its own; rounds repeat the whole row in another order. What "
                    + "counts are ratios within a round.",
            ""
        },
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            " 0:all servers were measured",
            " 1:none was, or Essaim was not",
            " 2:the command line has errors"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  essaim bench peers                            500 and 2,000 clients, 20 minutes",
            "  essaim bench peers --clients=500 --rounds=1   a first impression",
            "  essaim bench peers --servers=essaim,vertx     two of them",
            "  essaim bench peers --out=results              a file for 'essaim bench report'"
        })
public final class PeersCommand implements Callable<Integer> {
    private static final int AGENTS = 350;
    private static final double RATE_MIN = 0.99;
    private static final int RAMP_PER_SECOND = 1_000;

    @Spec
    @SuppressWarnings("NullAway.Init") // filled by picocli
    private CommandSpec spec;

    @Option(
            names = "--servers",
            paramLabel = "NAME",
            split = ",",
            defaultValue = "essaim,floor,vertx,jetty,java-websocket,netty-socketio,ws,socketio",
            description = "which (default ${DEFAULT-VALUE})")
    private List<String> servers = List.of();

    @Option(
            names = "--clients",
            paramLabel = "N",
            split = ",",
            defaultValue = "500,2000",
            description = "how many, one measurement each (default ${DEFAULT-VALUE})")
    private List<Integer> clients = List.of();

    @Option(
            names = "--fps",
            paramLabel = "N",
            defaultValue = "60",
            description = "ticks a second (default ${DEFAULT-VALUE})")
    private int fps;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "3",
            description = "how often (default ${DEFAULT-VALUE})")
    private int rounds;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "10",
            description = "of each measurement (default ${DEFAULT-VALUE})")
    private int seconds;

    @Option(
            names = "--warmup",
            paramLabel = "N",
            defaultValue = "5",
            description = "seconds before it (default ${DEFAULT-VALUE})")
    private int warmup;

    @Option(
            names = "--pin",
            arity = "1",
            paramLabel = "BOOL",
            defaultValue = "true",
            description = "server on the first core, load generator on the rest (default ${DEFAULT-VALUE})")
    private boolean pin;

    @Option(names = "--out", paramLabel = "FOLDER", description = "write peers.peers.json for 'essaim bench report'")
    private @Nullable Path out;

    private final Checkout checkout = Checkout.ofThisCode();
    private final List<Run> runs = new ArrayList<>();
    private final List<Skipped> skipped = new ArrayList<>();

    /** The command, ready to be executed. */
    public static CommandLine commandLine() {
        return CommandLines.of("essaim bench peers", new PeersCommand());
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Set<Peer> peers = peers();
        EnvironmentProbe environment = EnvironmentProbe.begin();
        Path payload = Files.createTempFile("essaim-payload-", ".bin");
        try {
            byte[] frame = frame();
            Files.write(payload, frame);
            List<Peer> able = able(peers, payload);
            try (Pinning pinning = pin ? Pinning.pinThisProcess() : Pinning.none()) {
                for (int round = 1; round <= rounds; round++) {
                    // In another order each time, the same in every run, so that none always follows the same.
                    Collections.shuffle(able, new Random(round));
                    for (int count : clients) {
                        for (Peer peer : able) {
                            tryToMeasure(peer, count, round, payload, pinning);
                        }
                    }
                }
            }
            PeersResult result = new PeersResult(environment.end(), command(), frame.length, runs, skipped);
            PeersTable.print(result, terminal());
            if (out != null) {
                terminal().println("written: " + ResultFiles.write(out, "peers", result));
            }
            return runs.stream().anyMatch(run -> run.server().equals(Peer.ESSAIM.token())) ? 0 : 1;
        } finally {
            Files.delete(payload);
        }
    }

    private String command() {
        return "essaim bench peers "
                + String.join(" ", spec.commandLine().getParseResult().originalArgs());
    }

    private PrintWriter terminal() {
        return spec.commandLine().getOut();
    }

    private Set<Peer> peers() {
        Set<Peer> peers = new LinkedHashSet<>();
        for (String server : servers) {
            peers.add(Peer.of(server)
                    .orElseThrow(() -> new ParameterException(
                            spec.commandLine(),
                            "--servers: '" + server + "' is none; see --help for those there are")));
        }
        for (int value : List.of(rounds, seconds, fps, Collections.min(clients))) {
            if (value < 1) {
                throw new ParameterException(
                        spec.commandLine(), "--rounds, --seconds, --fps and --clients are at least 1");
            }
        }
        return peers;
    }

    /** Those that can be started here; the others are told of at once, and again at the end. */
    private List<Peer> able(Set<Peer> peers, Path payload) throws InterruptedException {
        List<Peer> able = new ArrayList<>();
        for (Peer peer : peers) {
            try (ServerUnderTest server = ServerUnderTest.start(peer.command(checkout, fps, 1, payload), List.of())) {
                able.add(peer);
                terminal().println(peer.token() + ": process " + server.pid() + " listens");
            } catch (IOException e) {
                skipped.add(new Skipped(peer.token(), String.valueOf(e.getMessage())));
                terminal().println("SKIPPED " + peer.token() + ": " + e.getMessage());
            }
        }
        return able;
    }

    /** One that fails is told of, and no reason to lose the others. */
    private void tryToMeasure(Peer peer, int count, int round, Path payload, Pinning pinning)
            throws InterruptedException {
        try {
            measure(peer, count, round, payload, pinning);
        } catch (IOException e) {
            String reason = "round " + round + ", " + count + " clients: " + e.getMessage();
            skipped.add(new Skipped(peer.token(), reason));
            terminal().println("SKIPPED " + peer.token() + ", " + reason);
        }
    }

    private void measure(Peer peer, int count, int round, Path payload, Pinning pinning)
            throws IOException, InterruptedException {
        EnvironmentProbe environment = EnvironmentProbe.begin();
        try (ServerUnderTest server =
                ServerUnderTest.start(peer.command(checkout, fps, count, payload), pinning.ofServer())) {
            LoadPlan plan = new LoadPlan(
                    URI.create("ws://127.0.0.1:" + server.port() + "/ws/swarm"),
                    peer.dialect(),
                    fps,
                    count,
                    RAMP_PER_SECOND,
                    1,
                    Duration.ofSeconds(warmup),
                    Duration.ofSeconds(seconds),
                    // The others have no reference to hold content against; bytes are compared all the same.
                    false,
                    Duration.ofMillis(100),
                    Disturbances.NONE);
            ServerProcess process = new ServerProcess(server.pid());
            LoadRun.Outcome outcome = new LoadRun(plan, Optional.of(process), progress -> {}).run();
            Environment taken = environment.end();
            add(peer, round, LoadResults.of(plan, outcome, command(), peer.token(), taken));
        }
    }

    private void add(Peer peer, int round, LoadResult result) throws IOException {
        if (result.server() == null) {
            throw new IOException("the process of " + peer.token() + " could not be measured");
        }
        runs.add(new Run(
                peer.token(),
                peer.version(),
                round,
                result.clients(),
                fps,
                result.framesPerSecond(),
                result.ages().p50Micros(),
                result.ages().p99Micros(),
                result.ages().p999Micros(),
                verdict(result),
                result.reasons(),
                result.server()));
        terminal()
                .printf(
                        Locale.ROOT,
                        "round %d/%d  %5d clients  %-14s %6.2f us CPU a frame  %5.1f fps  age p50 %.1f p99 %.1f ms  %.0f MiB  generator %.2f us%n",
                        round,
                        rounds,
                        result.clients(),
                        peer.token(),
                        result.server().cpuMicrosPerFrame(),
                        result.framesPerSecond(),
                        result.ages().p50Micros() / 1e3,
                        result.ages().p99Micros() / 1e3,
                        result.server().residentBytes() / 1048576.0,
                        result.generatorCpuMicrosPerFrame());
        terminal().flush();
    }

    /**
     * Whether a run can be compared: the rate was held and nothing wrong came. Missing and late frames are told among the
     * reasons and not judged, since of these servers only one accounts for them.
     */
    private Verdict verdict(LoadResult result) {
        if (result.verdict() == Verdict.INVALID) {
            return Verdict.INVALID;
        }
        boolean held = result.framesPerSecond() >= RATE_MIN * fps;
        return held && result.faults().isEmpty() ? Verdict.PASS : Verdict.FAIL;
    }

    /** What every server sends: a frame of Essaim's own generator, in the plain form. */
    private static byte[] frame() {
        Recording recording = new Recording(AGENTS);
        SwarmFrame frame = recording.frames().get(0);
        SbeFrameEncoder encoder = new SbeFrameEncoder(recording.stream().valueBits());
        byte[] bytes = new byte[encoder.length(frame.agentCount())];
        encoder.encode(frame, new UnsafeBuffer(bytes), 0);
        return bytes;
    }
}
