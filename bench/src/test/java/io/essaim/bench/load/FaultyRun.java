package io.essaim.bench.load;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;

/** One run of the command against a proxy: how it ended, what it printed, and the reasons of its verdict among that. */
record FaultyRun(int exitCode, String output, List<String> reasons) {
    /** Of the server, so that ten thousand frames are a matter of two seconds. */
    static final int FRAMES_PER_SECOND = 120;

    /** Sees more than ten thousand frames, and the ten-thousandth well within the time that is measured. */
    static FaultyRun ofTenThousand(FaultyProxy proxy, String encoding, String... more) {
        List<String> options = new ArrayList<>(
                List.of("--clients=60", "--fps=" + FRAMES_PER_SECOND, "--duration=2s", "--warmup=300ms"));
        options.addAll(List.of(more));
        return of(proxy, encoding, options.toArray(String[]::new));
    }

    static FaultyRun of(FaultyProxy proxy, String encoding, String... options) {
        List<String> arguments = new ArrayList<>(List.of("ws://127.0.0.1:" + proxy.port(), "--encoding=" + encoding));
        arguments.addAll(List.of(options));
        StringWriter output = new StringWriter();
        CommandLine command = LoadCommand.commandLine().setOut(new PrintWriter(output));
        command.setErr(new PrintWriter(Writer.nullWriter()));
        int exitCode = command.execute(arguments.toArray(String[]::new));
        List<String> reasons = output.toString()
                .lines()
                .filter(line -> line.startsWith("           - "))
                .toList();
        return new FaultyRun(exitCode, output.toString(), reasons);
    }
}
