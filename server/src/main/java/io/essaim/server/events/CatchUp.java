package io.essaim.server.events;

import io.essaim.protocol.Message.Gap;
import io.essaim.protocol.Message.Range;
import io.essaim.protocol.events.Event;
import io.essaim.server.events.EventLogAccess.Chunk;
import io.essaim.server.observe.Counter;
import io.essaim.server.observe.Counters;
import java.util.List;

/** Reads the log for those who were away, or whose loop was too far behind: a part whenever a socket is empty. Event loop only. */
final class CatchUp {
    /** In place of a gap's count: how many events the log let go nobody knows any more. */
    private static final long UNKNOWN = 0;

    private final EventLogAccess log;
    private final LoopQueue queue;
    private final LoopProgress progress;
    private final int batchEvents;
    private final Counters counters;

    CatchUp(EventLogAccess log, LoopQueue queue, LoopProgress progress, int batchEvents, Counters counters) {
        this.log = log;
        this.queue = queue;
        this.progress = progress;
        this.batchEvents = batchEvents;
        this.counters = counters;
    }

    void read(EventSubscriber subscriber, EventDelivery delivery) {
        Audience audience = subscriber.audience();
        if (audience == null) {
            return;
        }
        subscriber.reading(true);
        int subscription = subscriber.subscriptions();
        log.read(queue, audience.key().interest().rooms(), subscriber.positions(), chunk -> {
            if (!subscriber.isGone() && subscription == subscriber.subscriptions()) {
                subscriber.reading(false);
                take(subscriber, audience, chunk, delivery);
                delivery.proceed(subscriber);
            }
        });
    }

    private void take(EventSubscriber subscriber, Audience audience, Chunk chunk, EventDelivery delivery) {
        Positions from = subscriber.positions();
        for (String room : chunk.unrecovered()) {
            Range range = range(room, from, chunk);
            // Of a room that is further than this part the next one says the same.
            if (range.first() <= range.last()) {
                counters.increment(Counter.EVENTS_UNRECOVERED);
                subscriber.unrecovered().add(new Gap(room, List.of(range), UNKNOWN));
            }
        }
        List<Event> wanted = audience.wanted(chunk.events(), -1);
        counters.add(Counter.EVENTS_REPLAYED, wanted.size());
        if (chunk.complete()) {
            subscriber.goLive(chunk.head());
        } else {
            subscriber.catchUp(chunk.positions());
        }
        if (!wanted.isEmpty()) {
            delivery.deliverPart(
                    subscriber,
                    new EventMessages(
                            audience,
                            wanted,
                            batchEvents,
                            Cursors.replayed(wanted, from.ahead(), chunk.positions(), progress)));
        }
    }

    /** Where what was let go may have been: up to the first event of the room that is left. */
    private static Range range(String room, Positions from, Chunk chunk) {
        long last = chunk.positions().of(room);
        for (Event event : chunk.events()) {
            if (event.room().equals(room)) {
                last = event.offset() - 1;
                break;
            }
        }
        return new Range(from.of(room) + 1, last);
    }
}
