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
            counters.increment(Counter.EVENTS_UNRECOVERED);
            subscriber.notices().add(subscriber.encoding().gap(gap(room, from, chunk)));
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

    /** How many the log has let go is not known to anybody: a count of 0 says so. */
    private static Gap gap(String room, Positions from, Chunk chunk) {
        long last = chunk.positions().of(room);
        for (Event event : chunk.events()) {
            if (event.room().equals(room)) {
                last = event.offset() - 1;
                break;
            }
        }
        return new Gap(room, List.of(new Range(from.of(room) + 1, last)), 0);
    }
}
