package io.essaim.server.interop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/** A program that a test runs to its end, which must be a good one and come in time. */
final class Program {
    private final ProcessBuilder builder;

    Program(Path folder, Object... command) {
        builder = new ProcessBuilder(
                        Arrays.stream(command).map(Object::toString).toList())
                .directory(folder.toFile())
                .redirectErrorStream(true);
    }

    Program with(String variable, Object value) {
        builder.environment().put(variable, value.toString());
        return this;
    }

    /**
     * Runs it, without anything on its standard input.
     *
     * @return what it printed
     * @throws AssertionError with what it printed, when it failed or had to be killed
     */
    String run(Duration limit) throws IOException, InterruptedException {
        Path output = Files.createTempFile("program", ".log");
        try {
            Process process = builder.redirectOutput(output.toFile()).start();
            process.getOutputStream().close();
            boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
            // npm and node --test have children of their own.
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
            String printed = Files.readString(output);
            if (!ended || process.exitValue() != 0) {
                String end = ended ? "ended with " + process.exitValue() : "did not end within " + limit;
                throw new AssertionError(String.join(" ", builder.command()) + " " + end + ":\n" + printed);
            }
            return printed;
        } finally {
            Files.delete(output);
        }
    }
}
