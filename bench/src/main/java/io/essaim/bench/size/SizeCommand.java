package io.essaim.bench.size;

import io.essaim.bench.CommandLines;
import io.essaim.bench.Recording;
import io.essaim.bench.result.EnvironmentProbe;
import io.essaim.bench.result.ResultFiles;
import io.essaim.bench.result.SizeResult;
import io.essaim.protocol.Limits;
import java.io.IOException;
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
import picocli.CommandLine.Spec;

/** {@code essaim bench size}. */
@Command(
        sortOptions = false,
        header =
                "How large one frame is in each form: JSON, deflated JSON, MessagePack, CBOR, Protobuf, FlatBuffers, SBE.",
        description = {
            "%nWrites the same frames of the server's generator in every form and counts the bytes: facts, not"
                    + " measurements, the same on every machine. Takes a few seconds.%n"
        },
        footer = {
            "%nExamples:",
            "  essaim bench size",
            "  essaim bench size --agents 350     one size of swarm only",
            "  essaim bench size --out results    writes results/size.size.json, too, for the report"
        })
@SuppressWarnings("NullAway.Init") // filled by picocli
public final class SizeCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--agents",
            paramLabel = "N",
            split = ",",
            defaultValue = "10,350,10000",
            description = "Sizes of the swarm, 1 to 100000 each. Default: ${DEFAULT-VALUE}")
    private List<Integer> agents;

    @Option(
            names = "--frames",
            paramLabel = "N",
            defaultValue = "120",
            description = "Consecutive frames to take the mean of, 1 to 600. Default: ${DEFAULT-VALUE}, two seconds")
    private int frames;

    @Option(names = "--out", paramLabel = "FOLDER", description = "Writes FOLDER/size.size.json, too.")
    private @Nullable Path out;

    /** Ready to execute the arguments that come after the name. */
    public static CommandLine commandLine() {
        return CommandLines.of("essaim bench size", new SizeCommand());
    }

    @Override
    public Integer call() throws IOException {
        agents.forEach(count -> check("--agents", count, Limits.AGENTS_MAX));
        check("--frames", frames, 600);
        EnvironmentProbe probe = EnvironmentProbe.begin();
        SizeTable table = new SizeTable(spec.commandLine().getOut());
        List<SizeResult.Row> all = new ArrayList<>();
        for (int count : agents) {
            Recording recording = new Recording(count, frames);
            List<SizeResult.Row> rows = FrameSizes.of(recording);
            table.print(recording, rows);
            all.addAll(rows);
        }
        table.explain(frames);
        if (out != null) {
            ResultFiles.write(out, "size", new SizeResult(probe.end(), repeating(), source(), all));
        }
        return 0;
    }

    private String repeating() {
        return "./essaim bench size --agents "
                + agents.stream().map(String::valueOf).collect(Collectors.joining(",")) + " --frames " + frames;
    }

    private String source() {
        return frames + " consecutive frames of the generated flow by its default settings, from tick "
                + Recording.FIRST_TICK + " on";
    }

    private void check(String option, int value, int max) {
        if (value < 1 || value > max) {
            throw new ParameterException(spec.commandLine(), option + "=" + value + ", from 1 to " + max);
        }
    }
}
