package io.essaim.server.events;

import java.lang.invoke.VarHandle;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.ManyToOneConcurrentArrayQueue;
import org.agrona.concurrent.ManyToOneConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * What waits for the event sequencer: publications, bounded by their events, and requests of event loops, bounded by whoever
 * asks. Any thread puts in and wakes the sequencer; it alone takes out.
 */
final class PublishQueue {
    /** Of the data of all that waits. */
    static final long BYTES_MAX = 128 << 20;

    private final int eventsMax;
    private final ManyToOneConcurrentArrayQueue<Publication> publications;
    private final ManyToOneConcurrentLinkedQueue<Runnable> requests = new ManyToOneConcurrentLinkedQueue<>();

    // any thread
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicLong waitingBytes = new AtomicLong();
    private final AtomicBoolean parked = new AtomicBoolean();

    // written by the event sequencer as it begins, and as it ends
    private volatile boolean ended;
    private volatile @Nullable Thread sequencer;

    /** @param eventsMax of all publications that wait */
    PublishQueue(int eventsMax) {
        this.eventsMax = eventsMax;
        this.publications = new ManyToOneConcurrentArrayQueue<>(eventsMax);
    }

    /** Events that wait. Any thread. */
    int waiting() {
        return waiting.get();
    }

    /** Puts a publication in, or says why not. Any thread. */
    Optional<EventBus.Refusal> offer(Publication publication) {
        int places = publication.places();
        if (places > eventsMax) {
            return Optional.of(new EventBus.Refusal(
                    RefusalCause.MALFORMED,
                    places + " events at once, at most " + eventsMax
                            + " (event-queue) can wait: send fewer at a time"));
        }
        long bytes = publication.dataBytes();
        if (waitingBytes.addAndGet(bytes) > BYTES_MAX) {
            waitingBytes.addAndGet(-bytes);
            return Optional.of(new EventBus.Refusal(
                    RefusalCause.OVERLOADED,
                    "too much data waits to be put in order, at most " + BYTES_MAX + " bytes: try again"));
        }
        // Counted before they are there, so that the queue behind has a place for whoever is within the bound.
        if (waiting.addAndGet(places) > eventsMax) {
            waiting.addAndGet(-places);
            waitingBytes.addAndGet(-bytes);
            return Optional.of(new EventBus.Refusal(
                    RefusalCause.OVERLOADED,
                    "too many events wait to be put in order, at most " + eventsMax + " (event-queue): try again"));
        }
        if (!publications.offer(publication)) {
            throw new AssertionError("more publications than events");
        }
        wake();
        if (ended) {
            // The sequencer may have ended before it was there.
            refuseWaiting();
        }
        return Optional.empty();
    }

    /** Any thread. */
    void request(Runnable request) {
        requests.offer(request);
        wake();
    }

    /** Only one of those who find the sequencer parked pays for waking it. */
    void wake() {
        // Agrona's queues publish with a release store only: it must not pass the look at who is parked.
        VarHandle.fullFence();
        if (parked.get() && parked.compareAndSet(true, false)) {
            LockSupport.unpark(sequencer);
        }
    }

    /** Event sequencer only. */
    @Nullable
    Publication pollPublication() {
        Publication publication = publications.poll();
        if (publication != null) {
            waiting.addAndGet(-publication.places());
            waitingBytes.addAndGet(-publication.dataBytes());
        }
        return publication;
    }

    /** Event sequencer only. */
    @Nullable
    Runnable pollRequest() {
        return requests.poll();
    }

    /** The sequencer takes out nothing more: what waits is refused, and what still comes, too. Event sequencer, as its last. */
    void end() {
        ended = true;
        VarHandle.fullFence();
        refuseWaiting();
    }

    private void refuseWaiting() {
        synchronized (requests) {
            Publication publication = pollPublication();
            while (publication != null) {
                publication.receipt().refused(RefusalCause.STOPPING, "the server stops");
                publication = pollPublication();
            }
        }
    }

    /**
     * Waits until something is put in, or so long; may return early. Event sequencer only.
     *
     * @param forPublications whether those that wait already are a reason not to
     */
    void await(long nanos, boolean forPublications) {
        sequencer = Thread.currentThread();
        parked.set(true);
        if (requests.isEmpty() && !(forPublications && !publications.isEmpty())) {
            LockSupport.parkNanos(this, nanos);
        }
        parked.set(false);
    }
}
