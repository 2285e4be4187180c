package io.essaim.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server in a process of its own, from when it listens until it is closed. One thread. */
public final class ServerUnderTest implements AutoCloseable {
    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);
    private static final long POLL_MILLIS = 50;

    /** The peers say so in as many words; Essaim names its page. */
    private static final Pattern LISTENING = Pattern.compile("listening (\\d+)|https?://[^:/]+:(\\d+)/");

    private final Process process;
    private final Path log;
    private final int port;

    private ServerUnderTest(Process process, Path log, int port) {
        this.process = process;
        this.log = log;
        this.port = port;
    }

    /**
     * Starts a server and waits until it listens.
     *
     * @param prefix what to put before its command line, such as {@link Pinning#ofServer}
     * @throws IOException when it does not; the message has what it printed
     */
    public static ServerUnderTest start(List<String> command, List<String> prefix)
            throws IOException, InterruptedException {
        Path log = Files.createTempFile("essaim-server-", ".log");
        List<String> pinned = new ArrayList<>(prefix);
        pinned.addAll(command);
        ProcessBuilder builder =
                new ProcessBuilder(pinned).redirectErrorStream(true).redirectOutput(log.toFile());
        // What is compared is set by flags; a server's settings in the environment are somebody else's.
        builder.environment().keySet().removeIf(name -> name.startsWith("ESSAIM_"));
        Process process = builder.start();
        long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
        while (process.isAlive() && System.nanoTime() < deadline) {
            Matcher matcher = LISTENING.matcher(Files.readString(log));
            if (matcher.find()) {
                String port = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
                return new ServerUnderTest(process, log, Integer.parseInt(port));
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
        process.destroyForcibly();
        String said = Files.readString(log).trim().replaceAll("\\s*\\R\\s*", "; ");
        Files.delete(log);
        throw new IOException("'" + shortened(command) + "' does not listen; it said: " + said);
    }

    /** Without what every server in Java has in common, and folders: it stands in tables. */
    private static String shortened(List<String> command) {
        List<String> words = command.subList(command.indexOf("-jar") + 1, command.size());
        Path program = Path.of(words.get(0)).getFileName();
        return program + " " + String.join(" ", words.subList(1, words.size()));
    }

    public int port() {
        return port;
    }

    public long pid() {
        return process.pid();
    }

    /** What it has printed so far. */
    public String said() throws IOException {
        return Files.readString(log);
    }

    /** Ends it, by force if it must be. */
    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(STOP_TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        Files.delete(log);
    }
}
