package io.essaim.bench.compare;

import io.essaim.bench.load.LoadPlan;
import io.essaim.bench.load.LoadPlan.Disturbances;
import io.essaim.bench.load.LoadResults;
import io.essaim.bench.load.LoadRun;
import io.essaim.bench.load.ServerProcess;
import io.essaim.bench.result.Environment;
import io.essaim.bench.result.EnvironmentProbe;
import io.essaim.bench.result.LoadResult;
import io.essaim.bench.result.PeersResult.Run;
import io.essaim.bench.result.PeersResult.Skipped;
import io.essaim.bench.result.Verdict;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;

/**
 * Has servers do the same work in turn, each alone and on a core of its own, all of them in every round: so that a machine
 * that gets slower slows all of them. One thread.
 */
final class Rounds {
    static final int AGENTS = 350;

    private static final double RATE_MIN = 0.99;
    private static final int RAMP_PER_SECOND = 1_000;

    private final RoundOptions options;
    private final String command;
    private final PrintWriter terminal;
    private final List<Run> runs = new ArrayList<>();
    private final List<Skipped> skipped = new ArrayList<>();

    /** @param command the line that repeats it all */
    Rounds(RoundOptions options, String command, PrintWriter terminal) {
        this.options = options;
        this.command = command;
        this.terminal = terminal;
    }

    /** Those that are compared with each other, over one number of clients. */
    record Heat(Collection<Contestant> contestants, int clients) {}

    /** In the order they were made. */
    List<Run> runs() {
        return runs;
    }

    List<Skipped> skipped() {
        return skipped;
    }

    /** Those that can be started here; the others are told of at once, and again at the end. */
    List<Contestant> able(Collection<Contestant> contestants) throws InterruptedException {
        List<Contestant> able = new ArrayList<>();
        for (Contestant each : contestants) {
            try (ServerUnderTest server = ServerUnderTest.start(each.launch().command(1), List.of())) {
                able.add(each);
                terminal.println(each.name() + ": process " + server.pid() + " listens");
            } catch (IOException e) {
                skip(each, String.valueOf(e.getMessage()));
            }
            terminal.flush();
        }
        return able;
    }

    private void skip(Contestant contestant, String reason) {
        skipped.add(new Skipped(contestant.name(), reason));
        terminal.println("SKIPPED " + contestant.name() + ": " + reason);
        terminal.flush();
    }

    /** Measures every heat in every round. */
    void run(List<Heat> heats) throws IOException, InterruptedException {
        try (Pinning pinning = options.pinning()) {
            for (int round = 1; round <= options.rounds(); round++) {
                for (Heat heat : heats) {
                    // In another order each time, the same in every run, so that none always follows the same.
                    List<Contestant> order = new ArrayList<>(heat.contestants);
                    Collections.shuffle(order, new Random(round));
                    for (Contestant each : order) {
                        tryToMeasure(each, heat.clients, round, pinning);
                    }
                }
            }
        }
    }

    /** One that fails is told of, and no reason to lose the others. */
    private void tryToMeasure(Contestant contestant, int clients, int round, Pinning pinning)
            throws InterruptedException {
        try {
            measure(contestant, clients, round, pinning);
        } catch (IOException e) {
            skip(contestant, "round " + round + ", " + clients + " clients: " + e.getMessage());
        }
    }

    private void measure(Contestant contestant, int clients, int round, Pinning pinning)
            throws IOException, InterruptedException {
        EnvironmentProbe environment = EnvironmentProbe.begin();
        try (ServerUnderTest server = ServerUnderTest.start(contestant.launch().command(clients), pinning.ofServer())) {
            LoadPlan plan = new LoadPlan(
                    URI.create(contestant.scheme() + "://127.0.0.1:" + server.port() + "/ws/swarm"),
                    contestant.dialect(),
                    options.fps(),
                    clients,
                    RAMP_PER_SECOND,
                    1,
                    Duration.ofSeconds(options.warmup()),
                    Duration.ofSeconds(options.seconds()),
                    // Not all have a reference to hold content against, and it costs; bytes are compared all the same.
                    false,
                    Duration.ofMillis(100),
                    Disturbances.NONE,
                    contestant.wire());
            ServerProcess process = new ServerProcess(server.pid());
            LoadRun.Outcome outcome = new LoadRun(plan, Optional.of(process), progress -> {}).run();
            Environment taken = environment.end();
            if (contestant.wire().deflate() && !outcome.wire().isDeflated()) {
                throw new IOException("the server declines permessage-deflate, so it compressed nothing");
            }
            add(contestant, round, LoadResults.of(plan, outcome, command, contestant.name(), taken));
        }
    }

    private void add(Contestant contestant, int round, LoadResult result) throws IOException {
        if (result.server() == null) {
            throw new IOException("the process of " + contestant.name() + " could not be measured");
        }
        runs.add(new Run(
                contestant.name(),
                contestant.version(),
                round,
                result.clients(),
                options.fps(),
                result.framesPerSecond(),
                result.ages().p50Micros(),
                result.ages().p99Micros(),
                result.ages().p999Micros(),
                verdict(result),
                result.reasons(),
                result.server(),
                result.bytesPerFrame()));
        terminal.printf(
                Locale.ROOT,
                "round %d/%d  %5d clients  %-14s %6.2f us CPU a frame  %5.1f fps  age p50 %.1f p99 %.1f ms  %.0f MiB  generator %.2f us%n",
                round,
                options.rounds(),
                result.clients(),
                contestant.name(),
                result.server().cpuMicrosPerFrame(),
                result.framesPerSecond(),
                result.ages().p50Micros() / 1e3,
                result.ages().p99Micros() / 1e3,
                result.server().residentBytes() / 1048576.0,
                result.generatorCpuMicrosPerFrame());
        terminal.flush();
    }

    /**
     * Whether a run can be compared: the rate was held and nothing wrong came. Missing and late frames are told among the
     * reasons and not judged, since not all servers account for them.
     */
    private Verdict verdict(LoadResult result) {
        if (result.verdict() == Verdict.INVALID) {
            return Verdict.INVALID;
        }
        boolean held = result.framesPerSecond() >= RATE_MIN * options.fps();
        return held && result.faults().isEmpty() ? Verdict.PASS : Verdict.FAIL;
    }
}
