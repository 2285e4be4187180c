package io.essaim.bench.load;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the kernel counts of a process on this machine: CPU time and memory, from {@code /proc} (proc(5)). Any thread.
 *
 * @param pid the process
 */
public record ServerProcess(long pid) {
    /** sysconf(_SC_CLK_TCK) of every Linux that Java runs on. */
    private static final int TICKS_PER_SECOND = 100;

    private static final Path PROC = Path.of("/proc");
    private static final String LISTENING = "0A";

    /**
     * @param userMicros within {@code cpuMicros}
     * @param threadMicros CPU time by thread name, threads of one name together
     */
    public record Sample(long cpuMicros, long userMicros, long residentBytes, Map<String, Long> threadMicros) {}

    /** The process that listens on a TCP port of this machine; empty when there is none, or it is somebody else's. */
    public static Optional<ServerProcess> listeningOn(int port) throws IOException {
        Set<String> sockets = new HashSet<>();
        for (String table : List.of("net/tcp", "net/tcp6")) {
            Path file = PROC.resolve(table);
            if (Files.isReadable(file)) {
                for (String line : Files.readAllLines(file)) {
                    String[] columns = line.trim().split("\\s+", -1);
                    if (columns[1].endsWith(String.format(Locale.ROOT, ":%04X", port))
                            && columns[3].equals(LISTENING)) {
                        sockets.add("socket:[" + columns[9] + "]");
                    }
                }
            }
        }
        return sockets.isEmpty() ? Optional.empty() : owner(sockets);
    }

    private static Optional<ServerProcess> owner(Set<String> sockets) throws IOException {
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                if (holds(process, sockets)) {
                    return Optional.of(new ServerProcess(
                            Long.parseLong(process.getFileName().toString())));
                }
            }
        }
        return Optional.empty();
    }

    private static boolean holds(Path process, Set<String> sockets) {
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path descriptor : descriptors) {
                if (sockets.contains(Files.readSymbolicLink(descriptor).toString())) {
                    return true;
                }
            }
        } catch (IOException notOursOrGone) {
            return false;
        }
        return false;
    }

    /** @throws IOException when the process is gone */
    public Sample sample() throws IOException {
        Path process = PROC.resolve(Long.toString(pid));
        if (!Files.exists(process)) {
            throw new IOException("there is no process " + pid);
        }
        CpuTime time = CpuTime.read(process);
        Map<String, Long> threads = new HashMap<>();
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(process.resolve("task"))) {
            for (Path task : tasks) {
                if (Files.exists(task)) {
                    CpuTime thread = CpuTime.read(task);
                    threads.merge(thread.name, thread.totalMicros(), Long::sum);
                }
            }
        }
        return new Sample(time.totalMicros(), time.userMicros, residentBytes(process), threads);
    }

    /** A line of {@code stat}, of a process or a thread. */
    private record CpuTime(String name, long userMicros, long systemMicros) {
        static CpuTime read(Path task) throws IOException {
            String stat = Files.readString(task.resolve("stat"), StandardCharsets.US_ASCII);
            // The name, in parentheses, may hold anything: fields count from behind it, where the third is 0.
            int end = stat.lastIndexOf(')');
            String[] fields = stat.substring(end + 2).split(" ", -1);
            long microsPerTick = 1_000_000 / TICKS_PER_SECOND;
            return new CpuTime(
                    stat.substring(stat.indexOf('(') + 1, end),
                    Long.parseLong(fields[11]) * microsPerTick,
                    Long.parseLong(fields[12]) * microsPerTick);
        }

        long totalMicros() {
            return userMicros + systemMicros;
        }
    }

    private static long residentBytes(Path process) throws IOException {
        for (String line : Files.readAllLines(process.resolve("status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
            }
        }
        throw new IOException("process " + process + " has no memory any more: it has ended");
    }
}
