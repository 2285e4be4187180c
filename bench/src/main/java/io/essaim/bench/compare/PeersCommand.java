package io.essaim.bench.compare;

import io.essaim.bench.CommandLines;
import io.essaim.bench.Recording;
import io.essaim.bench.compare.Rounds.Heat;
import io.essaim.bench.load.FrameForm;
import io.essaim.bench.load.Wire;
import io.essaim.bench.report.PeerGroup;
import io.essaim.bench.result.EnvironmentProbe;
import io.essaim.bench.result.PeersResult;
import io.essaim.bench.result.ResultFiles;
import io.essaim.protocol.sbe.SbeFrameEncoder;
import io.essaim.protocol.swarm.SwarmFrame;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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

    @Mixin
    private final RoundOptions options = new RoundOptions();

    @Option(names = "--out", paramLabel = "FOLDER", description = "write peers.peers.json for 'essaim bench report'")
    private @Nullable Path out;

    private final Checkout checkout = Checkout.ofThisCode();
    /** The command, ready to be executed. */
    public static CommandLine commandLine() {
        return CommandLines.of("essaim bench peers", new PeersCommand());
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Set<Peer> peers = peers();
        options.check(clients);
        EnvironmentProbe environment = EnvironmentProbe.begin();
        Path payload = Files.createTempFile("essaim-payload-", ".bin");
        try {
            byte[] frame = frame();
            Files.write(payload, frame);
            Rounds rounds = new Rounds(options, command(), terminal());
            List<Contestant> able = rounds.able(
                    peers.stream().map(peer -> contestant(peer, payload)).toList());
            rounds.run(clients.stream().map(count -> new Heat(able, count)).toList());
            PeersResult result =
                    new PeersResult(environment.end(), command(), frame.length, rounds.runs(), rounds.skipped());
            PeersTable.print(PeerGroup.of(List.of(result)), result.skipped(), terminal());
            if (out != null) {
                terminal().println("written: " + ResultFiles.write(out, "peers", result));
                terminal().flush();
            }
            return rounds.runs().stream().anyMatch(run -> run.server().equals(Peer.ESSAIM.token())) ? 0 : 1;
        } finally {
            Files.delete(payload);
        }
    }

    private Contestant contestant(Peer peer, Path payload) {
        return new Contestant(
                peer.token(),
                peer.version(),
                peer.dialect(),
                "ws",
                // What the others send: each value whole.
                Wire.DEFAULT.withForm(FrameForm.PLAIN),
                count -> peer.command(checkout, options.fps(), count, payload));
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
        return peers;
    }

    /** What every server sends: a frame of Essaim's own generator, in the plain form. */
    private static byte[] frame() {
        Recording recording = new Recording(Rounds.AGENTS);
        SwarmFrame frame = recording.frames().get(0);
        SbeFrameEncoder encoder = new SbeFrameEncoder(recording.stream().valueBits());
        byte[] bytes = new byte[encoder.length(frame.agentCount())];
        encoder.encode(frame, new UnsafeBuffer(bytes), 0);
        return bytes;
    }
}
