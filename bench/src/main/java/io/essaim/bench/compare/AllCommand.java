package io.essaim.bench.compare;

import io.essaim.bench.CommandLines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code essaim bench all}: every figure there is, one after the other, and the report. */
@Command(
        sortOptions = false,
        header = "Takes every figure, one after the other, and writes the report.",
        description = {
            "",
            "Sizes, encoders, codec, ring and fan-out in memory; a server under load; other servers under the same load; Essaim's "
                    + "own ways to a socket; growth; disturbances; report. Leave the machine alone meanwhile: 60 minutes, or "
                    + "15 with --quick for a first impression.",
            ""
        },
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            " 0:everything was measured, both runs of load ended with PASS, and disturbances cost what they may",
            " 1:something failed; what can be reported is",
            " 2:the command line has errors"
        })
public final class AllCommand implements Callable<Integer> {
    /** The first figure anybody asks for: does it hold what was promised. */
    private static final int CLIENTS = 500;

    private static final int TICKS_PER_SECOND = 60;
    private static final int AGENTS = 350;
    private static final int JSON_CLIENTS = 50;

    /** Runs one of the other commands of {@code essaim bench}; returns its exit code. */
    @FunctionalInterface
    public interface Bench {
        int run(String... arguments) throws IOException;
    }

    @Spec
    @SuppressWarnings("NullAway.Init") // filled by picocli
    private CommandSpec spec;

    @Option(
            names = "--out",
            paramLabel = "FOLDER",
            defaultValue = "bench/results",
            description = "where the files go (default ${DEFAULT-VALUE})")
    private Path out = Path.of("");

    @Option(names = "--quick", description = "short runs, one round: for orders of magnitude")
    private boolean quick;

    private final Bench bench;
    private final List<String> failed = new ArrayList<>();

    private AllCommand(Bench bench) {
        this.bench = bench;
    }

    /** The command, ready to be executed. */
    public static CommandLine commandLine(Bench bench) {
        return CommandLines.of("essaim bench all", new AllCommand(bench));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Files.createDirectories(out);
        String folder = out.toString();
        step("size", "--out=" + folder);
        for (String name : List.of("messages", "codec", "ring", "fanout")) {
            step(name, "-rf", "json", "-rff", out.resolve(name + ".jmh.json").toString());
        }
        load(CLIENTS, "sbe", quick ? "10s" : "60s");
        load(JSON_CLIENTS, "json", quick ? "10s" : "30s");
        if (quick) {
            step("growth", "--seconds=3", "--warmup=2", "--out=" + folder);
            step("peers", "--rounds=1", "--seconds=5", "--warmup=3", "--out=" + folder);
            step("transports", "--rounds=1", "--seconds=5", "--warmup=3", "--out=" + folder);
            step("disturbances", "--seconds=11", "--warmup=2", "--slow=5", "--encodings=sbe", "--out=" + folder);
            step("events", "--warmup=3", "--seconds=10", "--cuts=5", "--out=" + folder);
        } else {
            step("growth", "--out=" + folder);
            step("peers", "--out=" + folder);
            step("transports", "--out=" + folder);
            step("disturbances", "--out=" + folder);
            step("events", "--out=" + folder);
        }
        step("report", folder);
        failed.forEach(name -> spec.commandLine().getErr().println("FAILED " + name));
        return failed.isEmpty() ? 0 : 1;
    }

    /** A server by its defaults but for the number of clients, on all cores, beside the load generator. */
    private void load(int clients, String encoding, String duration) throws IOException, InterruptedException {
        int loops = Runtime.getRuntime().availableProcessors();
        List<String> command = Peer.essaim(Checkout.ofThisCode(), TICKS_PER_SECOND, clients, AGENTS, loops);
        try (ServerUnderTest server = ServerUnderTest.start(command, List.of())) {
            step(
                    "load",
                    "ws://127.0.0.1:" + server.port(),
                    "--clients=" + clients,
                    "--encoding=" + encoding,
                    "--duration=" + duration,
                    "--name=" + clients + "x" + TICKS_PER_SECOND + "-" + encoding,
                    "--out=" + out);
        }
    }

    private void step(String... arguments) throws IOException {
        spec.commandLine().getOut().println("\n== essaim bench " + String.join(" ", arguments));
        spec.commandLine().getOut().flush();
        if (bench.run(arguments) != 0) {
            failed.add(String.join(" ", arguments));
        }
    }
}
