package io.essaim.bench.peers;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A peer that runs, until it is closed by SIGTERM. */
final class PeerProcess implements AutoCloseable {
    private static final String LISTENING = "listening ";
    private static final int SECONDS_TO_END = 20;

    private final Process process;
    private final int port;

    private PeerProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Returns when it says that it listens. */
    static PeerProcess start(PeerKind kind, int framesPerSecond, Path payload) throws IOException {
        kind.assumeInstalled();
        Process process = new ProcessBuilder(kind.command(
                        "--port", "0", "--fps", Integer.toString(framesPerSecond), "--payload", payload.toString()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        String line = out.readLine();
        if (line == null || !line.startsWith(LISTENING)) {
            process.destroyForcibly();
            throw new AssertionError("the first line of " + kind + " is " + line);
        }
        return new PeerProcess(process, Integer.parseInt(line.substring(LISTENING.length())));
    }

    int port() {
        return port;
    }

    /** Fails when SIGTERM does not end it. */
    @Override
    public void close() {
        process.destroy();
        try {
            process.onExit().orTimeout(SECONDS_TO_END, TimeUnit.SECONDS).join();
        } finally {
            process.destroyForcibly();
        }
    }
}
