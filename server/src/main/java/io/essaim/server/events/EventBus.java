package io.essaim.server.events;

import io.essaim.protocol.events.Event;
import io.essaim.protocol.events.EventDraft;
import io.essaim.protocol.events.EventFilter;
import io.essaim.protocol.events.TypePattern;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Takes events from whoever publishes, and gives them to whoever listens within this process. Any thread; never blocks. */
public interface EventBus {
    /** Why events were not taken: nothing of them was, and the receipt hears nothing. */
    record Refusal(RefusalCause cause, String reason) {}

    /**
     * Hands in events, which will stand in the log in this order, with nothing of this call between them.
     *
     * @param key of the whole call, so that a repeated one is harmless; null: only events with an id are recognised
     * @return why not: too many wait already
     */
    Optional<Refusal> publish(List<EventDraft> events, @Nullable String key, Receipt receipt);

    /**
     * Hears of events, in order, as soon as they stand in the log, on the sequencer's thread: it must be quick.
     *
     * @return to hear no more
     */
    AutoCloseable subscribe(TypePattern pattern, EventFilter filter, Consumer<Event> listener);

    /** Changes events of a type before they are taken. On the sequencer's thread; in the order of these calls. */
    void transform(TypePattern pattern, UnaryOperator<EventDraft> change);
}
