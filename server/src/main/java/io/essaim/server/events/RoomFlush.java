package io.essaim.server.events;

import io.essaim.protocol.events.Event;
import io.essaim.server.observe.Counter;
import io.essaim.server.observe.Counters;
import io.essaim.server.observe.Distribution;
import io.essaim.server.observe.Distributions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Has what waits in a room leave: made once for each audience, in one write to each of its members. Event loop only. */
final class RoomFlush {
    private final LoopProgress progress;
    private final EventDelivery delivery;
    private final Counters counters;
    private final Distributions distributions;

    RoomFlush(LoopProgress progress, EventDelivery delivery, Counters counters, Distributions distributions) {
        this.progress = progress;
        this.delivery = delivery;
        this.counters = counters;
        this.distributions = distributions;
    }

    /** All that waits in the room leaves, in order. */
    void flush(LoopRoom room, long nowNanos) {
        if (room.pending().isEmpty()) {
            return;
        }
        int sent = 0;
        List<Audience> audiences = room.audiences();
        for (int i = audiences.size() - 1; i >= 0; i--) {
            sent += flush(room, audiences.get(i));
        }
        counters.increment(Counter.EVENT_FLUSHES);
        if (sent > 0) {
            distributions.record(Distribution.EVENT_DELIVERY_SECONDS, (nowNanos - room.oldestNanos()) / 1e9);
        }
        room.left();
    }

    /** Returns to how many it was sent at once. */
    private int flush(LoopRoom room, Audience audience) {
        long elsewhere = Cursors.firstPendingElsewhere(audience, room, -1);
        long floor = Math.min(elsewhere, room.pending().get(0).offset()) - 1;
        EventMessages shared = messages(room, audience, -1);
        if (shared.isEmpty()) {
            return 0;
        }
        @Nullable EventMessages own = null;
        long ownAfter = -1;
        int sent = 0;
        List<EventSubscriber> members = audience.members();
        for (int i = members.size() - 1; i >= 0; i--) {
            EventSubscriber member = members.get(i);
            if (!member.isLive()) {
                continue;
            }
            if (member.liveAfter() > floor) {
                // It has read a part of what waits in its rooms from the log: another start, and other cursors.
                if (own == null || ownAfter != member.liveAfter()) {
                    ownAfter = member.liveAfter();
                    own = messages(room, audience, ownAfter);
                }
                if (!own.isEmpty()) {
                    delivery.deliver(member, own);
                }
            } else if (member.isReady()) {
                member.sink().send(shared.messages());
                sent++;
            } else {
                delivery.queue(member, shared);
            }
        }
        delivery.sent(shared, sent);
        return sent;
    }

    private EventMessages messages(LoopRoom room, Audience audience, long after) {
        List<Event> leaving = audience.wanted(room.pending(), after);
        return new EventMessages(
                audience, leaving, room.batchEvents(), Cursors.leaving(audience, room, after, leaving, progress));
    }

    /** Sends what waits in one member's rooms to it alone, before it gets another audience; it has all up to that offset then. */
    void flushFor(EventSubscriber member, Audience audience, long upTo) {
        List<Event> waiting = new ArrayList<>();
        Map<String, Long> ahead = new HashMap<>();
        int batchEvents = Integer.MAX_VALUE;
        for (LoopRoom room : audience.rooms()) {
            waiting.addAll(audience.wanted(room.pending(), member.liveAfter()));
            ahead.put(room.name(), room.lastLeft());
            batchEvents = Math.min(batchEvents, room.batchEvents());
        }
        if (!waiting.isEmpty()) {
            waiting.sort(Comparator.comparingLong(Event::offset));
            delivery.deliver(
                    member,
                    new EventMessages(
                            audience,
                            waiting,
                            batchEvents,
                            Cursors.replayed(waiting, ahead, Positions.at(upTo), progress)));
        }
    }
}
