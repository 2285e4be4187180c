package io.essaim.bench.load;

import io.essaim.bench.CommandLines;
import io.essaim.bench.load.LoadPlan.DialectName;
import io.essaim.bench.load.LoadPlan.Disturbances;
import io.essaim.bench.result.Verdict;
import io.essaim.protocol.Message;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code essaim load}: the load generator's command line. */
@Command(
        name = "load",
        sortOptions = false,
        exitCodeOnExecutionException = 2,
        header = "Puts a server under load, checks every frame, and says whether it held.",
        description = {
            "",
            "Opens many viewers, measures the age of each frame from when its tick was due (whatever this process does "
                    + "meanwhile), and verifies order, gaps and content against one more viewer in JSON.",
            ""
        },
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            " 0:PASS: the asked rate was held, nothing is missing without an explanation",
            " 1:FAIL: the reasons are printed",
            " 2:the command line has errors, or there is no such server, or none that is trusted",
            " 3:INVALID: this machine or this process was the bottleneck, not the server"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  essaim load ws://localhost:8001                100 viewers for 30 s",
            "  essaim load ws://localhost:8001 --clients=400  more of them",
            "  essaim load ws://localhost:8001 --stall=10%%    some of them stop reading",
            "  essaim load ws://localhost:8001 --out=results  files for 'essaim bench report'",
            "  essaim load wss://localhost:8443 --ca=ca.pem   over TLS",
            "  essaim load ws://localhost:8001 --encoding=json --deflate",
            "  essaim load ws://localhost:8001 --form=delta   what is new, not each value whole"
        })
public final class LoadCommand implements Callable<Integer> {
    private static final int INVALID = 3;
    private static final String TLS = "wss";
    private static final String DEFAULT_PATH = "/ws/swarm";
    private static final int CLIENTS_MAX = 60_000;
    private static final int THREADS_MAX = 64;
    private static final int BATCH_MAX = 60;
    private static final Duration DURATION_MAX = Duration.ofDays(1);
    private static final Pattern DURATION = Pattern.compile("(\\d{1,6})(ms|s|m)");
    private static final Pattern SHARE = Pattern.compile("(\\d{1,3}(?:\\.\\d+)?)%");

    @Spec
    @SuppressWarnings("NullAway.Init") // filled by picocli
    private CommandSpec spec;

    @Parameters(
            paramLabel = "URL",
            description = "ws://HOST:PORT[/PATH], or wss:// for TLS; the path is " + DEFAULT_PATH + " unless given")
    @SuppressWarnings("NullAway.Init") // filled by picocli
    private URI url;

    @Option(
            names = "--clients",
            paramLabel = "N",
            defaultValue = "100",
            description = "viewers, and with --verify=content one more (default ${DEFAULT-VALUE})")
    private int clients;

    @Option(
            names = "--fps",
            paramLabel = "N",
            defaultValue = "60",
            description = "frames a second that each asks for (default ${DEFAULT-VALUE})")
    private int fps;

    @Option(
            names = "--encoding",
            paramLabel = "NAME",
            defaultValue = "sbe",
            description =
                    "sbe or json; for other servers bare (plain frames, no greeting), socketio or socketio_msgpack (default ${DEFAULT-VALUE})")
    @SuppressWarnings("NullAway.Init") // filled by picocli
    private DialectName encoding;

    @Option(
            names = "--form",
            paramLabel = "NAME",
            description = "of the frames in sbe: plain or delta (default: what the server gives)")
    private Message.@Nullable Form form;

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "1",
            description = "ticks whose messages come as one, in the form delta (default ${DEFAULT-VALUE})")
    private int batch;

    @Mixin
    private final WireOptions wire = new WireOptions();

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            defaultValue = "30s",
            description = "of the measurement, such as 500ms, 30s, 2m (default ${DEFAULT-VALUE})")
    @SuppressWarnings("NullAway.Init") // filled by picocli
    private Duration duration;

    @Option(
            names = "--warmup",
            paramLabel = "TIME",
            defaultValue = "5s",
            description = "between the last viewer's first frame and the measurement (default ${DEFAULT-VALUE})")
    @SuppressWarnings("NullAway.Init") // filled by picocli
    private Duration warmup;

    @Option(
            names = "--ramp",
            paramLabel = "N",
            defaultValue = "500",
            description = "connections opened in a second (default ${DEFAULT-VALUE})")
    private int ramp;

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "1",
            description = "threads that read; one takes about 150,000 frames a second (default ${DEFAULT-VALUE})")
    private int threads;

    @Option(
            names = "--verify",
            paramLabel = "WHAT",
            description = "content: every frame against a JSON reference connection (default for sbe and json); "
                    + "order: sequence, gaps, and that all viewers of a tick got the same bytes")
    private @Nullable Verify verify;

    @Option(
            names = "--late",
            paramLabel = "TIME",
            defaultValue = "100ms",
            description = "a frame older than this is a failure (default ${DEFAULT-VALUE})")
    @SuppressWarnings("NullAway.Init") // filled by picocli
    private Duration late;

    @Option(
            names = "--stall",
            paramLabel = "SHARE",
            defaultValue = "0%",
            description = "viewers that stop reading now and then, such as 10%%")
    @SuppressWarnings("NullAway.Init") // filled by picocli
    private Share stall;

    @Option(
            names = "--stall-for",
            paramLabel = "TIME",
            defaultValue = "5s",
            description =
                    "how long, and how long they read in between; a server closes who stalls too long (default ${DEFAULT-VALUE})")
    @SuppressWarnings("NullAway.Init") // filled by picocli
    private Duration stallFor;

    @Option(names = "--slow", paramLabel = "SHARE", defaultValue = "0%", description = "viewers behind a slow link")
    @SuppressWarnings("NullAway.Init") // filled by picocli
    private Share slow;

    @Option(
            names = "--slow-rate",
            paramLabel = "BYTES",
            defaultValue = "20000",
            description = "what that link carries in a second (default ${DEFAULT-VALUE})")
    private int slowRate;

    @Option(
            names = "--storm",
            paramLabel = "SHARE",
            defaultValue = "0%",
            description = "viewers that drop out together and come back at once")
    @SuppressWarnings("NullAway.Init") // filled by picocli
    private Share storm;

    @Option(
            names = "--storm-every",
            paramLabel = "TIME",
            defaultValue = "10s",
            description = "how often (default ${DEFAULT-VALUE})")
    @SuppressWarnings("NullAway.Init") // filled by picocli
    private Duration stormEvery;

    @Option(
            names = "--server-pid",
            paramLabel = "PID",
            description = "the server's process, for its CPU and memory; found by its port when it is on this machine")
    private @Nullable Long serverPid;

    @Option(
            names = "--out",
            paramLabel = "FOLDER",
            description = "write NAME.load.json, and the ages as NAME.hlog (one histogram a second) and NAME.hgrm")
    private @Nullable Path out;

    @Option(names = "--name", paramLabel = "NAME", description = "of these files, and of the run in a report")
    private @Nullable String name;

    /** How much is checked. */
    enum Verify {
        CONTENT,
        ORDER
    }

    /** A part of the clients, 0 to 1. */
    record Share(double value) {}

    /** The command, ready to be executed. */
    public static CommandLine commandLine() {
        return CommandLines.of("essaim load", new LoadCommand())
                .registerConverter(Duration.class, LoadCommand::duration)
                .registerConverter(Share.class, LoadCommand::share);
    }

    private static Duration duration(String text) {
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            throw new TypeConversionException("'" + text + "' is no duration such as 500ms, 30s or 2m");
        }
        long count = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(count);
            case "s" -> Duration.ofSeconds(count);
            default -> Duration.ofMinutes(count);
        };
    }

    private static Share share(String text) {
        Matcher matcher = SHARE.matcher(text);
        double value = matcher.matches() ? Double.parseDouble(matcher.group(1)) / 100 : -1;
        if (value < 0 || value > 1) {
            throw new TypeConversionException("'" + text + "' is no share such as 10%, from 0% to 100%");
        }
        return new Share(value);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        LoadPlan plan = plan();
        String label = name == null ? defaultLabel() : name;
        PrintWriter terminal = spec.commandLine().getOut();
        Optional<ServerProcess> process = process();
        try (LoadFiles files = LoadFiles.to(out, label)) {
            LoadRun.Outcome outcome = run(plan, process, files);
            LoadSummary.print(plan, outcome, terminal);
            String arguments =
                    String.join(" ", spec.commandLine().getParseResult().originalArgs());
            files.write(plan, outcome, "essaim load " + arguments);
            return exitCode(outcome.verdict());
        }
    }

    private LoadRun.Outcome run(LoadPlan plan, Optional<ServerProcess> process, LoadFiles files)
            throws IOException, InterruptedException {
        try (ProgressLine line = new ProgressLine(spec.commandLine().getErr())) {
            LoadRun run = new LoadRun(plan, process, progress -> {
                line.show(progress);
                files.second(progress);
            });
            return run.run();
        }
    }

    private static int exitCode(Verdict verdict) {
        return switch (verdict) {
            case PASS -> 0;
            case FAIL -> 1;
            case INVALID -> INVALID;
        };
    }

    private LoadPlan plan() throws IOException {
        check("--clients", clients, 1, CLIENTS_MAX);
        check("--fps", fps, 1, 240);
        check("--ramp", ramp, 1, 1_000_000);
        check("--threads", threads, 1, THREADS_MAX);
        check("--slow-rate", slowRate, 100, Integer.MAX_VALUE);
        check("--duration", duration, Duration.ofMillis(100));
        check("--warmup", warmup, Duration.ZERO);
        check("--late", late, Duration.ofMillis(1));
        check("--stall-for", stallFor, Duration.ofMillis(100));
        check("--storm-every", stormEvery, Duration.ofMillis(100));
        if (stall.value + slow.value + storm.value > 1) {
            throw new ParameterException(spec.commandLine(), "--stall, --slow and --storm exceed 100 % together");
        }
        boolean essaim = encoding == DialectName.SBE || encoding == DialectName.JSON;
        if (verify == Verify.CONTENT && !essaim) {
            throw new ParameterException(spec.commandLine(), "--verify=content needs an Essaim server: sbe or json");
        }
        URI target = target();
        LoadPlan plan = new LoadPlan(
                target,
                encoding,
                fps,
                clients,
                ramp,
                threads,
                warmup,
                duration,
                verify == null ? essaim : verify == Verify.CONTENT,
                late,
                new Disturbances(stall.value, stallFor, slow.value, slowRate, storm.value, stormEvery),
                wire.wire(TLS.equals(target.getScheme())).withForm(frameForm()));
        if (IntStream.range(0, clients).noneMatch(id -> Disturber.roleOf(id, plan) == Client.Role.STEADY)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--stall, --slow and --storm leave none of " + clients + " viewers to measure by");
        }
        return plan;
    }

    private FrameForm frameForm() {
        check("--batch", batch, 1, BATCH_MAX);
        FrameForm asked = new FrameForm(form, batch);
        if (form == Message.Form.JSON) {
            throw new ParameterException(spec.commandLine(), "--form=json: plain and delta are possible");
        }
        if (encoding != DialectName.SBE && !asked.equals(FrameForm.DEFAULT)) {
            throw new ParameterException(spec.commandLine(), "--form and --batch need --encoding=sbe");
        }
        if (batch > 1 && form == Message.Form.PLAIN) {
            throw new ParameterException(spec.commandLine(), "--batch=" + batch + " needs --form=delta");
        }
        return asked;
    }

    private URI target() {
        boolean tls = TLS.equals(url.getScheme());
        if ((!tls && !"ws".equals(url.getScheme())) || url.getHost() == null) {
            throw new ParameterException(
                    spec.commandLine(), "URL=" + url + ", ws://HOST:PORT or wss://HOST:PORT is expected");
        }
        int port = url.getPort() >= 0 ? url.getPort() : tls ? 443 : 80;
        check("the port of " + url, port, 1, 65_535);
        String path = url.getRawPath().length() <= 1 ? DEFAULT_PATH : url.getRawPath();
        String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
        return URI.create(url.getScheme() + "://" + url.getHost() + ":" + port + path + query);
    }

    private void check(String option, long value, long min, long max) {
        if (value < min || value > max) {
            throw new ParameterException(
                    spec.commandLine(), option + "=" + value + ", from " + min + " to " + max + " are possible");
        }
    }

    private void check(String option, Duration value, Duration min) {
        if (value.compareTo(min) < 0 || value.compareTo(DURATION_MAX) > 0) {
            throw new ParameterException(
                    spec.commandLine(),
                    option + "=" + value.toMillis() + "ms, from " + min.toMillis() + "ms to " + DURATION_MAX.toMinutes()
                            + "m are possible");
        }
    }

    private Optional<ServerProcess> process() throws IOException {
        if (serverPid != null) {
            return Optional.of(new ServerProcess(serverPid));
        }
        boolean here = InetAddress.getByName(url.getHost()).isLoopbackAddress();
        return here ? ServerProcess.listeningOn(target().getPort()) : Optional.empty();
    }

    private String defaultLabel() {
        return clients + "x" + fps + "-" + encoding.name().toLowerCase(Locale.ROOT);
    }
}
