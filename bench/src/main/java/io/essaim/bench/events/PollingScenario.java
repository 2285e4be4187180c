package io.essaim.bench.events;

import io.essaim.bench.events.EventClient.Manner;
import io.essaim.bench.result.DisturbancesResult.Scenario;
import java.io.IOException;
import java.util.List;

/**
 * The same data to as many clients three ways: pushed, polled as the whole state once a second, which is what dashboards did
 * that this replaces, and polled as the events since the last poll.
 */
final class PollingScenario {
    private static final double SECONDS = 15;

    /** Row B6 asks for a fifth of the CPU and a tenth of the bytes of polling. */
    private static final double CPU_SHARE_MAX = 0.2;

    private static final double BYTES_SHARE_MAX = 0.1;

    private PollingScenario() {}

    private record Cost(double coreShare, double bytesPerSecond) {}

    static Scenario run(EventsPlan plan, EventScenario.Servers servers) throws IOException, InterruptedException {
        int clients = plan.clientsOr(100);
        EventLoad load = new EventLoad(1, 1, plan.load(12).eventsPerSecond(), 0, 40);
        try (EventStage stage = EventStage.on(servers.start(2 * clients + 10, List.of("--fps=1")), load)) {
            stage.publish();
            // Every agent has a status by then.
            stage.rest(Math.max(plan.warmup(), 350.0 / load.eventsPerSecond() + 1));
            double seconds = plan.secondsOr(SECONDS);
            Cost idle = new Cost(stage.rest(seconds).serverCores(), 0);
            Cost whole = polled(
                    stage, clients, seconds, new Pollers.Question("/api/state?rooms=" + EventLoad.room(0), false));
            Cost since = polled(
                    stage,
                    clients,
                    seconds,
                    new Pollers.Question("/api/events?wait=0s&rooms=" + EventLoad.room(0), true));
            List<EventClient> all = stage.crowd().join(clients, Manner.GOOD, load);
            stage.rest(2);
            long[] before = {0};
            stage.crowd().look(() -> before[0] = bytes(all));
            EventStage.Use use = stage.rest(seconds);
            long[] after = {0};
            stage.crowd().look(() -> after[0] = bytes(all));
            Cost pushed = new Cost(use.serverCores(), (after[0] - before[0]) / use.seconds());
            stage.stop();
            stage.end();
            return new Outcome(
                            "polling",
                            clients,
                            clients + " clients, " + load.eventsPerSecond()
                                    + " status events/s of 350 agents; polls once a second")
                    .target("CPU of push, of that of polling the state", share(pushed, whole, idle), CPU_SHARE_MAX, "")
                    .target(
                            "bytes of push, of those of polling the state",
                            pushed.bytesPerSecond / whole.bytesPerSecond,
                            BYTES_SHARE_MAX,
                            "")
                    .figure("server without clients, cores", idle.coreShare, "")
                    .figure("push, cores", pushed.coreShare, "")
                    .figure("polling the state, cores", whole.coreShare, "")
                    .figure("polling the events since, cores", since.coreShare, "")
                    .figure("push, all clients", pushed.bytesPerSecond / 1e3, "KB/s")
                    .figure("polling the state, all clients", whole.bytesPerSecond / 1e3, "KB/s")
                    .figure("polling the events since, all clients", since.bytesPerSecond / 1e3, "KB/s")
                    .figure("CPU of push, of that of polling the events since", share(pushed, since, idle), "")
                    .figure("bytes of push, of those of that", pushed.bytesPerSecond / since.bytesPerSecond, "")
                    .failures(stage.crowd().tally())
                    .conclude();
        }
    }

    /** Above what the server takes for itself. */
    private static double share(Cost pushed, Cost polled, Cost idle) {
        return Math.max(0, pushed.coreShare - idle.coreShare) / Math.max(1e-6, polled.coreShare - idle.coreShare);
    }

    private static long bytes(List<EventClient> clients) {
        return clients.stream().mapToLong(EventClient::wireBytes).sum();
    }

    private static Cost polled(EventStage stage, int clients, double seconds, Pollers.Question question)
            throws IOException, InterruptedException {
        try (Pollers pollers = new Pollers(stage.port(), clients, question)) {
            stage.rest(2);
            long before = pollers.bytes();
            EventStage.Use use = stage.rest(seconds);
            if (!pollers.failures().isEmpty()) {
                throw new IOException(pollers.failures().get(0));
            }
            return new Cost(use.serverCores(), (pollers.bytes() - before) / use.seconds());
        }
    }
}
