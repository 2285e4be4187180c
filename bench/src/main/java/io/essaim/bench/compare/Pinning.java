package io.essaim.bench.compare;

import java.io.IOException;
import java.util.List;

/**
 * Keeps server and load generator on cores of their own, by {@code taskset} (util-linux): the server on the first, the
 * generator on the rest, until it is closed. Then neither takes the other's time, and every server has the same.
 */
public final class Pinning implements AutoCloseable {
    private final int cores;
    private final List<String> ofServer;

    private Pinning(int cores, List<String> ofServer) {
        this.cores = cores;
        this.ofServer = ofServer;
    }

    /** Nobody is kept anywhere. */
    public static Pinning none() {
        return new Pinning(0, List.of());
    }

    /**
     * Pins this process, all its threads.
     *
     * @throws IOException when that cannot be done here; the message says why
     */
    public static Pinning pinThisProcess() throws IOException, InterruptedException {
        int cores = Runtime.getRuntime().availableProcessors();
        if (cores < 2) {
            throw new IOException("one core cannot be divided; --pin=false shares it");
        }
        pin("1-" + (cores - 1));
        return new Pinning(cores, List.of("taskset", "-c", "0"));
    }

    /** What to put before the server's command line; nothing when they share all cores. */
    public List<String> ofServer() {
        return ofServer;
    }

    /** Gives this process all its cores back. */
    @Override
    public void close() throws IOException {
        if (cores > 0) {
            pin("0-" + (cores - 1));
        }
    }

    private static void pin(String to) throws IOException {
        List<String> command = List.of(
                "taskset",
                "-a",
                "-c",
                "-p",
                to,
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
        if (process.onExit().join().exitValue() != 0) {
            throw new IOException("'" + String.join(" ", command) + "' failed; --pin=false does without");
        }
    }
}
