package io.essaim.bench;

import io.essaim.bench.compare.AllCommand;
import io.essaim.bench.compare.GrowthCommand;
import io.essaim.bench.compare.PeersCommand;
import io.essaim.bench.compare.TransportsCommand;
import io.essaim.bench.compare.WireCommand;
import io.essaim.bench.disturb.DisturbancesCommand;
import io.essaim.bench.events.EventsCommand;
import io.essaim.bench.handshake.HandshakesCommand;
import io.essaim.bench.load.LoadCommand;
import io.essaim.bench.report.ReportCommand;
import io.essaim.bench.size.SizeCommand;
import io.essaim.bench.views.ViewsCommand;
import io.essaim.server.stream.RingBenchmark;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.NoBenchmarksException;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;
import picocli.CommandLine;

/**
 * {@code essaim bench}: commands of their own, which have picocli's options, and benchmarks of JMH, which have JMH's. A
 * benchmark's name stands for its classes, everything after it goes to JMH as it is; {@code frame}, {@code messages} and
 * {@code codec} add tables that say what the numbers mean.
 */
public final class BenchCommand {
    private static final int OK = 0;
    private static final int FAILED = 1;
    private static final int MISUSED = 2;

    /** What is not JMH's: looked up by the first argument, which is not passed on. */
    private static final Map<String, Supplier<CommandLine>> COMMANDS = Map.ofEntries(
            Map.entry("size", SizeCommand::commandLine),
            Map.entry("load", LoadCommand::commandLine),
            Map.entry("peers", PeersCommand::commandLine),
            Map.entry("transports", TransportsCommand::commandLine),
            Map.entry("growth", GrowthCommand::commandLine),
            Map.entry("wire", WireCommand::commandLine),
            Map.entry("disturbances", DisturbancesCommand::commandLine),
            Map.entry("events", EventsCommand::commandLine),
            Map.entry("handshakes", HandshakesCommand::commandLine),
            Map.entry("views", ViewsCommand::commandLine),
            Map.entry("report", ReportCommand::commandLine),
            Map.entry("all", () -> AllCommand.commandLine(BenchCommand::run)));

    private static final Map<String, List<Class<?>>> BENCHMARKS = Map.ofEntries(
            Map.entry("frame", List.of(FrameBenchmark.class)),
            Map.entry("messages", List.of(FrameBenchmark.class, MessageBenchmark.class)),
            Map.entry("codec", List.of(CodecBenchmark.class)),
            Map.entry("deflate", List.of(DeflateBenchmark.class)),
            Map.entry("ingest", List.of(IngestBenchmark.class)),
            Map.entry("ring", List.of(RingBenchmark.class)),
            Map.entry("fanout", List.of(FanOutBenchmark.class)),
            Map.entry("sources", List.of(SourceBenchmark.class)));

    /** The benchmarks that end with a table. */
    private static final Set<String> REPORTED = Set.of("frame", "messages", "codec");

    private static final String USAGE = """
            Usage: essaim bench NAME [OPTION]...

            Commands; 'essaim bench NAME --help' tells their options:
              size          bytes of a frame in each form: JSON, deflated, MessagePack, CBOR, Protobuf, FlatBuffers, SBE
                            plain and delta; of the generator, of harder motion, or of recorded files
              load          viewers of a server, every frame of theirs checked
              peers         the same work done by other servers
              transports    and by Essaim over each of its ways to a socket: epoll, nio, io_uring, TLS, deflate
              growth        costs by agents and by clients
              wire          what one client receives, plain and delta, of sources that are named
              disturbances  what one thing going wrong costs everybody else
              events        events by the ten thousand, cut connections, misbehaving clients, and against polling
              handshakes    what it costs to let somebody in, without and with a token
              views         parts of the swarm for many viewers, every frame checked
              report        the results of a folder as one page, and as Markdown
              all           every figure, one after the other

            Benchmarks, in one JVM and without a network; their options are JMH's:
              messages  encode and decode of every message, frames too, in JSON and in binary; about three minutes
              frame     of these the frames only, and the bandwidth a client needs; about a minute and a half
              codec     encode and decode of frames and keyframes in the form delta, at six sizes; six minutes
              deflate   compress the JSON of a frame, at several levels; twenty seconds
              ingest    decode a producer's state of 350, 10,000 and 100,000 agents; twenty seconds
              ring      hand a frame from the clock to an event loop: the ring, which needs neither object nor lock,
                        against a queue of the JDK; twenty seconds
              fanout    one tick to 1 and to 500 viewers in memory: the difference is a viewer's share; twenty seconds
              sources   one step of the flow and of the flock, of 350, 10,000 and 100,000 agents; a minute

            Any other NAME is JMH's regular expression over benchmarks. Runs are short: enough to see an order of
            magnitude. For a number to publish:  essaim bench frame -f 3 -wi 5 -w 1 -i 10 -r 1

              essaim bench frame -p agents=350          one size of swarm only
              essaim bench messages -p message=ping -p agents=10
              essaim bench ring -prof gc                what is allocated, too
              essaim bench fanout -rf json -rff f.json  into a file
              essaim bench -h                           all options of JMH
              essaim bench -l                           all benchmarks

            Ends with 0 when all is well, 1 when a benchmark failed, 2 when the command line has errors.
            """;

    private BenchCommand() {}

    public static void main(String[] args) throws IOException {
        System.exit(run(args));
    }

    /** Returns the exit code. */
    static int run(String... args) throws IOException {
        if (args.length == 0) {
            System.out.print(USAGE);
            return OK;
        }
        Supplier<CommandLine> command = COMMANDS.get(args[0]);
        return command == null ? measure(args) : command.get().execute(Arrays.copyOfRange(args, 1, args.length));
    }

    private static int measure(String... args) throws IOException {
        try {
            CommandLineOptions options = new CommandLineOptions(forJmh(args));
            if (options.shouldHelp()) {
                System.out.println(USAGE);
                options.showHelp();
            } else if (options.shouldList()) {
                new Runner(options).list();
            } else if (options.shouldListWithParams()) {
                new Runner(options).listWithParams(options);
            } else if (options.shouldListProfilers()) {
                options.listProfilers();
            } else if (options.shouldListResultFormats()) {
                options.listResultFormats();
            } else if (REPORTED.contains(args[0])) {
                report(options);
            } else {
                Collection<RunResult> unused = new Runner(options).run();
            }
            return OK;
        } catch (CommandLineOptionException e) {
            System.err.println("essaim bench: " + e.getMessage() + "; 'essaim bench -h' lists the options");
            return MISUSED;
        } catch (NoBenchmarksException e) {
            System.err.println("essaim bench: no benchmark is named so; 'essaim bench' alone lists the names");
            return MISUSED;
        } catch (RunnerException e) {
            System.err.println("essaim bench: " + e.getMessage());
            return FAILED;
        }
    }

    private static void report(CommandLineOptions options) throws RunnerException {
        System.out.println("Measuring, for minutes and in silence; -v NORMAL shows each run.");
        Options quiet = options.verbosity().hasValue()
                ? options
                : new OptionsBuilder()
                        .parent(options)
                        .verbosity(VerboseMode.SILENT)
                        .build();
        Collection<RunResult> results = new Runner(quiet).run();
        new FrameReport(of(FrameBenchmark.class, results)).print(System.out);
        new MessageReport(of(MessageBenchmark.class, results)).print(System.out);
        new CodecReport(of(CodecBenchmark.class, results)).print(System.out);
        System.out.println("ns      mean ± half of the 99.9 % confidence interval, in percent");
        if (results.stream().anyMatch(Cells::isNoisy)) {
            System.out.printf(
                    "%nSome times are uncertain by more than %.0f %%: the machine was busy. Sizes and allocation stand;%n"
                            + "times are no number to publish.%n",
                    Cells.NOISY_PERCENT);
        }
    }

    private static List<RunResult> of(Class<?> benchmark, Collection<RunResult> results) {
        return results.stream()
                .filter(result -> result.getParams().getBenchmark().startsWith(benchmark.getName() + "."))
                .toList();
    }

    /** The first argument's name as JMH knows it; the rest as it is. */
    private static String[] forJmh(String[] args) {
        List<String> forJmh = new ArrayList<>(Arrays.asList(args));
        List<Class<?>> classes = BENCHMARKS.get(args[0]);
        if (classes != null) {
            forJmh.set(
                    0,
                    classes.stream()
                            .map(benchmark -> benchmark.getName().replace(".", "\\.") + "\\.")
                            .collect(Collectors.joining("|")));
        }
        if (REPORTED.contains(args[0])) {
            forJmh.addAll(List.of("-prof", "gc"));
        }
        return forJmh.toArray(String[]::new);
    }
}
