package io.essaim.server.events;

import io.essaim.server.observe.Counter;
import io.essaim.server.observe.Counters;
import java.sql.SQLException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Has the store written by a thread of its own, so that the sequencer goes on while the disk is busy. Whatever has gathered
 * meanwhile is the next transaction.
 */
final class StoreJournal implements Journal {
    private final EventStore store;
    private final PublishQueue queue;
    private final StoreBreaker breaker;
    private final Counters counters;
    private final Thread thread = new Thread(this::run, "event-store");

    // any thread; one is written at a time, and the end may wait behind it
    private final BlockingQueue<Task> tasks = new ArrayBlockingQueue<>(2);

    // any thread, with the monitor of the tasks
    private boolean closed;

    // event sequencer
    private StoreChanges gathering = new StoreChanges();

    // event store
    /** What was not written yet because a transaction failed. */
    private final StoreChanges owed = new StoreChanges();

    /** @param group null: the end */
    private record Task(@Nullable Group group, StoreChanges changes, Consumer<@Nullable Exception> done) {}

    /** @param queue of the sequencer, which is told through it */
    StoreJournal(EventStore store, PublishQueue queue, StoreBreaker breaker, Counters counters) {
        this.store = store;
        this.queue = queue;
        this.breaker = breaker;
        this.counters = counters;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    @Override
    public void commit(Group group, Consumer<@Nullable Exception> done) {
        StoreChanges changes = gathering;
        gathering = new StoreChanges();
        boolean taken;
        synchronized (tasks) {
            taken = !closed && tasks.offer(new Task(group, changes, done));
        }
        if (!taken) {
            done.accept(new IllegalStateException("the event store is closed"));
        }
    }

    @Override
    public boolean mayTry() {
        return breaker.mayTry();
    }

    @Override
    public boolean hasChanges() {
        return !gathering.isEmpty();
    }

    @Override
    public void onTrimmed(String room, long offset) {
        gathering.trim(room, offset);
    }

    @Override
    public void onResumed(String room, long trimmedTo) {
        gathering.resume(room, trimmedTo);
    }

    @Override
    public void onForgotten(String room, long forgottenTo) {
        gathering.forget(room, forgottenTo);
    }

    private void run() {
        try {
            Task task = tasks.take();
            while (task.group() != null) {
                Consumer<@Nullable Exception> done = task.done();
                Exception failure = write(task.group(), task.changes());
                queue.request(() -> done.accept(failure));
                task = tasks.take();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        store.close();
    }

    private @Nullable Exception write(Group group, StoreChanges changes) {
        owed.addAll(changes);
        try {
            store.write(group, owed);
        } catch (SQLException | RuntimeException e) {
            counters.increment(Counter.EVENT_STORE_FAILURES);
            breaker.failed(e);
            return e;
        }
        owed.clear();
        breaker.succeeded();
        counters.increment(Counter.EVENT_STORE_COMMITS);
        return null;
    }

    @Override
    public void close() {
        synchronized (tasks) {
            if (!closed) {
                closed = true;
                tasks.add(new Task(null, new StoreChanges(), failure -> {}));
            }
        }
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
