package io.essaim.server.events;

import io.essaim.server.observe.Counters;
import io.essaim.server.observe.Distributions;
import io.essaim.server.observe.ErrorLog;
import io.essaim.server.swarm.TimeSource;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** The events of one server: bus, sequencer, log and store, put together. Started and stopped by one thread. */
public final class EventService implements AutoCloseable {
    /** Epochs are numbers that JSON carries exactly. */
    private static final int EPOCH_BITS = 53;

    private static final long STOP_SECONDS_MAX = 10;

    private final PublisherSide bus;
    private final LogRequests log;
    private final BroadcastPolicy broadcast;
    private final EventSequencer.Parts parts;
    private final EventSequencer sequencer;
    private final Thread thread;

    // any thread
    private volatile boolean stopping;

    private EventService(
            EventLimits limits,
            EventRules rules,
            LongSupplier sequence,
            TimeSource time,
            Counters counters,
            Distributions distributions,
            ErrorLog errors) {
        long epoch = new SecureRandom().nextLong(1, 1L << EPOCH_BITS);
        broadcast = new BroadcastPolicy(rules);
        PublishQueue queue = new PublishQueue(limits.queueEvents());
        Journal journal = Journal.NONE;
        Rooms rooms = new Rooms(limits, counters, (room, event) -> journal.trimmed(room, event.offset()));
        Listeners listeners = new Listeners(errors);
        Numbering numbering = new Numbering(
                rooms, new KnownIds(limits.idempotencyWindow()), listeners, rules, broadcast, sequence, counters, 0);
        parts = new EventSequencer.Parts(
                limits,
                queue,
                rooms,
                new Membership(rooms, limits, counters, epoch),
                numbering,
                listeners,
                new StatusBoard(limits.statuses(), counters),
                journal,
                time,
                counters,
                distributions,
                errors);
        sequencer = new EventSequencer(parts, 0);
        bus = new PublisherSide(queue, listeners, time, counters);
        log = new LogRequests(parts, sequencer);
        thread = new Thread(this::run, "event-sequencer");
        thread.setDaemon(true);
    }

    /**
     * @param sequence the newest tick of the swarm, for any thread
     * @throws IOException when the store cannot be read
     */
    public static EventService start(
            EventLimits limits,
            EventRules rules,
            LongSupplier sequence,
            TimeSource time,
            Counters counters,
            Distributions distributions,
            ErrorLog errors)
            throws IOException {
        EventService service = assemble(limits, rules, sequence, time, counters, distributions, errors);
        service.thread.start();
        return service;
    }

    /** One whose steps somebody else makes. */
    static EventService assemble(
            EventLimits limits,
            EventRules rules,
            LongSupplier sequence,
            TimeSource time,
            Counters counters,
            Distributions distributions,
            ErrorLog errors)
            throws IOException {
        return new EventService(limits, rules, sequence, time, counters, distributions, errors);
    }

    EventSequencer sequencer() {
        return sequencer;
    }

    /** Without rules. */
    public static EventService start(
            EventLimits limits,
            LongSupplier sequence,
            TimeSource time,
            Counters counters,
            Distributions distributions,
            ErrorLog errors)
            throws IOException {
        return start(limits, EventRules.NONE, sequence, time, counters, distributions, errors);
    }

    private void run() {
        while (!stopping) {
            try {
                if (sequencer.step() == 0) {
                    parts.queue().await(sequencer.nanosToRound());
                }
            } catch (RuntimeException e) {
                parts.errors().record("a step of the event sequencer failed", e);
            }
        }
    }

    public EventBus bus() {
        return bus;
    }

    public EventLogAccess log() {
        return log;
    }

    /** Which events clients get. */
    public BroadcastPolicy broadcast() {
        return broadcast;
    }

    /** Rooms that there are. Any thread. */
    public int rooms() {
        return parts.rooms().count();
    }

    /** About what all events of the log take of memory. Any thread. */
    public long memoryBytes() {
        return parts.rooms().bytes();
    }

    /** Events that wait to be put in order. Any thread. */
    public int queued() {
        return parts.queue().waiting();
    }

    /** Whether publishers are served; not while the store cannot be written to. Any thread. */
    public boolean isPublishing() {
        return bus.refusing() == null;
    }

    /** Takes nothing more; what waits is still put in order. */
    @Override
    public void close() {
        bus.refuse("the server stops");
        stopping = true;
        parts.queue().wake();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(STOP_SECONDS_MAX));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
