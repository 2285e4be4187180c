package io.essaim.bench.disturb;

import io.essaim.bench.load.ServerProcess;
import io.essaim.bench.result.DisturbancesResult.Memory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Looks now and then at what server and kernel hold, in {@code /proc} (proc(5)). One thread. */
final class MemoryWatch {
    private static final Pattern TCP_PAGES = Pattern.compile("(?m)^TCP: .* mem (\\d+)");
    private static final Pattern PAGE_KIBIBYTES = Pattern.compile("KernelPageSize: +(\\d+) kB");
    private static final String ESTABLISHED = "01";
    private static final int KIBI = 1024;

    private final Path proc;
    private final ServerProcess server;
    private final int port;
    private final long pageBytes;
    private final List<Sample> samples = new ArrayList<>();

    /**
     * @param queuedBytes in the kernel's send queues of all the server's sockets
     * @param longestQueueBytes in that of one of them
     */
    private record Sample(long atMicros, long residentBytes, long tcpBytes, long queuedBytes, long longestQueueBytes) {}

    MemoryWatch(Path proc, ServerProcess server, int port) throws IOException {
        this.proc = proc;
        this.server = server;
        this.port = port;
        Matcher page =
                PAGE_KIBIBYTES.matcher(Files.readString(proc.resolve("self/smaps"), StandardCharsets.ISO_8859_1));
        if (!page.find()) {
            throw new IOException("the kernel does not tell the size of its pages in " + proc + "/self/smaps");
        }
        pageBytes = Long.parseLong(page.group(1)) * KIBI;
    }

    void look(long nowMicros) throws IOException {
        long queued = 0;
        long longest = 0;
        for (String table : List.of("net/tcp", "net/tcp6")) {
            Path file = proc.resolve(table);
            if (Files.isReadable(file)) {
                for (String line : Files.readAllLines(file)) {
                    long bytes = sendQueue(line);
                    queued += bytes;
                    longest = Math.max(longest, bytes);
                }
            }
        }
        samples.add(new Sample(nowMicros, server.sample().residentBytes(), tcpBytes(), queued, longest));
    }

    /** Of a line of {@code net/tcp}: 0 when it is none of the server's connections. */
    private long sendQueue(String line) {
        String[] columns = line.trim().split("\\s+", -1);
        boolean ours = columns[1].endsWith(String.format(Locale.ROOT, ":%04X", port)) && columns[3].equals(ESTABLISHED);
        return ours ? Long.parseLong(columns[4].substring(0, columns[4].indexOf(':')), 16) : 0;
    }

    /** Of the whole machine: the kernel does not tell it by socket. */
    private long tcpBytes() throws IOException {
        Matcher pages = TCP_PAGES.matcher(Files.readString(proc.resolve("net/sockstat"), StandardCharsets.US_ASCII));
        return pages.find() ? Long.parseLong(pages.group(1)) * pageBytes : 0;
    }

    /** The most that was seen in each phase. */
    List<Memory> most(Window before, Window during, Window after) {
        return List.of(
                most("server, resident", Sample::residentBytes, before, during, after),
                most("kernel, TCP of the machine", Sample::tcpBytes, before, during, after),
                most("kernel, the server's send queues", Sample::queuedBytes, before, during, after),
                most("kernel, the longest of them", Sample::longestQueueBytes, before, during, after));
    }

    private Memory most(String what, ToLongFunction<Sample> of, Window before, Window during, Window after) {
        return new Memory(what, most(of, before), most(of, during), most(of, after));
    }

    private long most(ToLongFunction<Sample> of, Window window) {
        return samples.stream()
                .filter(sample -> window.contains(sample.atMicros))
                .mapToLong(of)
                .max()
                .orElse(0);
    }
}
