package io.essaim.bench.handshake;

import io.essaim.bench.CommandLines;
import io.essaim.bench.compare.Checkout;
import io.essaim.bench.compare.Peer;
import io.essaim.bench.compare.ServerUnderTest;
import io.essaim.bench.load.ServerProcess;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code essaim bench handshakes}: what it costs to let somebody in, by how it logs in. */
@Command(
        sortOptions = false,
        header = "Measures what a handshake costs the server, without a login and with each kind of token.",
        description = {
            "",
            "One server process for each kind; WebSockets are opened one after the other, each up to its first message.",
            "Rounds are shuffled, so that the machine's moods meet all of them. 'known' is a token that the server has",
            "seen before, 'new' one that it has not: its signature is checked.",
            ""
        },
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  essaim bench handshakes                   about a minute",
            "  essaim bench handshakes --rounds=5 --handshakes=5000"
        })
public final class HandshakesCommand implements Callable<Integer> {
    private static final long SEED = 8;

    @Spec
    @SuppressWarnings("NullAway.Init") // filled by picocli
    private CommandSpec spec;

    @Option(names = "--rounds", paramLabel = "N", defaultValue = "3", description = "(default ${DEFAULT-VALUE})")
    private int rounds;

    @Option(
            names = "--handshakes",
            paramLabel = "N",
            defaultValue = "2000",
            description = "of each kind in each round (default ${DEFAULT-VALUE})")
    private int handshakes;

    /** The command, ready to be executed. */
    public static CommandLine commandLine() {
        return CommandLines.of("essaim bench handshakes", new HandshakesCommand());
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (rounds < 1 || handshakes < 1) {
            throw new ParameterException(spec.commandLine(), "--rounds and --handshakes are at least 1");
        }
        PrintWriter terminal = spec.commandLine().getOut();
        Path folder = Files.createTempDirectory("essaim-handshakes-");
        Map<Login.Kind, ServerUnderTest> servers = new EnumMap<>(Login.Kind.class);
        try {
            List<HandshakeCost> costs = new ArrayList<>();
            for (Login.Kind kind : Login.Kind.values()) {
                Login login = Login.of(kind, folder);
                ServerUnderTest server = start(login);
                servers.put(kind, server);
                costs.add(new HandshakeCost(login, false, new ServerProcess(server.pid()), server.port()));
                if (kind.hasFreshTokens()) {
                    costs.add(new HandshakeCost(login, true, new ServerProcess(server.pid()), server.port()));
                }
            }
            measure(costs, terminal);
            print(costs, terminal);
        } finally {
            for (ServerUnderTest server : servers.values()) {
                server.close();
            }
            delete(folder);
        }
        return 0;
    }

    private void measure(List<HandshakeCost> costs, PrintWriter terminal) throws IOException {
        Random random = new Random(SEED);
        // The first round warms the servers up.
        for (int round = 0; round <= rounds; round++) {
            terminal.println(round == 0 ? "warming up …" : "round " + round + " of " + rounds + " …");
            terminal.flush();
            List<HandshakeCost> shuffled = new ArrayList<>(costs);
            Collections.shuffle(shuffled, random);
            for (HandshakeCost cost : shuffled) {
                cost.round(handshakes, round > 0);
            }
        }
    }

    private static void print(List<HandshakeCost> costs, PrintWriter terminal) {
        double without = costs.get(0).cpuMicros();
        terminal.printf(
                "%n%-28s %-6s %16s %8s %12s %12s%n", "login", "token", "CPU, us each", "against", "p50, us", "p99, us");
        for (HandshakeCost cost : costs) {
            terminal.printf(
                    "%-28s %-6s %16.0f %8.2f %12d %12d%n",
                    cost.title(),
                    cost.tokenTitle(),
                    cost.cpuMicros(),
                    cost.cpuMicros() / without,
                    cost.percentileMicros(50),
                    cost.percentileMicros(99));
        }
        terminal.flush();
    }

    private static ServerUnderTest start(Login login) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(Peer.essaim(Checkout.ofThisCode(), 1, 1_000, 1, 1));
        command.addAll(login.flags());
        return ServerUnderTest.start(command, List.of());
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
