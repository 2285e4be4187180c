package io.essaim.bench.size;

import io.essaim.bench.CommandLines;
import io.essaim.bench.motion.BuiltInMotion;
import io.essaim.bench.motion.Motion;
import io.essaim.bench.result.EnvironmentProbe;
import io.essaim.bench.result.ResultFiles;
import io.essaim.bench.result.SizeResult;
import io.essaim.protocol.Limits;
import io.essaim.server.swarm.TrajectoryException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code essaim bench size}. */
@Command(
        sortOptions = false,
        header =
                "How large one frame is in each form: JSON, deflated JSON, MessagePack, CBOR, Protobuf, FlatBuffers, SBE"
                        + " plain and delta.",
        description = {
            "%nWrites the same frames in every form and counts the bytes: facts, not measurements, the same on every"
                    + " machine. Without files, the frames are those of the server's generator, of its flock, of Brownian"
                    + " motion, and of frequencies that walk at random: about two minutes. The form delta is read back,"
                    + " frame by frame, or the command fails.%n"
        },
        footer = {
            "%nExamples:",
            "  essaim bench size",
            "  essaim bench size --agents=10,350,10000 --frames=120",
            "  essaim bench size jackdaws.csv.gz            a recording, as --source=file: plays it, once through",
            "  essaim bench size --out=results              writes results/size.size.json, too, for the report",
            "  essaim bench size --plot=docs/codec-sizes.svg"
        })
@SuppressWarnings("NullAway.Init") // filled by picocli
public final class SizeCommand implements Callable<Integer> {
    private static final int AGENTS = 350;
    private static final int FRAMES_MAX = 216_000;

    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "FILE",
            description = "Recorded trajectories (CSV, plain or gzip) in place of the built-in sets. Where one has no"
                    + " frequencies, its agents get the generator's.")
    private List<Path> files = new ArrayList<>();

    @Option(
            names = "--agents",
            paramLabel = "N",
            split = ",",
            description = "Sizes of the built-in sets, 1 to 100000 each. Default: " + AGENTS)
    private @Nullable List<Integer> agents;

    @Option(
            names = "--frames",
            paramLabel = "N",
            defaultValue = "3600",
            description = "Consecutive frames to take the mean of, 1 to " + FRAMES_MAX
                    + "; of a file at most what it has. Default: ${DEFAULT-VALUE}, a minute")
    private int frames;

    @Option(names = "--out", paramLabel = "FOLDER", description = "Writes FOLDER/size.size.json, too.")
    private @Nullable Path out;

    @Option(names = "--plot", paramLabel = "FILE", description = "Writes the sizes as a picture (SVG), too.")
    private @Nullable Path plot;

    /** Ready to execute the arguments that come after the name. */
    public static CommandLine commandLine() {
        return CommandLines.of("essaim bench size", new SizeCommand());
    }

    @Override
    public Integer call() throws IOException, TrajectoryException {
        if (agents != null && !files.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "--agents is of the built-in sets; a file has its own number of agents");
        }
        List<Integer> counts = agents == null ? List.of(AGENTS) : agents;
        counts.forEach(count -> check("--agents", count, Limits.AGENTS_MAX));
        check("--frames", frames, FRAMES_MAX);
        EnvironmentProbe probe = EnvironmentProbe.begin();
        SizeTable table = new SizeTable(spec.commandLine().getOut());
        List<FrameSizes> all = new ArrayList<>();
        for (Path file : files) {
            measure(Motion.ofFile(file, frames), table, all);
        }
        if (files.isEmpty()) {
            for (int count : counts) {
                for (BuiltInMotion motion : BuiltInMotion.values()) {
                    measure(motion.frames(count, frames), table, all);
                }
            }
        }
        table.explain();
        if (plot != null) {
            Files.writeString(plot, SizePlot.of(all));
        }
        if (out != null) {
            ResultFiles.write(
                    out,
                    "size",
                    new SizeResult(
                            probe.end(),
                            repeating(counts),
                            source(),
                            all.stream().flatMap(sizes -> sizes.rows().stream()).toList(),
                            all.stream().map(FrameSizes::codec).toList()));
        }
        return 0;
    }

    private static void measure(Motion motion, SizeTable table, List<FrameSizes> all) {
        FrameSizes sizes = FrameSizes.of(motion);
        table.print(sizes);
        all.add(sizes);
    }

    private String repeating(List<Integer> counts) {
        String what = files.isEmpty()
                ? "--agents=" + counts.stream().map(String::valueOf).collect(Collectors.joining(","))
                : files.stream().map(Path::toString).collect(Collectors.joining(" "));
        return "./essaim bench size " + what + " --frames=" + frames;
    }

    private String source() {
        return files.isEmpty()
                ? frames + " consecutive frames of each set by the default settings, from tick "
                        + BuiltInMotion.FIRST_TICK + " on"
                : "recorded trajectories, from their beginning, " + frames + " frames at most";
    }

    private void check(String option, int value, int max) {
        if (value < 1 || value > max) {
            throw new ParameterException(spec.commandLine(), option + "=" + value + ", from 1 to " + max);
        }
    }
}
