package io.essaim.bench.events;

import io.essaim.bench.compare.ServerUnderTest;
import io.essaim.bench.load.ServerCounters;
import io.essaim.bench.load.ServerProcess;
import io.essaim.bench.load.Wire;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One server process, its clients and its publishers, for one scenario. One thread. */
final class EventStage implements AutoCloseable {
    private static final long LOOK_MILLIS = 250;
    private static final long SEED = 7;

    private final ServerUnderTest server;
    private final ServerProcess process;
    private final EventLoad load;
    private final EventCrowd crowd;
    private @Nullable Publishers publishers;
    private boolean ended;

    private EventStage(ServerUnderTest server, EventLoad load) throws IOException {
        this.server = server;
        this.load = load;
        process = new ServerProcess(server.pid());
        crowd = new EventCrowd(server.port(), SEED);
    }

    /** Takes the server over, which ends with this. */
    static EventStage on(ServerUnderTest server, EventLoad load) throws IOException {
        try {
            return new EventStage(server, load);
        } catch (IOException e) {
            server.close();
            throw e;
        }
    }

    /** What it cost to let some time pass. */
    record Use(double seconds, double serverCores, double clientCores, long residentBytesMax) {}

    EventCrowd crowd() {
        return crowd;
    }

    int port() {
        return server.port();
    }

    void publish() {
        publishers = new Publishers(server.port(), load);
    }

    Publishers publishers() {
        if (publishers == null) {
            throw new IllegalStateException("nobody publishes yet");
        }
        return publishers;
    }

    /** Lets time pass. */
    Use rest(double seconds) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        long clientNanos = crowd.cpuNanos();
        ServerProcess.Sample before = process.sample();
        long resident = before.residentBytes();
        long end = begin + (long) (seconds * TimeUnit.SECONDS.toNanos(1));
        while (System.nanoTime() < end) {
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            resident = Math.max(resident, process.sample().residentBytes());
        }
        ServerProcess.Sample after = process.sample();
        double elapsed = (System.nanoTime() - begin) / 1e9;
        return new Use(
                elapsed,
                (after.cpuMicros() - before.cpuMicros()) / 1e6 / elapsed,
                (crowd.cpuNanos() - clientNanos) / 1e9 / elapsed,
                resident);
    }

    /** Stops the publishers; returns what each sent. */
    List<Long> stop() throws IOException, InterruptedException {
        return publishers().stop();
    }

    /** As {@link EventCrowd#missing}. */
    long missing(List<EventClient> clients, List<Long> sent) throws InterruptedException {
        return crowd.missing(clients, load, sent);
    }

    ServerCounters counters() throws IOException, InterruptedException {
        return ServerCounters.read(URI.create("ws://127.0.0.1:" + server.port() + "/"), Wire.DEFAULT.trust())
                .orElseThrow(() -> new IOException("the server does not answer at /metrics"));
    }

    /** The clients leave. From then on their notes can be read. */
    void end() {
        if (!ended) {
            ended = true;
            crowd.close();
        }
    }

    @Override
    public void close() throws IOException {
        try {
            if (publishers != null) {
                publishers.close();
            }
            end();
        } finally {
            server.close();
        }
    }
}
