package io.essaim.bench.compare;

import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How servers are compared, on command lines that do. */
final class RoundOptions {
    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // filled by picocli
    private CommandSpec spec;

    @Option(
            names = "--fps",
            paramLabel = "N",
            defaultValue = "60",
            description = "ticks a second (default ${DEFAULT-VALUE})")
    private int fps;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "3",
            description = "how often (default ${DEFAULT-VALUE})")
    private int rounds;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "10",
            description = "of each measurement (default ${DEFAULT-VALUE})")
    private int seconds;

    @Option(
            names = "--warmup",
            paramLabel = "N",
            defaultValue = "5",
            description = "seconds before it (default ${DEFAULT-VALUE})")
    private int warmup;

    @Option(
            names = "--pin",
            arity = "1",
            paramLabel = "BOOL",
            defaultValue = "true",
            description = "server on the first core, load generator on the rest (default ${DEFAULT-VALUE})")
    private boolean pin;

    int fps() {
        return fps;
    }

    int rounds() {
        return rounds;
    }

    int seconds() {
        return seconds;
    }

    int warmup() {
        return warmup;
    }

    Pinning pinning() throws IOException, InterruptedException {
        return pin ? Pinning.pinThisProcess() : Pinning.none();
    }

    /** @param clients numbers of clients, which have the same least value */
    void check(List<Integer> clients) {
        if (rounds < 1 || seconds < 1 || fps < 1 || clients.stream().anyMatch(count -> count < 1)) {
            throw new ParameterException(
                    spec.commandLine(), "--rounds, --seconds, --fps and the numbers of clients are at least 1");
        }
        if (warmup < 0) {
            throw new ParameterException(spec.commandLine(), "--warmup=" + warmup + ", 0 seconds or more are possible");
        }
    }
}
