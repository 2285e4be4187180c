package io.essaim.bench.events;

import io.essaim.bench.events.EventClient.Manner;
import java.io.IOException;
import java.util.List;

/** Events that flow through a server, checked, while something else is measured. One thread. */
public final class EventTraffic implements AutoCloseable {
    private static final int PADDING = 40;
    private static final double RAMP_SECONDS = 2;
    private static final long SEED = 8;

    private final EventLoad load;
    private final EventCrowd crowd;
    private final List<EventClient> clients;
    private final Publishers publishers;

    /** Clients are subscribed, and publishers at work. */
    public EventTraffic(int port, int publishers, int rooms, int clients, int eventsPerSecond)
            throws IOException, InterruptedException {
        load = new EventLoad(publishers, rooms, eventsPerSecond, RAMP_SECONDS, PADDING);
        crowd = new EventCrowd(port, SEED);
        this.clients = crowd.join(clients, Manner.GOOD, load);
        this.publishers = new Publishers(port, load);
    }

    /**
     * What became of the events.
     *
     * @param faults missing, repeated or out of order
     */
    public record Result(long published, long delivered, long faults, double ageP99Millis) {}

    /** Publishers stop, clients leave. */
    public Result stop() throws IOException, InterruptedException {
        List<Long> sent = publishers.stop();
        long missing = crowd.missing(clients, load, sent);
        crowd.close();
        EventTally tally = crowd.tally();
        return new Result(
                sent.stream().mapToLong(Long::longValue).sum(),
                tally.receivedCount(),
                missing
                        + tally.missingCount()
                        + tally.repeatedCount()
                        + tally.failures().size(),
                tally.allAges().getValueAtPercentile(99) / 1e3);
    }

    @Override
    public void close() {
        publishers.close();
        crowd.close();
    }
}
