package io.essaim.server.events;

import io.essaim.protocol.CloseCode;
import io.essaim.protocol.Message;
import io.essaim.server.events.EventLogAccess.Attach;
import io.essaim.server.events.EventLogAccess.AttachAnswer;
import io.essaim.server.events.EventLogAccess.AttachRefused;
import io.essaim.server.events.EventLogAccess.Attached;
import io.essaim.server.observe.Counter;
import io.essaim.server.observe.Counters;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Has one subscription follow another. In the rooms that are in both nothing is lost and nothing comes twice: what waits in
 * them leaves for this subscriber before the answer, or is read from the log when its socket takes nothing; a replay goes on
 * from where it is. Event loop only.
 */
final class Subscriptions {
    private final EventLogAccess log;
    private final LoopQueue queue;
    private final LoopProgress progress;
    private final LoopRooms rooms;
    private final RoomFlush flush;
    private final EventDelivery delivery;
    private final SubscriberSnapshots snapshots;
    private final Counters counters;

    Subscriptions(
            EventLogAccess log,
            LoopQueue queue,
            LoopProgress progress,
            LoopRooms rooms,
            RoomFlush flush,
            EventDelivery delivery,
            SubscriberSnapshots snapshots,
            Counters counters) {
        this.log = log;
        this.queue = queue;
        this.progress = progress;
        this.rooms = rooms;
        this.flush = flush;
        this.delivery = delivery;
        this.snapshots = snapshots;
        this.counters = counters;
    }

    void request(EventSubscriber subscriber, Message.SubscribeEvents request, Consumer<EventFanOut.Outcome> answer) {
        Optional<String> forbidden =
                subscriber.scope().forbidden(request.interest().rooms());
        if (forbidden.isPresent()) {
            counters.increment(Counter.PERMISSIONS_REFUSED);
            answer.accept(new EventFanOut.Refused(EventFanOut.Fault.NOT_PERMITTED, forbidden.get()));
            return;
        }
        if (request.snapshot()) {
            Optional<String> refusal = snapshots.ask(subscriber);
            if (refusal.isPresent()) {
                answer.accept(new EventFanOut.Refused(EventFanOut.Fault.FULL, refusal.get()));
                return;
            }
        }
        subscriber.requesting(true);
        Attach attach =
                new Attach(subscriber.clientId(), request.interest().rooms(), request.since(), request.presence());
        log.attach(queue, attach, answered -> {
            subscriber.requesting(false);
            if (!subscriber.isGone()) {
                try {
                    onAnswer(subscriber, request, answered, answer);
                } catch (RuntimeException e) {
                    delivery.fail(subscriber, e);
                }
            }
        });
    }

    private void onAnswer(
            EventSubscriber subscriber,
            Message.SubscribeEvents request,
            AttachAnswer answered,
            Consumer<EventFanOut.Outcome> answer) {
        if (answered instanceof AttachRefused refused) {
            answer.accept(new EventFanOut.Refused(
                    refused.malformed() ? EventFanOut.Fault.MALFORMED : EventFanOut.Fault.FULL, refused.reason()));
        } else if (answered instanceof Attached attached) {
            progress.attached(attached.epoch(), attached.head());
            boolean resumes = request.since() != null;
            if (!resumes) {
                flush(subscriber);
            }
            if (subscriber.isGone()) {
                return;
            }
            String cursor = replace(subscriber, request, attached);
            if (resumes) {
                counters.increment(Counter.EVENT_REPLAYS);
                counters.add(Counter.EVENTS_UNRECOVERED, attached.unrecovered().size());
            }
            answer.accept(new EventFanOut.Granted(new Message.SubscribedEvents(
                    request.requestId(), request.interest(), cursor, resumes ? attached.unrecovered() : null)));
            begin(subscriber, request);
        }
    }

    private void flush(EventSubscriber subscriber) {
        Audience audience = subscriber.audience();
        if (audience != null && subscriber.isLive() && subscriber.isReady()) {
            long seen = seen(subscriber);
            flush.flushFor(subscriber, audience, seen);
            if (!subscriber.isGone()) {
                subscriber.goLive(seen);
            }
        }
    }

    /** Returns the cursor that resumes from here. */
    private String replace(EventSubscriber subscriber, Message.SubscribeEvents request, Attached attached) {
        boolean resumes = request.since() != null;
        Audience before = resumes ? null : subscriber.audience();
        Map<String, Long> read = new HashMap<>();
        request.interest()
                .rooms()
                .forEach(room -> read.put(room, attached.from().of(room)));
        if (before != null) {
            before.rooms().forEach(room -> read.computeIfPresent(room.name(), (name, from) -> read(subscriber, room)));
        }
        subscriber.unrecovered().removeIf(gap -> resumes || !read.containsKey(gap.room()));
        subscriber.presences().keySet().removeIf(room -> !read.containsKey(room));
        subscriber.outbox(null);
        rooms.enter(subscriber, request.interest());
        subscriber.begin(request.presence(), request.snapshot());
        Positions positions = positions(read, attached.head());
        if (positions.base() >= attached.head()) {
            subscriber.goLive(attached.head());
        } else {
            subscriber.catchUp(positions);
        }
        return Cursors.text(progress, positions);
    }

    /**
     * Up to where it has got a room that it stays in. What waits for its socket, or to leave a room while its socket takes
     * nothing, it has not: it is read from the log instead, so that it gets cursors of the new subscription.
     */
    private long read(EventSubscriber subscriber, LoopRoom room) {
        long read = subscriber.positions().of(room.name());
        if (subscriber.isLive()) {
            read = Math.min(seen(subscriber), room.firstPendingAfter(subscriber.liveAfter()) - 1);
        }
        Outbox outbox = subscriber.outbox();
        return outbox == null ? read : Math.min(read, outbox.firstOf(room.name()) - 1);
    }

    /** Up to where who is live has all that does not wait on this loop. */
    private long seen(EventSubscriber subscriber) {
        return Math.max(progress.seen(), subscriber.liveAfter());
    }

    private static Positions positions(Map<String, Long> rooms, long head) {
        long base = rooms.values().stream().mapToLong(Long::longValue).min().orElse(head);
        return new Positions(base, rooms);
    }

    private void begin(EventSubscriber subscriber, Message.SubscribeEvents request) {
        if (subscriber.isGone()) {
            return;
        }
        if (request.snapshot()) {
            int subscription = subscriber.subscriptions();
            StatusQuestion question = StatusQuestion.of(request.interest().rooms(), subscriber.scope());
            log.snapshot(queue, question, snapshot -> {
                if (!subscriber.isGone() && subscription == subscriber.subscriptions()) {
                    try {
                        snapshots.give(subscriber, snapshot);
                        delivery.proceed(subscriber);
                    } catch (RuntimeException e) {
                        delivery.fail(subscriber, e);
                    }
                }
            });
        }
        delivery.proceed(subscriber);
    }

    /** The client comes back with its cursor, and reads the log then. */
    void closeBehind(EventSubscriber subscriber) {
        if (!subscriber.isGone()) {
            counters.increment(Counter.CLIENTS_BEHIND);
            subscriber.waitsNoMore();
            try {
                subscriber
                        .sink()
                        .close(
                                CloseCode.BEHIND,
                                "too far behind with events; come back with the cursor of the last one");
            } catch (RuntimeException e) {
                delivery.fail(subscriber, e);
            }
        }
    }
}
