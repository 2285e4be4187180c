package io.essaim.bench.compare;

import io.essaim.bench.CommandLines;
import io.essaim.bench.compare.Rounds.Heat;
import io.essaim.bench.load.LoadPlan.DialectName;
import io.essaim.bench.report.PeerGroup;
import io.essaim.bench.result.EnvironmentProbe;
import io.essaim.bench.result.PeersResult.Run;
import io.essaim.bench.result.ResultFiles;
import io.essaim.bench.result.TransportsResult;
import io.essaim.bench.result.TransportsResult.Comparison;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code essaim bench transports}: Essaim beside itself, over each of its ways to a socket. */
@Command(
        sortOptions = false,
        header = "Has Essaim do the same work over each of its ways to a socket, in turn.",
        description = {
            "",
            "350 agents, 60 ticks a second: in SBE over epoll with frames sent directly (as it comes), epoll without "
                    + "that, nio, io_uring, and TLS by the JDK and by OpenSSL; in JSON plain and deflated. Each runs alone, "
                    + "on a core of its own; rounds repeat the whole row in another order. What counts are ratios to "
                    + "epoll, and to plain JSON, within a round. A way that the server refuses here is skipped and told.",
            ""
        },
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {" 0:what can be started here was measured", " 1:nothing was", " 2:the command line has errors"},
        footerHeading = "%nExamples:%n",
        footer = {
            "  essaim bench transports                       all of them, 10 minutes",
            "  essaim bench transports --only=epoll,tls-jdk  two of them",
            "  essaim bench transports --rounds=1 --seconds=3",
            "  essaim bench transports --out=results         a file for 'essaim bench report'"
        })
public final class TransportsCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // filled by picocli
    private CommandSpec spec;

    @Option(
            names = "--only",
            paramLabel = "NAME",
            split = ",",
            defaultValue = "epoll,delta,epoll-portable,nio,io_uring,tls-jdk,tls-openssl,json,json-deflate",
            description = "which (default ${DEFAULT-VALUE})")
    private List<String> only = List.of();

    @Option(
            names = "--clients",
            paramLabel = "N",
            split = ",",
            defaultValue = "500",
            description = "how many in SBE, one measurement each (default ${DEFAULT-VALUE})")
    private List<Integer> clients = List.of();

    @Option(
            names = "--json-clients",
            paramLabel = "N",
            split = ",",
            defaultValue = "50",
            description = "how many in JSON, whose frames are ten times as long (default ${DEFAULT-VALUE})")
    private List<Integer> jsonClients = List.of();

    @Mixin
    private final RoundOptions options = new RoundOptions();

    @Option(
            names = "--out",
            paramLabel = "FOLDER",
            description = "write transports.transports.json for 'essaim bench report'")
    private @Nullable Path out;

    /** The command, ready to be executed. */
    public static CommandLine commandLine() {
        return CommandLines.of("essaim bench transports", new TransportsCommand());
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Set<Variant> variants = variants();
        options.check(Stream.concat(clients.stream(), jsonClients.stream()).toList());
        EnvironmentProbe environment = EnvironmentProbe.begin();
        String command = "essaim bench transports "
                + String.join(" ", spec.commandLine().getParseResult().originalArgs());
        PrintWriter terminal = spec.commandLine().getOut();
        Rounds rounds = new Rounds(options, command, terminal);
        Checkout checkout = Checkout.ofThisCode();
        List<Contestant> able = rounds.able(variants.stream()
                .map(variant -> variant.contestant(checkout, options.fps()))
                .toList());
        List<Heat> heats = new ArrayList<>();
        clients.forEach(count -> heats.add(new Heat(of(DialectName.SBE, able), count)));
        jsonClients.forEach(count -> heats.add(new Heat(of(DialectName.JSON, able), count)));
        rounds.run(heats);
        TransportsResult result = new TransportsResult(
                environment.end(),
                command,
                List.of(comparison(Variant.EPOLL, rounds.runs()), comparison(Variant.JSON, rounds.runs())),
                rounds.skipped());
        PeersTable.print(PeerGroup.ofTransports(List.of(result)), result.skipped(), terminal);
        if (out != null) {
            terminal.println("written: " + ResultFiles.write(out, "transports", result));
            terminal.flush();
        }
        return rounds.runs().isEmpty() ? 1 : 0;
    }

    private Set<Variant> variants() {
        Set<Variant> variants = new LinkedHashSet<>();
        for (String name : only) {
            variants.add(Variant.of(name)
                    .orElseThrow(() -> new ParameterException(
                            spec.commandLine(), "--only: '" + name + "' is none; see --help for those there are")));
        }
        return variants;
    }

    private static List<Contestant> of(DialectName dialect, List<Contestant> contestants) {
        return contestants.stream().filter(each -> each.dialect() == dialect).toList();
    }

    /** The runs in the encoding of that variant, beside it. */
    private static Comparison comparison(Variant baseline, List<Run> runs) {
        return new Comparison(
                baseline.dialect().name().toLowerCase(Locale.ROOT),
                baseline.token(),
                runs.stream()
                        .filter(run -> Variant.of(run.server()).orElseThrow().dialect() == baseline.dialect())
                        .toList());
    }
}
