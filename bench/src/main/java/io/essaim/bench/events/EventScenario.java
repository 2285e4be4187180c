package io.essaim.bench.events;

import io.essaim.bench.compare.ServerUnderTest;
import io.essaim.bench.events.EventClient.Manner;
import io.essaim.bench.load.ServerCounters;
import io.essaim.bench.result.DisturbancesResult.Scenario;
import io.essaim.protocol.events.Priority;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** What is done with a server. */
enum EventScenario {
    THROUGHPUT("throughput"),
    RESUME("resume"),
    MISBEHAVING("misbehaving"),
    POLLING("polling");

    /** Starts servers. */
    @FunctionalInterface
    interface Servers {
        ServerUnderTest start(int connections, List<String> flags) throws IOException, InterruptedException;
    }

    /** Promised of events of normal priority (B6). */
    private static final double AGE_MILLIS_MAX = 100;

    private static final double QUIET_SECONDS = 10;

    /** At ten thousand events a second to each client, and in each room, the defaults hold a tenth of a second, and one. */
    private static final List<String> LARGE =
            List.of("--outbox-events=20000", "--outbox-bytes=16MiB", "--room-events=30000");

    private final String token;

    EventScenario(String token) {
        this.token = token;
    }

    String token() {
        return token;
    }

    static Optional<EventScenario> of(String token) {
        return Arrays.stream(values()).filter(each -> each.token.equals(token)).findFirst();
    }

    /** Runs it before a server of its own. */
    Scenario run(EventsPlan plan, Servers servers) throws IOException, InterruptedException {
        return switch (this) {
            case THROUGHPUT -> throughput(plan, servers);
            case RESUME -> resume(plan, servers);
            case MISBEHAVING -> misbehaving(plan, servers);
            case POLLING -> PollingScenario.run(plan, servers);
        };
    }

    private static Scenario throughput(EventsPlan plan, Servers servers) throws IOException, InterruptedException {
        int clients = plan.clientsOr(100);
        EventLoad load = plan.load(100_000);
        try (EventStage stage = EventStage.on(servers.start(clients, LARGE), load)) {
            List<EventClient> all = stage.crowd().join(clients, Manner.GOOD, load);
            stage.publish();
            stage.rest(plan.warmup());
            stage.crowd().look(stage.crowd().tally()::resetAges);
            long sentBefore = stage.publishers().sent();
            EventStage.Use use = stage.rest(plan.secondsOr(30));
            double rate = (stage.publishers().sent() - sentBefore) / use.seconds();
            List<Long> sent = stage.stop();
            long missing = stage.missing(all, sent);
            ServerCounters counters = stage.counters();
            stage.end();
            EventTally tally = stage.crowd().tally();
            long published = sent.stream().mapToLong(Long::longValue).sum();
            Outcome outcome = new Outcome(
                            "throughput",
                            clients,
                            load.publishers() + " publishers, " + load.rooms() + " rooms, " + clients + " clients, "
                                    + load.eventsPerSecond()
                                    + " events/s asked; outboxes of 20,000 and rooms of 30,000 events")
                    .target(
                            "events/s not taken of those asked",
                            Math.max(0, load.eventsPerSecond() - rate),
                            load.eventsPerSecond() * 0.01,
                            "")
                    .target(
                            "events sent and not in the log",
                            Math.abs((double) published - counter(counters, "events_published")),
                            0,
                            "")
                    .none("deliveries missing", missing + tally.missingCount())
                    .none("deliveries repeated or out of order", tally.repeatedCount())
                    .none("deliveries told lost", tally.toldCount())
                    .none("times that some were told lost, nobody knows how many", tally.unrecoveredCount())
                    .target(
                            "normal events, age p99",
                            tally.ages(Priority.NORMAL).getValueAtPercentile(99) / 1e3,
                            AGE_MILLIS_MAX,
                            "ms")
                    .figure("events/s taken", rate, "")
                    .count("deliveries", tally.receivedCount())
                    .figure("deliveries/s", load.eventsPerSecond() == 0 ? 0 : rate * clients / load.rooms(), "")
                    .figure("latest that a publisher was", stage.publishers().latestNanos() / 1e6, "ms")
                    .count("flushes", counter(counters, "event_flushes"))
                    .count("events that waited in an outbox", counter(counters, "events_queued"))
                    .count("times that an event loop was lapped", counter(counters, "loops_lapped"));
            return outcome.ages(tally, "").use(use, "").failures(tally).conclude();
        }
    }

    private static Scenario resume(EventsPlan plan, Servers servers) throws IOException, InterruptedException {
        int clients = plan.clientsOr(1_000);
        EventLoad load = plan.load(5_000);
        double seconds = plan.secondsOr(40);
        try (EventStage stage = EventStage.on(servers.start(clients * 2, List.of()), load)) {
            List<EventClient> all = stage.crowd().join(clients, Manner.GOOD, load);
            stage.publish();
            stage.rest(plan.warmup());
            stage.crowd().cut(all, plan.cuts(), (long) (seconds * TimeUnit.SECONDS.toMicros(1)));
            EventStage.Use use = stage.rest(seconds);
            long[] cuts = {0};
            for (int i = 0; i < 240 && cuts[0] < (long) clients * plan.cuts(); i++) {
                stage.rest(0.5);
                stage.crowd().look(() -> cuts[0] = stage.crowd().tally().cutCount());
            }
            List<Long> sent = stage.stop();
            long missing = stage.missing(all, sent);
            ServerCounters counters = stage.counters();
            stage.end();
            EventTally tally = stage.crowd().tally();
            return new Outcome(
                            "resume",
                            clients,
                            clients + " clients are cut off " + plan.cuts() + " times each at random moments while "
                                    + load.eventsPerSecond() + " events/s flow")
                    .target("cuts that were not made", (double) clients * plan.cuts() - cuts[0], 0, "")
                    .none("deliveries missing without a word", missing + tally.missingCount())
                    .none("deliveries repeated or out of order", tally.repeatedCount())
                    .count("cuts", cuts[0])
                    .count(
                            "events published",
                            sent.stream().mapToLong(Long::longValue).sum())
                    .count("deliveries", tally.receivedCount())
                    .count("deliveries told lost", tally.toldCount())
                    .count("resumes told not to be whole", tally.unrecoveredCount())
                    .count("events replayed", counter(counters, "events_replayed"))
                    .ages(tally, "")
                    .use(use, "")
                    .failures(tally)
                    .conclude();
        }
    }

    private static Scenario misbehaving(EventsPlan plan, Servers servers) throws IOException, InterruptedException {
        int clients = plan.clientsOr(100);
        EventLoad load = plan.load(2_000);
        double seconds = plan.secondsOr(QUIET_SECONDS);
        try (EventStage stage = EventStage.on(servers.start(clients + 10, List.of("--behind-timeout=5s")), load)) {
            List<EventClient> good = stage.crowd().join(clients, Manner.GOOD, load);
            stage.publish();
            stage.rest(plan.warmup());
            EventTally tally = stage.crowd().tally();
            stage.crowd().look(tally::resetAges);
            EventStage.Use before = stage.rest(seconds);
            double[] p99 = {0, 0};
            Outcome outcome = new Outcome(
                    "misbehaving",
                    clients,
                    "one client reads nothing, one reads 20 KB/s, one sends nonsense as fast as it can, beside "
                            + clients + " good ones at " + load.eventsPerSecond() + " events/s");
            stage.crowd().look(() -> {
                p99[0] = tally.allAges().getValueAtPercentile(99) / 1e3;
                outcome.ages(tally, " before");
                tally.resetAges();
            });
            stage.crowd().join(1, Manner.STALLED, load);
            stage.crowd().join(1, Manner.SLOW, load);
            stage.crowd().join(1, Manner.HOSTILE, load);
            EventStage.Use during = stage.rest(seconds);
            stage.crowd().look(() -> {
                p99[1] = normalP99(tally);
                outcome.ages(tally, " meanwhile");
            });
            List<Long> sent = stage.stop();
            long missing = stage.missing(good, sent);
            ServerCounters counters = stage.counters();
            stage.end();
            return outcome.target("normal events of the good, age p99 meanwhile", p99[1], AGE_MILLIS_MAX, "ms")
                    .none("deliveries of the good missing", missing)
                    .none("deliveries repeated or out of order", tally.repeatedCount())
                    .none("connections of the good that ended", endedGood(tally))
                    .count("events dropped for the others", counter(counters, "events_dropped"))
                    .count("clients closed for being behind", counter(counters, "clients_behind"))
                    .count("messages that were nonsense", counter(counters, "messages_invalid"))
                    .use(before, " before")
                    .use(during, " meanwhile")
                    .failures(tally)
                    .conclude();
        }
    }

    private static double normalP99(EventTally tally) {
        return tally.ages(Priority.NORMAL).getValueAtPercentile(99) / 1e3;
    }

    private static long endedGood(EventTally tally) {
        return tally.failures().entrySet().stream()
                .filter(failure ->
                        failure.getKey().startsWith(Manner.GOOD.name().toLowerCase(Locale.ROOT)))
                .mapToLong(failure -> failure.getValue())
                .sum();
    }

    private static long counter(ServerCounters counters, String name) {
        return Math.round(counters.values().getOrDefault(name, 0.0));
    }
}
