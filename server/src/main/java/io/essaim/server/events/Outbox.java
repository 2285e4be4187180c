package io.essaim.server.events;

import io.essaim.protocol.Message.Gap;
import io.essaim.protocol.events.Event;
import io.essaim.protocol.events.Priority;
import io.essaim.server.observe.Counter;
import io.essaim.server.observe.Counters;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What waits for one client that does not read fast enough: references to messages that others have, too. Beyond its limits
 * the lowest priority goes first, of that the oldest; each room of which something went is told of by a gap. Single events
 * stand in it even for a client that knows batches: so that a priority can be dropped without what left with it. Event loop
 * only.
 */
final class Outbox {
    private final OutboxLimits limits;
    private final Counters counters;

    // event loop
    /** In the order of leaving, each priority for itself; all together by {@link QueuedEvent#order}. */
    private final Map<Priority, ArrayDeque<QueuedEvent>> waiting = new EnumMap<>(Priority.class);

    private final Map<String, LostEvents> lost = new TreeMap<>();
    private int events;
    private long bytes;

    Outbox(OutboxLimits limits, Counters counters) {
        this.limits = limits;
        this.counters = counters;
    }

    boolean isEmpty() {
        return events == 0 && lost.isEmpty();
    }

    int events() {
        return events;
    }

    /** Adds what is of a part of the log that is read at the client's own pace: nothing is dropped for it. */
    void addUnbounded(QueuedEvent event) {
        waiting.computeIfAbsent(event.event().priority(), priority -> new ArrayDeque<>())
                .add(event);
        events++;
        bytes += event.message().length;
    }

    void add(QueuedEvent event) {
        addUnbounded(event);
        while (events > limits.events() || bytes > limits.bytes()) {
            drop();
        }
    }

    private void drop() {
        QueuedEvent dropped = null;
        for (ArrayDeque<QueuedEvent> each : waiting.values()) {
            // By priority, the lowest last.
            dropped = each.isEmpty() ? dropped : each.peek();
        }
        if (dropped == null) {
            throw new AssertionError(events + " events, none of any priority");
        }
        Event event = dropped.event();
        take(dropped);
        lost.computeIfAbsent(event.room(), LostEvents::new).add(event.offset());
        counters.increment(Counter.EVENTS_DROPPED);
    }

    @SuppressWarnings("ReferenceEquality") // the very one that was looked at is meant
    private void take(QueuedEvent head) {
        ArrayDeque<QueuedEvent> queue = waiting.get(head.event().priority());
        if (queue == null || queue.poll() != head) {
            throw new AssertionError("not the first of its priority");
        }
        events--;
        bytes -= head.message().length;
    }

    /** What has to be told before the next of the events; those are not told again. */
    List<Gap> takeGaps() {
        List<Gap> gaps = new ArrayList<>(lost.size());
        lost.values().forEach(each -> gaps.add(each.gap()));
        lost.clear();
        return gaps;
    }

    /** The next event, in the order of leaving; null when none waits. */
    @Nullable
    QueuedEvent poll() {
        QueuedEvent next = null;
        for (ArrayDeque<QueuedEvent> each : waiting.values()) {
            QueuedEvent head = each.peek();
            if (head != null && (next == null || head.order() < next.order())) {
                next = head;
            }
        }
        if (next != null) {
            take(next);
        }
        return next;
    }

    /** Offset of the first event of a room that waits, or was dropped and has not been told of. */
    long firstOf(String room) {
        LostEvents dropped = lost.get(room);
        long first = dropped == null ? LoopRoom.NONE : dropped.first();
        for (ArrayDeque<QueuedEvent> each : waiting.values()) {
            for (QueuedEvent queued : each) {
                if (queued.event().room().equals(room)) {
                    first = Math.min(first, queued.event().offset());
                    break;
                }
            }
        }
        return first;
    }
}
