package io.essaim.server.events;

import io.essaim.protocol.events.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Some events as messages, made when they are first asked for and once only, whoever gets them. Event loop only.
 */
final class EventMessages {
    private final Audience audience;
    private final List<Event> events;
    private final int batchEvents;
    private final IntFunction<String> cursors;

    // event loop
    private @Nullable List<byte[]> messages;
    private @Nullable List<QueuedEvent> queued;
    private long bytes;

    /**
     * @param events wanted by the audience, in the order in which they leave
     * @param batchEvents at most so many are one message
     * @param cursors what resumes after one of the events, by its index
     */
    EventMessages(Audience audience, List<Event> events, int batchEvents, IntFunction<String> cursors) {
        this.audience = audience;
        this.events = events;
        this.batchEvents = audience.key().batches() ? batchEvents : 1;
        this.cursors = cursors;
    }

    boolean isEmpty() {
        return events.isEmpty();
    }

    int events() {
        return events.size();
    }

    /** For who takes them all at once; several in one message for those who know that. */
    List<byte[]> messages() {
        List<byte[]> made = messages;
        if (made == null) {
            made = new ArrayList<>((events.size() + batchEvents - 1) / batchEvents);
            long length = 0;
            for (int from = 0; from < events.size(); from += batchEvents) {
                byte[] message = message(from, Math.min(from + batchEvents, events.size()));
                length += message.length;
                made.add(message);
            }
            // Only whole: when one cannot be made, nobody gets those before it as if they were all.
            messages = made;
            bytes = length;
        }
        return made;
    }

    private byte[] message(int from, int to) {
        EventEncoding encoding = audience.key().encoding();
        String cursor = cursors.apply(to - 1);
        return to - from == 1
                ? encoding.event(events.get(from), cursor)
                : encoding.batch(events.subList(from, to), cursor);
    }

    /** Of {@link #messages}. */
    long bytes() {
        return bytes;
    }

    /** Each by itself, for those for whom they have to wait. */
    List<QueuedEvent> queued(LoopProgress progress) {
        List<QueuedEvent> made = queued;
        if (made == null) {
            made = new ArrayList<>(events.size());
            for (int i = 0; i < events.size(); i++) {
                made.add(new QueuedEvent(progress.nextOrder(), events.get(i), message(i, i + 1)));
            }
            queued = made;
        }
        return made;
    }
}
