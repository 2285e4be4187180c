package io.essaim.server.events;

import io.essaim.protocol.CloseCode;
import io.essaim.protocol.Limits;
import io.essaim.protocol.Message.Gap;
import io.essaim.protocol.Message.PresenceUpdate;
import io.essaim.server.observe.Counter;
import io.essaim.server.observe.Counters;
import io.essaim.server.observe.ErrorLog;
import io.essaim.server.swarm.TimeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** How what is for a client gets to its socket: at once, or by its outbox when it does not read. Event loop only. */
final class EventDelivery {
    /** What is taken out of an outbox at once: more would only wait in the socket, where nothing can be dropped. */
    private static final int PART_BYTES = 64 << 10;

    private final OutboxLimits limits;
    private final LoopProgress progress;
    private final TimeSource time;
    private final Counters counters;
    private final CatchUp catchUp;
    private final SubscriberSnapshots snapshots;
    private final ErrorLog errors;
    private final Consumer<EventSubscriber> removal;

    /** @param removal ends what a subscriber gets; harmless when repeated */
    EventDelivery(
            OutboxLimits limits,
            LoopProgress progress,
            TimeSource time,
            Counters counters,
            CatchUp catchUp,
            SubscriberSnapshots snapshots,
            ErrorLog errors,
            Consumer<EventSubscriber> removal) {
        this.limits = limits;
        this.progress = progress;
        this.time = time;
        this.counters = counters;
        this.catchUp = catchUp;
        this.snapshots = snapshots;
        this.errors = errors;
        this.removal = removal;
    }

    /** Sends what has left its rooms, or has it wait. */
    void deliver(EventSubscriber subscriber, EventMessages messages) {
        if (subscriber.isReady()) {
            send(subscriber, messages);
        } else {
            queue(subscriber, messages);
        }
    }

    private void send(EventSubscriber subscriber, EventMessages messages) {
        subscriber.sink().send(messages.messages());
        sent(messages, 1);
    }

    void sent(EventMessages messages, int receivers) {
        counters.add(Counter.EVENTS_SENT, (long) messages.events() * receivers);
        counters.add(Counter.EVENT_BYTES_SENT, messages.bytes() * receivers);
    }

    /** Has it wait behind what waits already; what is too much is dropped. */
    void queue(EventSubscriber subscriber, EventMessages messages) {
        Outbox outbox = outbox(subscriber);
        for (QueuedEvent each : messages.queued(progress)) {
            outbox.add(each);
        }
        counters.add(Counter.EVENTS_QUEUED, messages.events());
        await(subscriber);
    }

    /** Sends a part of the log, or has it wait whole: the next one is not asked for before it is out. */
    void deliverPart(EventSubscriber subscriber, EventMessages messages) {
        if (subscriber.isReady()) {
            send(subscriber, messages);
            return;
        }
        Outbox outbox = outbox(subscriber);
        for (QueuedEvent each : messages.queued(progress)) {
            outbox.addUnbounded(each);
        }
    }

    private Outbox outbox(EventSubscriber subscriber) {
        Outbox outbox = subscriber.outbox();
        if (outbox == null) {
            outbox = new Outbox(limits, counters);
            subscriber.outbox(outbox);
        }
        return outbox;
    }

    /**
     * A fault of ours in what was to be sent to it: it is closed and sent nothing more, since it must not take it that it has
     * all. Never throws.
     */
    void fail(EventSubscriber subscriber, RuntimeException fault) {
        errors.record("events could not be sent", fault);
        if (subscriber.isGone()) {
            return;
        }
        try {
            subscriber.sink().close(CloseCode.SERVER_ERROR, "an event could not be sent");
        } catch (RuntimeException e) {
            errors.record("a client could not be closed", e);
        }
        removal.accept(subscriber);
    }

    /** Tells who came and went; of what it has not read yet one notice a room remains. */
    void deliver(EventSubscriber subscriber, PresenceUpdate update, byte[] message) {
        if (subscriber.isReady()) {
            subscriber.sink().send(List.of(message));
        } else {
            subscriber.presences().merge(update.room(), update, EventDelivery::joined);
            await(subscriber);
        }
    }

    private static PresenceUpdate joined(PresenceUpdate before, PresenceUpdate after) {
        return new PresenceUpdate(
                after.room(),
                after.members(),
                names(before.joined(), after.left(), after.joined()),
                names(before.left(), after.joined(), after.left()));
    }

    private static List<String> names(List<String> before, List<String> undone, List<String> after) {
        return Stream.concat(before.stream().filter(name -> !undone.contains(name)), after.stream())
                .distinct()
                .limit(Limits.PRESENCE_NAMES_MAX)
                .toList();
    }

    /** Sends what waits as far as the socket takes it; then reads on for who catches up. Never throws. */
    void proceed(EventSubscriber subscriber) {
        try {
            sendOn(subscriber);
        } catch (RuntimeException e) {
            fail(subscriber, e);
        }
    }

    private void sendOn(EventSubscriber subscriber) {
        while (!subscriber.isGone() && subscriber.hasWaiting()) {
            if (subscriber.awaitsSnapshot() || !subscriber.sink().isWritable()) {
                await(subscriber);
                return;
            }
            sendPart(subscriber);
        }
        if (subscriber.heldSnapshot() != null
                && !subscriber.isGone()
                && !subscriber.sink().isWritable()) {
            // Who does not read what is large is closed like those for whom events wait.
            await(subscriber);
            return;
        }
        snapshots.release(subscriber);
        subscriber.waitsNoMore();
        if (subscriber.isGone() || subscriber.isLive() || subscriber.isReading() || subscriber.awaitsSnapshot()) {
            return;
        }
        if (subscriber.sink().isWritable()) {
            catchUp.read(subscriber, this);
        } else {
            await(subscriber);
        }
    }

    private void await(EventSubscriber subscriber) {
        subscriber.waitsFrom(time.nanoTime());
        if (!subscriber.awaitsSocket() && !subscriber.awaitsSnapshot()) {
            subscriber.awaitsSocket(true);
            subscriber.sink().whenWritable(() -> {
                subscriber.awaitsSocket(false);
                proceed(subscriber);
            });
        }
    }

    private void sendPart(EventSubscriber subscriber) {
        byte[] snapshot = subscriber.takeSnapshot();
        if (snapshot != null) {
            // By itself, so that all who get the same share what the sockets hold of it.
            subscriber.sink().send(List.of(snapshot));
            return;
        }
        EventEncoding encoding = subscriber.encoding();
        List<byte[]> part = new ArrayList<>();
        subscriber.unrecovered().forEach(gap -> part.add(encoding.gap(gap)));
        subscriber.unrecovered().clear();
        int events = 0;
        long bytes = 0;
        Outbox outbox = subscriber.outbox();
        if (outbox != null) {
            for (Gap gap : outbox.takeGaps()) {
                part.add(encoding.gap(gap));
            }
            for (QueuedEvent next = outbox.poll(); next != null; next = outbox.poll()) {
                part.add(next.message());
                events++;
                bytes += next.message().length;
                if (bytes >= PART_BYTES) {
                    break;
                }
            }
            if (outbox.isEmpty()) {
                subscriber.outbox(null);
            }
        }
        if (subscriber.outbox() == null) {
            subscriber.presences().values().forEach(update -> part.add(encoding.presence(update)));
            subscriber.presences().clear();
        }
        counters.add(Counter.EVENTS_SENT, events);
        counters.add(Counter.EVENT_BYTES_SENT, bytes);
        subscriber.sink().send(part);
    }
}
