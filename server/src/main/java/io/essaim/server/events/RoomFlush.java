package io.essaim.server.events;

import io.essaim.protocol.events.Event;
import io.essaim.server.observe.Counter;
import io.essaim.server.observe.Counters;
import io.essaim.server.observe.Distribution;
import io.essaim.server.observe.Distributions;
import io.essaim.server.swarm.TimeSource;
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
    private final TimeSource time;

    RoomFlush(
            LoopProgress progress,
            EventDelivery delivery,
            Counters counters,
            Distributions distributions,
            TimeSource time) {
        this.progress = progress;
        this.delivery = delivery;
        this.counters = counters;
        this.distributions = distributions;
        this.time = time;
    }

    /** All that waits in the room leaves, in order. */
    void flush(LoopRoom room) {
        if (room.pending().isEmpty()) {
            return;
        }
        long oldestNanos = room.oldestNanos();
        int receivers = 0;
        try {
            List<Audience> audiences = room.audiences();
            for (int i = audiences.size() - 1; i >= 0; i--) {
                receivers += flush(room, audiences.get(i));
            }
        } finally {
            // Whatever came of it: who was served must not be served again, and the room goes on.
            room.left();
        }
        counters.increment(Counter.EVENT_FLUSHES);
        if (receivers > 0) {
            distributions.record(Distribution.EVENT_DELIVERY_SECONDS, (time.nanoTime() - oldestNanos) / 1e9);
        }
    }

    /** Returns to how many it was sent, or for how many it waits. */
    private int flush(LoopRoom room, Audience audience) {
        EventMessages shared;
        long floor;
        try {
            shared = messages(room, audience, -1);
            if (shared.isEmpty()) {
                return 0;
            }
            long elsewhere = Cursors.firstPendingElsewhere(audience, room, -1);
            floor = Math.min(elsewhere, room.pending().get(0).offset()) - 1;
        } catch (RuntimeException e) {
            fail(audience, e);
            return 0;
        }
        return flush(room, audience, shared, floor);
    }

    /** The others are not harmed by what cannot be made into a message of one kind. */
    private void fail(Audience audience, RuntimeException fault) {
        List<EventSubscriber> members = audience.members();
        for (int i = members.size() - 1; i >= 0; i--) {
            delivery.fail(members.get(i), fault);
        }
    }

    /** @param floor who has no more than up to here gets what is shared */
    private int flush(LoopRoom room, Audience audience, EventMessages shared, long floor) {
        @Nullable EventMessages own = null;
        long ownAfter = -1;
        int sent = 0;
        int others = 0;
        List<EventSubscriber> members = audience.members();
        for (int i = members.size() - 1; i >= 0; i--) {
            EventSubscriber member = members.get(i);
            if (!member.isLive()) {
                continue;
            }
            try {
                if (member.liveAfter() > floor) {
                    // It has read a part of what waits in its rooms from the log: another start, and other cursors.
                    if (own == null || ownAfter != member.liveAfter()) {
                        own = messages(room, audience, member.liveAfter());
                        ownAfter = member.liveAfter();
                    }
                    if (!own.isEmpty()) {
                        delivery.deliver(member, own);
                        others++;
                    }
                } else if (member.isReady()) {
                    member.sink().send(shared.messages());
                    sent++;
                } else {
                    delivery.queue(member, shared);
                    others++;
                }
            } catch (RuntimeException e) {
                delivery.fail(member, e);
            }
        }
        delivery.sent(shared, sent);
        return sent + others;
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
