package io.essaim.bench.compare;

import java.io.IOException;
import java.util.List;

/**
 * Keeps server and load generator on cores of their own, by {@code taskset} (util-linux): the server on the first, the
 * generator on the rest. Then neither takes the other's time, and every server has the same.
 *
 * @param ofServer what to put before the server's command line; nothing when they share all cores
 */
record Pinning(List<String> ofServer) {
    /** Nobody is kept anywhere. */
    static final Pinning NONE = new Pinning(List.of());

    /**
     * Pins this process, all its threads.
     *
     * @throws IOException when that cannot be done here; the message says why
     */
    static Pinning pinThisProcess() throws IOException, InterruptedException {
        int cores = Runtime.getRuntime().availableProcessors();
        if (cores < 2) {
            throw new IOException("one core cannot be divided; --pin=false shares it");
        }
        String rest = cores == 2 ? "1" : "1-" + (cores - 1);
        List<String> command = List.of(
                "taskset",
                "-a",
                "-c",
                "-p",
                rest,
                Long.toString(ProcessHandle.current().pid()));
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            throw new IOException("taskset is not there (package util-linux); --pin=false does without", e);
        }
        if (process.waitFor() != 0) {
            throw new IOException("'" + String.join(" ", command) + "' failed; --pin=false does without");
        }
        return new Pinning(List.of("taskset", "-c", "0"));
    }
}
