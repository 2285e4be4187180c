package io.essaim.bench.compare;

import io.essaim.bench.CommandLines;
import io.essaim.client.ClientOptions;
import io.essaim.client.Statistics;
import io.essaim.client.SwarmClient;
import io.essaim.client.SwarmListener;
import io.essaim.protocol.Message;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.StreamDescription;
import io.essaim.protocol.swarm.SwarmFrame;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code essaim bench wire}: what a client receives in each binary form, counted by the client itself. */
@Command(
        sortOptions = false,
        exitCodeOnExecutionException = 1,
        header = "What one client receives in a second, plain and delta, of the sources that are named.",
        description = {
            "",
            "Starts a server for each source, has one Java client of each form watch it, and counts the payload of all messages: "
                    + "with the headers of SBE and whatever else the form needs, without WebSocket's. A join is counted apart.",
            ""
        },
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  essaim bench wire",
            "  essaim bench wire --seconds=60 generator flock file:flight.csv.gz",
            "  essaim bench wire --agents=10000 --form=delta flock"
        })
public final class WireCommand implements Callable<Integer> {
    private static final int SECONDS_MAX = 3_600;
    private static final int AGENTS_MAX = 100_000;
    private static final long JOIN_SECONDS_MAX = 30;
    private static final String ROW = "%-28s %7s %7s %9s %11s %11s %11s%n";

    /** Starts a server that streams a source; tests have one of their own. */
    @FunctionalInterface
    interface Servers {
        ServerUnderTest start(String source, int agents) throws IOException, InterruptedException;
    }

    @Spec
    @SuppressWarnings("NullAway.Init") // filled by picocli
    private CommandSpec spec;

    @Parameters(
            arity = "0..*",
            paramLabel = "SOURCE",
            defaultValue = "generator",
            description = "as the server's --source: generator, flock or file:PATH (default ${DEFAULT-VALUE})")
    private List<String> sources = List.of();

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "20",
            description = "that are counted (default ${DEFAULT-VALUE})")
    private int seconds;

    @Option(
            names = "--warmup",
            paramLabel = "N",
            defaultValue = "5",
            description = "seconds after the join that are not (default ${DEFAULT-VALUE})")
    private int warmup;

    @Option(
            names = "--agents",
            paramLabel = "N",
            defaultValue = "350",
            description = "of a computed source (default ${DEFAULT-VALUE})")
    private int agents;

    @Option(
            names = "--form",
            paramLabel = "NAME",
            split = ",",
            defaultValue = "plain,delta",
            description = "which (default ${DEFAULT-VALUE})")
    private List<Message.Form> forms = List.of();

    private final Servers servers;

    private WireCommand(Servers servers) {
        this.servers = servers;
    }

    /** The command, ready to be executed. */
    public static CommandLine commandLine() {
        return commandLine(WireCommand::serve);
    }

    static CommandLine commandLine(Servers servers) {
        return CommandLines.of("essaim bench wire", new WireCommand(servers));
    }

    private static ServerUnderTest serve(String source, int agents) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(Peer.essaim(Checkout.ofThisCode(), 60, 10, agents, 1));
        command.add("--source=" + source);
        return ServerUnderTest.start(command, List.of());
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        check("--seconds", seconds, SECONDS_MAX);
        check("--warmup", warmup, SECONDS_MAX);
        check("--agents", agents, AGENTS_MAX);
        if (forms.contains(Message.Form.JSON)) {
            throw new ParameterException(spec.commandLine(), "--form=json: plain and delta are possible");
        }
        out().printf(Locale.ROOT, ROW, "source", "form", "agents", "frames/s", "KB/s", "B a frame", "join, B");
        for (String source : sources) {
            try (ServerUnderTest server = servers.start(source, agents)) {
                measure(source, URI.create("ws://127.0.0.1:" + server.port() + "/ws/swarm"));
            }
        }
        return 0;
    }

    /** All forms at the same time: what one client costs does not touch the other's bytes. */
    private void measure(String source, URI url) throws IOException, InterruptedException {
        List<Watcher> watchers = new ArrayList<>();
        try {
            for (Message.Form form : forms) {
                watchers.add(new Watcher(url, form));
            }
            TimeUnit.SECONDS.sleep(warmup);
            watchers.forEach(Watcher::begin);
            TimeUnit.SECONDS.sleep(seconds);
            for (Watcher watcher : watchers) {
                watcher.print(source, out());
            }
        } finally {
            watchers.forEach(Watcher::close);
        }
    }

    private void check(String option, int value, int max) {
        if (value < 1 || value > max) {
            throw new ParameterException(spec.commandLine(), option + "=" + value + ", from 1 to " + max);
        }
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    /** One client. The command's thread, but for what the listener hears. */
    private static final class Watcher implements AutoCloseable {
        private final Message.Form form;
        private final Ear ear = new Ear();
        private final SwarmClient client;
        private Statistics first = new Statistics(0, 0, 0, 0, 0);
        private long beganNanos;

        Watcher(URI url, Message.Form form) throws IOException, InterruptedException {
            this.form = form;
            try {
                client = SwarmClient.connect(
                                url,
                                // Its own messages are answered, and their answers would be counted.
                                ClientOptions.DEFAULT.withForm(form).withPingInterval(Duration.ofHours(1)),
                                ear)
                        .get();
                ear.joined.get(JOIN_SECONDS_MAX, TimeUnit.SECONDS);
            } catch (ExecutionException e) {
                throw new IOException(form.token() + ": " + e.getCause(), e);
            } catch (TimeoutException e) {
                throw new IOException(form.token() + ": no frame came in " + JOIN_SECONDS_MAX + " s", e);
            }
        }

        void begin() {
            first = client.statistics();
            beganNanos = System.nanoTime();
        }

        /** @throws IOException when the connection did not last */
        void print(String source, PrintWriter out) throws IOException {
            Statistics last = client.statistics();
            double elapsed = (System.nanoTime() - beganNanos) / 1e9;
            Throwable failure = ear.failure;
            if (failure != null) {
                throw new IOException(form.token() + ": " + failure, failure);
            }
            long frames = last.frames() - first.frames();
            long bytes = last.bytes() - first.bytes();
            out.printf(
                    Locale.ROOT,
                    ROW,
                    source,
                    form.token(),
                    String.format(Locale.ROOT, "%,d", ear.agents),
                    String.format(Locale.ROOT, "%.1f", frames / elapsed),
                    String.format(Locale.ROOT, "%,.2f", bytes / elapsed / 1e3),
                    String.format(Locale.ROOT, "%,.1f", bytes / (double) Math.max(1, frames)),
                    String.format(Locale.ROOT, "%,d", ear.joined.join()));
            out.flush();
        }

        @Override
        public void close() {
            client.close();
        }
    }

    /** Called by the client's thread. */
    private static final class Ear implements SwarmListener {
        private @Nullable SwarmClient opened;
        private final CompletableFuture<Long> joined = new CompletableFuture<>();
        private volatile int agents;
        private volatile @Nullable Throwable failure;

        @Override
        public void onOpen(SwarmClient client) {
            opened = client;
        }

        @Override
        public void onFrame(SwarmFrame frame, Roster roster, StreamDescription stream) {
            agents = frame.agentCount();
            SwarmClient self = opened;
            if (self != null && !joined.isDone()) {
                joined.complete(self.statistics().bytes());
            }
        }

        @Override
        public void onClosed(int code, String reason) {
            onFailure(new IOException("closed with " + code + " " + reason));
        }

        @Override
        public void onFailure(Throwable cause) {
            failure = cause;
            joined.completeExceptionally(cause);
        }
    }
}
