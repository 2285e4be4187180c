package io.essaim.server.events;

import io.essaim.protocol.Message;
import io.essaim.protocol.events.Event;
import io.essaim.protocol.events.EventInterest;
import io.essaim.server.observe.Counter;
import io.essaim.server.observe.Counters;
import io.essaim.server.observe.Distribution;
import io.essaim.server.observe.Distributions;
import io.essaim.server.observe.ErrorLog;
import io.essaim.server.swarm.TimeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One event loop's share of the events: its rooms, what waits in them to leave, and its subscribers. Event loop only.
 */
public final class EventFanOut implements LoopQueue.Receiver {
    /** How often {@link #review} is to be called. */
    public static final int REVIEWS_PER_SECOND = 2;

    /** Events that may wait for the loop; beyond it the log is read instead. */
    private static final int LOOP_EVENTS_MAX = 65_536;

    /** Runs tasks on the loop after a while. */
    public interface Timers {
        void after(long nanos, Runnable task);
    }

    /** What came of a request to be sent events. */
    public sealed interface Outcome permits Granted, Refused {}

    /** @param subscribed with the request's id */
    public record Granted(Message.SubscribedEvents subscribed) implements Outcome {}

    public record Refused(Fault fault, String reason) implements Outcome {}

    /** What a request is refused for. */
    public enum Fault {
        /** The request itself. */
        MALFORMED,
        /** Its sender may not enter a room that it names. */
        NOT_PERMITTED,
        /** How full the server is: it may be granted another time. */
        FULL
    }

    private final EventLogAccess log;
    private final LoopQueue queue;
    private final OutboxLimits limits;
    private final TimeSource time;
    private final Counters counters;
    private final Distributions distributions;
    private final LoopProgress progress = new LoopProgress();
    private final SubscriberSnapshots snapshots;
    private final EventDelivery delivery;
    private final RoomFlush flush;
    private final LoopRooms rooms;
    private final Subscriptions subscriptions;

    /**
     * Begins to be offered what is appended. Any thread.
     *
     * @param loop runs tasks on the event loop, in order
     */
    public EventFanOut(
            EventLogAccess log,
            Executor loop,
            Timers timers,
            EventWindows windows,
            OutboxLimits limits,
            TimeSource time,
            Counters counters,
            Distributions distributions,
            ErrorLog errors) {
        this.log = log;
        this.limits = limits;
        this.time = time;
        this.counters = counters;
        this.distributions = distributions;
        queue = new LoopQueue(loop, this, LOOP_EVENTS_MAX);
        CatchUp catchUp = new CatchUp(log, queue, progress, windows.general().events(), counters);
        snapshots = new SubscriberSnapshots(time, counters);
        delivery = new EventDelivery(limits, progress, time, counters, catchUp, snapshots, errors, this::remove);
        flush = new RoomFlush(progress, delivery, counters, distributions, time);
        rooms = new LoopRooms(windows, new DueRooms(timers, this::flushDue));
        subscriptions = new Subscriptions(log, queue, progress, rooms, flush, delivery, snapshots, counters);
        log.addLoop(queue);
    }

    /**
     * Grants it, or not; what is sent to the subscriber from the answer on is of what was granted, a snapshot and what
     * it missed first. Another request before the answer is refused.
     *
     * @param answer is called once, on this loop, right before anything is sent; not when it is removed meanwhile
     */
    public void subscribe(EventSubscriber subscriber, Message.SubscribeEvents request, Consumer<Outcome> answer) {
        if (subscriber.isRequesting()) {
            answer.accept(new Refused(Fault.MALFORMED, "the request before has not been answered yet"));
        } else if (!subscriber.isGone()) {
            subscriptions.request(subscriber, request, answer);
        }
    }

    /** Adds a room to what it is granted, as {@link #subscribe} does. */
    public void join(EventSubscriber subscriber, Message.Join request, Consumer<Outcome> answer) {
        EventInterest interest = granted(subscriber);
        Stream<String> joined = Stream.concat(interest.rooms().stream(), Stream.of(request.room()));
        change(subscriber, request.requestId(), interest, joined, answer);
    }

    /** Takes a room from what it is granted, as {@link #subscribe} does. */
    public void leave(EventSubscriber subscriber, Message.Leave request, Consumer<Outcome> answer) {
        unsubscribe(subscriber, request.requestId(), List.of(request.room()), answer);
    }

    /**
     * Takes rooms from what it is granted, as {@link #subscribe} does.
     *
     * @param left none: all
     */
    public void unsubscribe(EventSubscriber subscriber, String requestId, List<String> left, Consumer<Outcome> answer) {
        EventInterest interest = granted(subscriber);
        Stream<String> kept = interest.rooms().stream().filter(room -> !left.isEmpty() && !left.contains(room));
        change(subscriber, requestId, interest, kept, answer);
    }

    private void change(
            EventSubscriber subscriber,
            String requestId,
            EventInterest interest,
            Stream<String> rooms,
            Consumer<Outcome> answer) {
        EventInterest changed;
        try {
            changed = new EventInterest(rooms.toList(), interest.types(), interest.filter());
        } catch (IllegalArgumentException e) {
            answer.accept(new Refused(Fault.MALFORMED, Objects.requireNonNullElse(e.getMessage(), "rooms")));
            return;
        }
        subscribe(
                subscriber,
                new Message.SubscribeEvents(requestId, changed, null, subscriber.wantsPresence(), false),
                answer);
    }

    private EventInterest granted(EventSubscriber subscriber) {
        EventInterest interest = interest(subscriber);
        return interest == null ? EventInterest.inRooms() : interest;
    }

    /** What it is granted now; null before the first. */
    public @Nullable EventInterest interest(EventSubscriber subscriber) {
        Audience audience = subscriber.audience();
        return audience == null ? null : audience.key().interest();
    }

    /**
     * The last known statuses that are asked for, a second old at most.
     *
     * @param answer is called once, on this loop
     */
    public void snapshot(StatusQuestion question, Consumer<Message.Snapshot> answer) {
        log.recentSnapshot(queue, question, answer);
    }

    /**
     * Whether all that it missed has been looked through and sent, so that what leaves its rooms next is sent next; not
     * before its request is granted.
     */
    public boolean isCurrent(EventSubscriber subscriber) {
        return subscriber.isLive() && !subscriber.hasWaiting() && !subscriber.isRequesting();
    }

    /**
     * Resumes after all that it was sent so far.
     *
     * @throws IllegalStateException when it is not {@linkplain #isCurrent current}
     */
    public String cursor(EventSubscriber subscriber) {
        Audience audience = subscriber.audience();
        if (audience == null || !isCurrent(subscriber)) {
            throw new IllegalStateException(subscriber.clientId() + " is not current");
        }
        return Cursors.live(audience, subscriber.liveAfter(), progress);
    }

    /** Nothing more is sent to it; harmless when it is gone already. */
    public void remove(EventSubscriber subscriber) {
        if (subscriber.isGone()) {
            return;
        }
        boolean known = subscriber.isRequesting() || subscriber.audience() != null;
        rooms.leave(subscriber);
        snapshots.release(subscriber);
        subscriber.end();
        if (known) {
            log.detach(subscriber.clientId());
        }
    }

    @Override
    public void onAppended(long after, List<Event> events) {
        long now = time.nanoTime();
        if (progress.hasMissed(after)) {
            onMissed();
        }
        progress.sees(after);
        for (int i = 0; i < events.size(); i++) {
            Event event = events.get(i);
            rooms.add(event, now);
            progress.sees(event.offset());
        }
        flushDue();
    }

    /** What was offered leaves; then all who are live read the log from there. */
    private void onMissed() {
        counters.increment(Counter.LOOPS_LAPPED);
        rooms.forEach(room -> flush.flush(room));
        List<EventSubscriber> live = new ArrayList<>();
        rooms.forEachMember(member -> {
            if (member.isLive()) {
                member.catchUp(Positions.at(Math.max(progress.seen(), member.liveAfter())));
                live.add(member);
            }
        });
        live.forEach(delivery::proceed);
    }

    private void flushDue() {
        long now = time.nanoTime();
        for (LoopRoom room = rooms.due(now); room != null; room = rooms.due(now)) {
            flush.flush(room);
        }
    }

    @Override
    public void onPresence(Message.PresenceUpdate update) {
        LoopRoom room = rooms.find(update.room());
        if (room == null) {
            return;
        }
        List<Audience> audiences = room.audiences();
        for (int i = audiences.size() - 1; i >= 0; i--) {
            byte[] message = null;
            List<EventSubscriber> members = audiences.get(i).members();
            for (int j = members.size() - 1; j >= 0; j--) {
                EventSubscriber member = members.get(j);
                if (!member.wantsPresence()) {
                    continue;
                }
                try {
                    message = message == null ? member.encoding().presence(update) : message;
                    delivery.deliver(member, update, message);
                } catch (RuntimeException e) {
                    delivery.fail(member, e);
                }
            }
        }
    }

    /**
     * Closes those for whom something has waited too long. To be called {@link #REVIEWS_PER_SECOND} times a second. Event
     * loop only.
     */
    public void review(long nowNanos) {
        long behindNanos = limits.behind().toNanos();
        List<EventSubscriber> behind = new ArrayList<>();
        rooms.forEachMember(member -> {
            Outbox outbox = member.outbox();
            distributions.record(Distribution.OUTBOX_EVENTS, outbox == null ? 0 : outbox.events());
            if (member.hasWaited(behindNanos, nowNanos)) {
                behind.add(member);
            }
        });
        behind.forEach(subscriptions::closeBehind);
    }
}
