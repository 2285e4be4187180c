package io.essaim.server.ingest;

import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.Subprotocol;
import io.essaim.protocol.json.JsonSwarmStateDecoder;
import io.essaim.protocol.sbe.SbeDecoder;
import io.essaim.protocol.swarm.Component;
import io.essaim.protocol.swarm.IdSet;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.SwarmFrame;
import io.essaim.server.observe.Counter;
import io.essaim.server.observe.Counters;
import io.essaim.server.observe.ErrorLog;
import io.essaim.server.swarm.IngestSource;
import io.essaim.server.swarm.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Decodes what producers send, on a thread of its own named {@code ingest}: a state of 100,000 agents would hold up an
 * event loop and all its viewers. The same thread keeps the seat, so that taking it, leaving it and losing it by silence
 * happen one after the other.
 *
 * <p>Producers wait in a queue, each at most once, with what there is to decode in a {@link Mailbox}; so what waits is
 * bounded by their number, and nobody who sends much delays another by more than one state.
 */
public final class Ingest implements AutoCloseable, Runnable {
    private static final Roster NOBODY = new Roster(0, List.of(), new int[0], new int[0]);
    private static final int LOOKS_PER_TIMEOUT = 10;

    private final IngestSource source;
    private final List<Component> components;
    private final TimeSource time;
    private final Counters counters;
    private final ErrorLog errors;
    private final long timeoutNanos;
    private final String sphere;
    private final JsonSwarmStateDecoder json;
    private final SbeDecoder sbe = new SbeDecoder();
    private final IdSet idSet = new IdSet();
    private final Utf8Check utf8 = new Utf8Check();
    private final LinkedBlockingQueue<Producer> waiting = new LinkedBlockingQueue<>();
    private final Thread thread = new Thread(this, "ingest");
    private volatile boolean running = true;

    // thread ingest
    private @Nullable Producer seated;
    private Roster roster = NOBODY;
    private SwarmFrame shown = new SwarmFrame();
    private SwarmFrame spare = new SwarmFrame();

    /**
     * @param components the grid, as it is announced; it never changes but for its width
     * @param sphere of agents that name none
     * @param targetFrequency of agents that name none
     * @param unknownPass whether fields that nobody knows are passed over, and not an error
     * @param timeout a producer that says nothing for so long loses its seat
     */
    public Ingest(
            IngestSource source,
            List<Component> components,
            String sphere,
            int targetFrequency,
            boolean unknownPass,
            Duration timeout,
            TimeSource time,
            Counters counters,
            ErrorLog errors) {
        this.source = source;
        this.components = List.copyOf(components);
        this.timeoutNanos = timeout.toNanos();
        this.time = time;
        this.counters = counters;
        this.errors = errors;
        this.sphere = sphere;
        this.json = new JsonSwarmStateDecoder(components, sphere, targetFrequency, unknownPass);
        thread.setDaemon(true);
    }

    public void start() {
        thread.start();
    }

    /** Ends after the state at hand, and waits for that. */
    @Override
    public void close() {
        running = false;
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Somebody connected who may publish; it has the stream from its first good state on, if that is free. Any thread. */
    public Producer connect(String name, Subprotocol subprotocol, ProducerListener listener) {
        StateReader reader =
                subprotocol == Subprotocol.JSON ? new JsonStateReader(json) : new SbeStateReader(sbe, idSet, sphere);
        return new Producer(this, name, subprotocol, reader, listener, time.nanoTime());
    }

    /** Any thread. */
    void queue(Producer producer) {
        waiting.add(producer);
    }

    /** Any thread. */
    void conflated() {
        counters.increment(Counter.INGEST_STATES_CONFLATED);
    }

    @Override
    public void run() {
        while (running) {
            try {
                step(timeoutNanos / LOOKS_PER_TIMEOUT);
            } catch (InterruptedException e) {
                // That is how close wakes it.
                running = false;
            } catch (RuntimeException e) {
                errors.record("a producer's message failed", e);
            }
        }
    }

    /** Serves the next producer that waits, if one comes in time, and looks after the seat. */
    void step(long waitNanos) throws InterruptedException {
        Producer producer = waiting.poll(waitNanos, TimeUnit.NANOSECONDS);
        // First: who has been silent for too long does not keep the seat because somebody else comes to ask for it.
        lookAfterSeat();
        if (producer != null) {
            producer.dequeued();
            serve(producer);
        }
    }

    private void lookAfterSeat() {
        if (seated != null && !seated.hasLeft() && time.nanoTime() - seated.heardNanos() >= timeoutNanos) {
            counters.increment(Counter.INGEST_SILENCES);
            stop(seated);
        }
    }

    private void serve(Producer producer) {
        // Read first: what it sent before it left is in the mailbox then.
        boolean hasLeft = producer.hasLeft();
        Mailbox.Contents contents = producer.mailbox().take();
        if (contents.roster != null) {
            roster(producer, contents.roster);
        }
        if (contents.state != null) {
            state(producer, contents.state);
        }
        if (contents.nextRoster != null) {
            roster(producer, contents.nextRoster);
        }
        if (hasLeft && producer == seated) {
            stop(producer);
        }
    }

    private void roster(Producer producer, byte[] message) {
        try {
            producer.reader().roster(message);
        } catch (MalformedMessageException e) {
            malformed(producer, e);
        }
    }

    private void state(Producer producer, byte[] message) {
        if (seated != null && seated != producer) {
            producer.listener().onOccupied(seated.name());
            return;
        }
        if (producer.isText() && !utf8.isValid(message)) {
            producer.listener().onNotUtf8();
            return;
        }
        Roster read;
        try {
            read = producer.reader().state(message, spare, roster);
        } catch (MalformedMessageException e) {
            malformed(producer, e);
            return;
        }
        roster = read;
        SwarmFrame newest = spare;
        spare = shown;
        shown = newest;
        if (seated == null) {
            seated = producer;
            counters.increment(Counter.INGEST_TAKEOVERS);
            source.beginAnew("producer " + producer.name() + " took over");
        }
        counters.increment(Counter.INGEST_STATES_TAKEN);
        if (!source.publish(roster, shown, components)) {
            counters.increment(Counter.INGEST_STATES_REPLACED);
        }
        producer.listener().onTaken();
    }

    private void malformed(Producer producer, MalformedMessageException e) {
        counters.increment(Counter.INGEST_STATES_MALFORMED);
        producer.listener().onMalformed(String.valueOf(e.getMessage()));
    }

    /** The last state stays, in a stream of its own that is nobody's. */
    private void stop(Producer producer) {
        seated = null;
        counters.increment(Counter.INGEST_STOPS);
        source.beginAnew("producer " + producer.name() + " stopped");
        // Again what is shown, so nothing is lost where no tick has seen it yet.
        source.publish(roster, shown, components);
    }
}
