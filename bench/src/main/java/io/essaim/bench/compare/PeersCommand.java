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
import io.essaim.protocol.sbe.SbeDeltaEncoder;
import io.essaim.protocol.sbe.SbeFrameEncoder;
import io.essaim.protocol.swarm.SwarmFrame;
import io.essaim.protocol.swarm.delta.DeltaEncoder;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
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
            "  essaim bench peers --form=delta               what viewers get by default, a twentieth of the bytes",
            "  essaim bench peers                            500 and 2,000 clients, 20 minutes",
            "  essaim bench peers --clients=500 --rounds=1   a first impression",
            "  essaim bench peers --servers=essaim,vertx     two of them",
            "  essaim bench peers --out=results              a file for 'essaim bench report'"
        })
public final class PeersCommand implements Callable<Integer> {
    private static final int RUN_IN_FRAMES = 200;
    private static final int MEASURED_FRAMES = 100;

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
            names = "--form",
            paramLabel = "NAME",
            defaultValue = "plain",
            description = "what is sent: plain, 2.8 KB a frame, or delta, of which the others send one of "
                    + "middling length again and again (default ${DEFAULT-VALUE})")
    private String form = "plain";

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
        boolean isDelta = isDelta();
        EnvironmentProbe environment = EnvironmentProbe.begin();
        Path payload = Files.createTempFile("essaim-payload-", ".bin");
        try {
            byte[] frame = isDelta ? deltaFrame() : plainFrame();
            Files.write(payload, frame);
            Rounds rounds = new Rounds(options, command(), terminal());
            List<Contestant> able = rounds.able(peers.stream()
                    .map(peer -> contestant(peer, payload, isDelta))
                    .toList());
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

    private Contestant contestant(Peer peer, Path payload, boolean isDelta) {
        return new Contestant(
                peer.token(),
                peer.version(),
                peer.dialect(),
                "ws",
                Wire.DEFAULT.withForm(isDelta ? FrameForm.DELTA : FrameForm.PLAIN),
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

    private boolean isDelta() {
        if (!form.equals("plain") && !form.equals("delta")) {
            throw new ParameterException(spec.commandLine(), "--form: '" + form + "' is none; plain or delta");
        }
        return form.equals("delta");
    }

    /** What every other server sends: of the generator's deltas one whose length is nearest to their mean. */
    private static byte[] deltaFrame() {
        Recording recording = new Recording(Rounds.AGENTS, RUN_IN_FRAMES + MEASURED_FRAMES);
        DeltaEncoder encoder = new DeltaEncoder(recording.stream().valueBits());
        encoder.add(Rounds.AGENTS);
        List<byte[]> messages = new ArrayList<>();
        for (SwarmFrame frame : recording.frames()) {
            int length = encoder.encode(frame);
            byte[] message = new byte[SbeDeltaEncoder.length(length)];
            new SbeDeltaEncoder()
                    .encodeFrame(
                            frame.sequence(),
                            frame.timeMicros(),
                            frame.rosterVersion(),
                            encoder.bytes(),
                            length,
                            new UnsafeBuffer(message),
                            0);
            messages.add(message);
        }
        List<byte[]> measured = messages.subList(RUN_IN_FRAMES, messages.size());
        double mean =
                measured.stream().mapToInt(message -> message.length).average().orElseThrow();
        return Collections.min(measured, Comparator.comparingDouble(message -> Math.abs(message.length - mean)));
    }

    /** What every server sends: a frame of Essaim's own generator, in the plain form. */
    private static byte[] plainFrame() {
        Recording recording = new Recording(Rounds.AGENTS);
        SwarmFrame frame = recording.frames().get(0);
        SbeFrameEncoder encoder = new SbeFrameEncoder(recording.stream().valueBits());
        byte[] bytes = new byte[encoder.length(frame.agentCount())];
        encoder.encode(frame, new UnsafeBuffer(bytes), 0);
        return bytes;
    }
}
