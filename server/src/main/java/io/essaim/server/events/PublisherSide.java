package io.essaim.server.events;

import io.essaim.protocol.events.Event;
import io.essaim.protocol.events.EventDraft;
import io.essaim.protocol.events.EventFilter;
import io.essaim.protocol.events.TypePattern;
import io.essaim.server.observe.Counter;
import io.essaim.server.observe.Counters;
import io.essaim.server.swarm.TimeSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The end of the bus that publishers and listeners see. Any thread. */
final class PublisherSide implements EventBus {
    /** Characters of a key. */
    static final int KEY_CHARS_MAX = 512;

    private static final Refusal STOPPED = new Refusal(RefusalCause.STOPPING, "the server stops");

    private final PublishQueue queue;
    private final Listeners listeners;
    private final TimeSource time;
    private final Counters counters;

    // any thread
    private volatile @Nullable Refusal refusing;
    private volatile boolean stopped;

    PublisherSide(PublishQueue queue, Listeners listeners, TimeSource time, Counters counters) {
        this.queue = queue;
        this.listeners = listeners;
        this.time = time;
        this.counters = counters;
    }

    @Override
    public Optional<Refusal> publish(List<EventDraft> events, @Nullable String key, Receipt receipt) {
        Optional<Refusal> refusal = offer(events, key, receipt);
        if (refusal.isPresent()) {
            counters.add(Counter.EVENTS_REFUSED, events.size());
        }
        return refusal;
    }

    private Optional<Refusal> offer(List<EventDraft> events, @Nullable String key, Receipt receipt) {
        Refusal refusal = stopped ? STOPPED : refusing;
        if (refusal != null) {
            return Optional.of(refusal);
        }
        if (key != null && key.length() > KEY_CHARS_MAX) {
            return Optional.of(new Refusal(
                    RefusalCause.MALFORMED,
                    "Idempotency-Key has " + key.length() + " characters, at most " + KEY_CHARS_MAX));
        }
        return queue.offer(new Publication(List.copyOf(events), key, receipt, time.nanoTime()));
    }

    /** From now on nothing is taken; null: again. */
    void refuse(@Nullable Refusal refusal) {
        refusing = refusal;
    }

    /** From now on nothing is taken, for good. */
    void stop() {
        stopped = true;
    }

    /** Why nothing is taken now; null when it is. */
    @Nullable
    Refusal refusing() {
        return refusing;
    }

    @Override
    public AutoCloseable subscribe(TypePattern pattern, EventFilter filter, Consumer<Event> listener) {
        return listeners.subscribe(pattern, filter, listener);
    }

    @Override
    public void transform(TypePattern pattern, UnaryOperator<EventDraft> change) {
        listeners.transform(pattern, change);
    }
}
