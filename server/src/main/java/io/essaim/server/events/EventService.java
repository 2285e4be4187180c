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
    private volatile boolean ended;

    private EventService(
            EventLimits limits,
            EventRules rules,
            LongSupplier sequence,
            TimeSource time,
            Counters counters,
            Distributions distributions,
            ErrorLog errors)
            throws IOException {
        PublishQueue queue = new PublishQueue(limits.queueEvents());
        Listeners listeners = new Listeners(errors);
        broadcast = new BroadcastPolicy(rules);
        bus = new PublisherSide(queue, listeners, time, counters);
        KnownIds known = new KnownIds(limits.idempotencyWindow());
        StatusBoard statuses = new StatusBoard(limits.statuses(), counters);
        long newEpoch = new SecureRandom().nextLong(1, 1L << EPOCH_BITS);
        OpenLog opened = OpenLog.open(limits, newEpoch, queue, known, statuses, time, counters);
        Rooms rooms = opened.rooms();
        Numbering numbering =
                new Numbering(rooms, known, listeners, rules, broadcast, sequence, counters, errors, opened.newest());
        parts = new EventSequencer.Parts(
                limits,
                queue,
                rooms,
                new Membership(rooms, limits, counters, opened.epoch()),
                numbering,
                listeners,
                statuses,
                opened.journal(),
                bus::refuse,
                time,
                counters,
                distributions,
                errors);
        sequencer = new EventSequencer(parts, opened.newest());
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

    EventSequencer.Parts parts() {
        return parts;
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
        try {
            steps();
        } finally {
            ended = true;
            bus.stop();
            parts.queue().end();
        }
    }

    private void steps() {
        boolean running = true;
        while (running) {
            // Looked at before the step: what was handed in until then is seen by it.
            boolean last = stopping;
            try {
                boolean atRest = sequencer.step() == 0 && !sequencer.isBusy();
                running = !(last && atRest);
                if (running && (atRest || sequencer.isBusy())) {
                    sequencer.await();
                }
            } catch (Throwable e) {
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

    /** Whether publishers are served; not while the store cannot be written to, nor after the end. Any thread. */
    public boolean isPublishing() {
        return !ended && bus.refusing() == null;
    }

    /** Takes nothing more; what waits is still put in order. */
    @Override
    public void close() {
        bus.stop();
        stopping = true;
        parts.queue().wake();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(STOP_SECONDS_MAX));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        parts.journal().close();
    }
}
