package io.essaim.server.events;

import io.essaim.protocol.Message;
import io.essaim.server.observe.ErrorLog;
import io.essaim.server.swarm.TimeSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Has snapshots made one at a time, since one of many statuses takes as long as thousands of events, and shares them among
 * all who ask the same meanwhile. Event sequencer only.
 */
final class Snapshots {
    /** How old one may be for those who are content with a recent one. */
    static final long RECENT_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Snapshots that are kept, each to another question: one may take megabytes. */
    static final int KEPT_MAX = 4;

    /** How long one is kept that nobody asks for. */
    private static final long KEPT_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final StatusBoard statuses;
    private final TimeSource time;
    private final ErrorLog errors;

    // event sequencer
    private final Map<StatusQuestion, List<Consumer<Message.Snapshot>>> waiting = new LinkedHashMap<>();

    /** The one that was asked for last stands last. */
    private final Map<StatusQuestion, Kept> kept = new LinkedHashMap<>();

    private static final class Kept {
        final long changes;
        final long madeNanos;
        final Message.Snapshot snapshot;
        long askedNanos;

        Kept(Message.Snapshot snapshot, long changes, long madeNanos) {
            this.snapshot = snapshot;
            this.changes = changes;
            this.madeNanos = madeNanos;
        }
    }

    Snapshots(StatusBoard statuses, TimeSource time, ErrorLog errors) {
        this.statuses = statuses;
        this.time = time;
        this.errors = errors;
    }

    /**
     * @param recent whether one will do that is a little older than the head
     * @param answer hears it at once, or once it has been made
     */
    void ask(StatusQuestion question, boolean recent, Consumer<Message.Snapshot> answer) {
        Message.Snapshot snapshot = find(statuses.having(question), recent);
        if (snapshot == null) {
            waiting.computeIfAbsent(question, key -> new ArrayList<>()).add(answer);
        } else {
            answer.accept(snapshot);
        }
    }

    private Message.@Nullable Snapshot find(StatusQuestion key, boolean recent) {
        Kept before = kept.remove(key);
        if (before == null) {
            return null;
        }
        kept.put(key, before);
        long now = time.nanoTime();
        before.askedNanos = now;
        // While no status has changed it is as good as a new one: its offset says up to where it is known to be true.
        return before.changes == statuses.changes() || (recent && now - before.madeNanos <= RECENT_NANOS)
                ? before.snapshot
                : null;
    }

    /** Whether somebody waits for one. */
    boolean isAsked() {
        return !waiting.isEmpty();
    }

    /**
     * Makes one, if somebody waits for it, and gives it to all who do: also to those who ask for rooms besides in which
     * nothing has a status.
     *
     * @return how many were made
     */
    int makeOne(long head) {
        if (waiting.isEmpty()) {
            return 0;
        }
        StatusQuestion key = statuses.having(waiting.keySet().iterator().next());
        Message.Snapshot snapshot = make(key, head);
        Iterator<Map.Entry<StatusQuestion, List<Consumer<Message.Snapshot>>>> all =
                waiting.entrySet().iterator();
        while (all.hasNext()) {
            Map.Entry<StatusQuestion, List<Consumer<Message.Snapshot>>> asked = all.next();
            if (statuses.having(asked.getKey()).equals(key)) {
                all.remove();
                asked.getValue().forEach(answer -> answer.accept(snapshot));
            }
        }
        return 1;
    }

    private Message.Snapshot make(StatusQuestion question, long head) {
        try {
            Message.Snapshot snapshot = statuses.snapshot(question, head);
            Kept made = new Kept(snapshot, statuses.changes(), time.nanoTime());
            made.askedNanos = made.madeNanos;
            kept.remove(question);
            kept.put(question, made);
            if (kept.size() > KEPT_MAX) {
                kept.remove(kept.keySet().iterator().next());
            }
            return snapshot;
        } catch (Throwable e) {
            // Somebody waits for an answer, and for all that comes behind it.
            errors.record("a snapshot could not be made", e);
            return new Message.Snapshot(new StatusJson().text(), head);
        }
    }

    /** Lets go those that nobody has asked for of late. */
    void clean() {
        long now = time.nanoTime();
        kept.values().removeIf(each -> now - each.askedNanos > KEPT_NANOS);
    }
}
