package io.essaim.server.events;

import io.essaim.protocol.events.Event;
import io.essaim.protocol.events.EventDraft;
import io.essaim.protocol.events.EventFilter;
import io.essaim.protocol.events.TypePattern;
import io.essaim.server.observe.ErrorLog;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Who hears of events, or changes them, within this process. Any thread adds, the event sequencer calls. */
final class Listeners {
    private final ErrorLog errors;

    // any thread
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private final List<Transform> transforms = new CopyOnWriteArrayList<>();

    /** Not a record: each is itself alone. */
    private static final class Listener {
        final TypePattern pattern;
        final EventMatcher matcher;
        final Consumer<Event> consumer;

        Listener(TypePattern pattern, EventFilter filter, Consumer<Event> consumer) {
            this.pattern = pattern;
            this.matcher = new EventMatcher(filter);
            this.consumer = consumer;
        }
    }

    private record Transform(TypePattern pattern, UnaryOperator<EventDraft> change) {}

    Listeners(ErrorLog errors) {
        this.errors = errors;
    }

    AutoCloseable subscribe(TypePattern pattern, EventFilter filter, Consumer<Event> consumer) {
        Listener listener = new Listener(pattern, filter, consumer);
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    void transform(TypePattern pattern, UnaryOperator<EventDraft> change) {
        transforms.add(new Transform(pattern, change));
    }

    /** The event as it is to be taken; a change that fails is none. */
    EventDraft transformed(EventDraft draft) {
        EventDraft event = draft;
        for (Transform transform : transforms) {
            if (transform.pattern().matches(event.type())) {
                event = changed(transform, event);
            }
        }
        return event;
    }

    /** A change that is not ours may fail, or return null in spite of its type. */
    private EventDraft changed(Transform transform, EventDraft event) {
        try {
            return Objects.requireNonNull(transform.change().apply(event));
        } catch (Throwable e) {
            errors.record("a transform of events failed", e);
            return event;
        }
    }

    void tell(Event event) {
        for (Listener listener : listeners) {
            if (listener.pattern.matches(event.type())) {
                tell(listener, event);
            }
        }
    }

    private void tell(Listener listener, Event event) {
        try {
            if (listener.matcher.matches(event)) {
                listener.consumer.accept(event);
            }
        } catch (Throwable e) {
            errors.record("a listener to events failed", e);
        }
    }
}
