package io.essaim.server.events;

import io.essaim.protocol.events.Event;
import io.essaim.server.observe.Counter;
import io.essaim.server.observe.Counters;
import io.essaim.server.observe.Distribution;
import io.essaim.server.observe.Distributions;
import io.essaim.server.observe.ErrorLog;
import io.essaim.server.swarm.TimeSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Puts events in order: takes what waits in the queue, numbers it, has it committed, and then lets it stand in the log, be
 * heard of and be acknowledged. While one group is being committed the next one is numbered. A step at a time, of one
 * thread.
 */
final class EventSequencer {
    /** Events of a group, as far as publications can be parted. */
    static final int GROUP_EVENTS_MAX = 4_096;

    /** Bytes of a group, likewise. */
    static final long GROUP_BYTES_MAX = 16 << 20;

    private static final long NAP_NANOS = 50_000;

    private static final EventBus.Refusal STORE_FAILS =
            new EventBus.Refusal(RefusalCause.STORE, "the event store cannot be written to: try again later");

    /** Requests of event loops that are answered before publishers have their turn. */
    private static final int REQUESTS_MAX = 1_024;

    /** How often what is too old is looked for, and presence is told. */
    static final long ROUND_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final EventLimits limits;
    private final PublishQueue queue;
    private final Rooms rooms;
    private final Membership membership;
    private final Numbering numbering;
    private final Listeners listeners;
    private final StatusBoard statuses;
    private final Snapshots snapshots;
    private final Journal journal;
    private final Consumer<EventBus.@Nullable Refusal> refusing;
    private final TimeSource time;
    private final Counters counters;
    private final Distributions distributions;
    private final ErrorLog errors;

    // event sequencer
    private final List<LoopQueue> loops = new ArrayList<>();

    /** What is being numbered. */
    private Group open = new Group();

    /** What is being committed, while something is. */
    private Group committing = new Group();

    private boolean busy;

    /** Whether to commit even without events. */
    private boolean tidy;

    /** Whether the last commit failed. */
    private boolean failing;

    /** Offset of the newest event that clients get. */
    private long head;

    private final PublishPace pace;
    private long nextRound;
    private long nextCleaning;

    EventSequencer(Parts parts, long head) {
        this.limits = parts.limits();
        this.queue = parts.queue();
        this.rooms = parts.rooms();
        this.membership = parts.membership();
        this.numbering = parts.numbering();
        this.listeners = parts.listeners();
        this.statuses = parts.statuses();
        this.snapshots = new Snapshots(parts.statuses(), parts.time(), parts.errors());
        this.journal = parts.journal();
        this.refusing = parts.refusing();
        this.time = parts.time();
        this.counters = parts.counters();
        this.distributions = parts.distributions();
        this.errors = parts.errors();
        this.head = head;
        this.pace = new PublishPace(time.nanoTime());
        this.nextRound = time.nanoTime() + ROUND_NANOS;
        this.nextCleaning = time.nanoTime() + limits.roomCleaning().toNanos();
    }

    /**
     * What it is made of.
     *
     * @param refusing is told why publishers are refused from now on; null: they are served
     */
    record Parts(
            EventLimits limits,
            PublishQueue queue,
            Rooms rooms,
            Membership membership,
            Numbering numbering,
            Listeners listeners,
            StatusBoard statuses,
            Journal journal,
            Consumer<EventBus.@Nullable Refusal> refusing,
            TimeSource time,
            Counters counters,
            Distributions distributions,
            ErrorLog errors) {}

    /**
     * Does what is to be done now.
     *
     * @return how much that was; 0: nothing will be, until something is put into the queue or a round is due
     */
    int step() {
        int work = answer();
        work += snapshots.makeOne(head);
        int numbered = number();
        work += numbered;
        long now = time.nanoTime();
        pace.note(numbered, now);
        if (now - nextRound >= 0) {
            round();
        }
        if (!busy && (tidy || !open.isEmpty())) {
            commit();
            work++;
        }
        return work;
    }

    /** Waits until there is something to be done. */
    void await() {
        if (snapshots.isAsked()) {
            return;
        }
        if (pace.isFast()) {
            // A look a little later costs less than being woken for each, on either side.
            time.park(NAP_NANOS);
            return;
        }
        queue.await(Math.max(0, nextRound - time.nanoTime()), !isFull(open));
    }

    /** Whether something is being committed. */
    boolean isBusy() {
        return busy;
    }

    private static boolean isFull(Group group) {
        return group.events.size() >= GROUP_EVENTS_MAX
                || group.publications.size() >= GROUP_EVENTS_MAX
                || group.bytes >= GROUP_BYTES_MAX;
    }

    private int answer() {
        int answered = 0;
        Runnable request = queue.pollRequest();
        while (request != null) {
            try {
                request.run();
            } catch (Throwable e) {
                errors.record("a request to the event log failed", e);
            }
            answered++;
            request = answered < REQUESTS_MAX ? queue.pollRequest() : null;
        }
        return answered;
    }

    private int number() {
        int numbered = 0;
        if (open.isEmpty()) {
            open.takenMicros = time.epochMicros();
        }
        Publication publication = isFull(open) ? null : queue.pollPublication();
        while (publication != null) {
            number(publication);
            numbered++;
            publication = isFull(open) || numbered >= GROUP_EVENTS_MAX ? null : queue.pollPublication();
        }
        return numbered;
    }

    private void number(Publication publication) {
        try {
            if (failing) {
                counters.add(Counter.EVENTS_REFUSED, publication.events().size());
                publication.receipt().refused(STORE_FAILS.cause(), STORE_FAILS.reason());
            } else {
                numbering.add(publication, open);
            }
        } catch (Throwable e) {
            errors.record("a receipt of events failed", e);
        }
    }

    private void commit() {
        Group group = open;
        open = committing;
        committing = group;
        group.newest = numbering.newest();
        busy = true;
        tidy = false;
        journal.commit(group, this::committed);
    }

    private void committed(@Nullable Exception failure) {
        Group group = committing;
        busy = false;
        try {
            if (failure == null) {
                recovered();
                place(group);
            } else {
                fail(failure);
                refuse(group);
                // These came after, and may be duplicates of those.
                refuse(open);
                open.clear();
            }
        } finally {
            group.clear();
        }
    }

    private void fail(Exception failure) {
        errors.record("the event store could not be written to", failure);
        failing = true;
        refusing.accept(STORE_FAILS);
    }

    private void recovered() {
        if (failing) {
            failing = false;
            refusing.accept(null);
        }
    }

    private void place(Group group) {
        List<Event> events = group.events;
        Event[] visible = new Event[events.size()];
        int count = 0;
        for (int i = 0; i < events.size(); i++) {
            Event event = events.get(i);
            boolean withheld = group.withheld.get(i);
            group.rooms.get(i).arrived();
            rooms.append(group.rooms.get(i), event, group.takenMicros, withheld);
            if (!withheld) {
                visible[count++] = event;
                note(event);
            }
        }
        if (count > 0) {
            offer(count == visible.length ? visible : Arrays.copyOf(visible, count));
        }
        counters.add(Counter.EVENTS_PUBLISHED, events.size());
        counters.add(Counter.EVENTS_DUPLICATE, group.duplicates);
        counters.add(Counter.EVENTS_WITHHELD, events.size() - count);
        acknowledge(group);
        for (int i = 0; i < events.size(); i++) {
            listeners.tell(events.get(i));
        }
    }

    private void note(Event event) {
        try {
            statuses.note(event);
        } catch (Throwable e) {
            errors.record("the status of an event could not be read", e);
        }
    }

    private void offer(Event[] events) {
        List<Event> batch = Collections.unmodifiableList(Arrays.asList(events));
        long after = head;
        head = events[events.length - 1].offset();
        for (int i = 0; i < loops.size(); i++) {
            loops.get(i).append(after, batch);
        }
    }

    private void acknowledge(Group group) {
        if (group.isEmpty()) {
            return;
        }
        // Of each group the one that has waited longest: a clock for each would cost as much as the event.
        distributions.record(
                Distribution.EVENT_COMMIT_SECONDS,
                (time.nanoTime() - group.publications.get(0).handedIn()) / 1e9);
        for (int i = 0; i < group.publications.size(); i++) {
            try {
                group.publications.get(i).receipt().published(group.placed.get(i));
            } catch (Throwable e) {
                errors.record("a receipt of events failed", e);
            }
        }
    }

    private void refuse(Group group) {
        counters.add(Counter.EVENTS_REFUSED, group.events.size());
        numbering.undo(group);
        for (Publication publication : group.publications) {
            try {
                publication.receipt().refused(STORE_FAILS.cause(), STORE_FAILS.reason());
            } catch (Throwable e) {
                errors.record("a receipt of events failed", e);
            }
        }
    }

    private void round() {
        long now = time.nanoTime();
        nextRound = now + ROUND_NANOS;
        rooms.trimBefore(time.epochMicros()
                - TimeUnit.NANOSECONDS.toMicros(limits.roomAge().toNanos()));
        membership.tellPresence();
        snapshots.clean();
        if (now - nextCleaning >= 0) {
            nextCleaning = now + limits.roomCleaning().toNanos();
            rooms.clean();
        }
        // A store that fails is tried again, whether or not somebody publishes: nobody can meanwhile.
        tidy = failing ? journal.mayTry() : journal.hasChanges();
    }

    void addLoop(LoopQueue loop) {
        loops.add(loop);
    }

    Snapshots snapshots() {
        return snapshots;
    }

    /** Offset of the newest event that clients get. */
    long head() {
        return head;
    }
}
