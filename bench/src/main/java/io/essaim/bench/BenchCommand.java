package io.essaim.bench;

import io.essaim.bench.compare.GrowthCommand;
import io.essaim.bench.compare.PeersCommand;
import io.essaim.bench.load.LoadCommand;
import io.essaim.bench.report.ReportCommand;
import io.essaim.server.stream.RingBenchmark;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
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
 * {@code essaim bench}: thin over JMH's own command line. A name stands for a benchmark class, everything after it goes to
 * JMH as it is; {@code frame} adds a table that says what the numbers mean.
 */
public final class BenchCommand {
    private static final int OK = 0;
    private static final int FAILED = 1;
    private static final int MISUSED = 2;

    private static final String FRAME = "frame";
    private static final Map<String, Class<?>> NAMES = new TreeMap<>(
            Map.of(FRAME, FrameBenchmark.class, "ring", RingBenchmark.class, "fanout", FanOutBenchmark.class));

    /** What is not JMH's: looked up by the first argument, which is not passed on. */
    private static final Map<String, Supplier<CommandLine>> COMMANDS = Map.of(
            "load", LoadCommand::commandLine,
            "peers", PeersCommand::commandLine,
            "growth", GrowthCommand::commandLine,
            "report", ReportCommand::commandLine);

    private static final String USAGE = """
            Usage: essaim bench NAME [JMH OPTION]...

              frame    encode and decode a frame in each form, and the bandwidth a client needs; about a minute
              ring     hand a frame from the clock to an event loop: the ring against a queue of the JDK
              fanout   one tick to 500 viewers in memory
              report   write the results of a folder as one page; 'essaim bench report --help' tells more

            Any other NAME is JMH's regular expression over benchmarks. Runs are short: enough to see an order of
            magnitude. For a number to publish:  essaim bench frame -f 3 -wi 5 -w 1 -i 10 -r 1

              essaim bench frame -p agents=350          one size of swarm only
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
        if (command != null) {
            return command.get().execute(Arrays.copyOfRange(args, 1, args.length));
        }
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
            } else if (args[0].equals(FRAME)) {
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
        System.out.println("Measuring frames in each form, for about a minute; -v NORMAL shows each run.");
        Options quiet = options.verbosity().hasValue()
                ? options
                : new OptionsBuilder()
                        .parent(options)
                        .verbosity(VerboseMode.SILENT)
                        .build();
        new FrameReport(new Runner(quiet).run()).print(System.out);
    }

    /** The first argument's name as JMH knows it; the rest as it is. */
    private static String[] forJmh(String[] args) {
        List<String> forJmh = new ArrayList<>(Arrays.asList(args));
        Class<?> benchmark = NAMES.get(args[0]);
        if (benchmark != null) {
            forJmh.set(0, benchmark.getName().replace(".", "\\.") + "\\.");
        }
        if (args[0].equals(FRAME)) {
            forJmh.addAll(List.of("-prof", "gc"));
        }
        return forJmh.toArray(String[]::new);
    }
}
