package io.essaim.server.events;

import io.essaim.protocol.Message;
import io.essaim.protocol.events.Event;
import io.essaim.protocol.events.JsonText;
import io.essaim.protocol.events.Priority;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/** A log that a test appends to and lets go of, and whose answers come when it is told to give them; for one loop. */
final class ScriptedLog implements EventLogAccess {
    static final long EPOCH = 77;

    private final int batchesMax;
    private final int chunkEvents;
    private final List<Event> events = new ArrayList<>();
    private final Set<Long> forgotten = new HashSet<>();
    private final Map<String, Long> forgottenUpTo = new HashMap<>();
    private final Deque<Runnable> requests = new ArrayDeque<>();
    private final Deque<Runnable> forLoop = new ArrayDeque<>();

    LoopQueue.Receiver loop = (after, appended) -> {};
    final Set<String> attached = new TreeSet<>();
    int batchesWaiting;
    int laps;

    /** @param batchesMax that may wait for the loop; beyond it they are not offered */
    ScriptedLog(int batchesMax, int chunkEvents) {
        this.batchesMax = batchesMax;
        this.chunkEvents = chunkEvents;
    }

    List<Event> events() {
        return events;
    }

    long head() {
        return events.isEmpty() ? 0 : events.get(events.size() - 1).offset();
    }

    Event append(long offset, String room, String type, Priority priority) {
        Event event = new Event(
                offset, room, type, priority, JsonText.EMPTY, null, null, null, "evt_" + offset, 0, Event.NO_SEQUENCE);
        long after = head();
        events.add(event);
        offer(after, List.of(event));
        return event;
    }

    /** Appends events that were made elsewhere, as one batch. */
    void append(List<Event> batch) {
        long after = head();
        events.addAll(batch);
        offer(after, batch);
    }

    /** Tells the loop how far the log is, so that it finds out what it missed. */
    void offerNothing() {
        offer(head(), List.of());
    }

    private void offer(long after, List<Event> batch) {
        if (batchesWaiting >= batchesMax) {
            laps++;
            return;
        }
        batchesWaiting++;
        forLoop.add(() -> {
            batchesWaiting--;
            loop.onAppended(after, batch);
        });
    }

    /** Lets go of all of a room up to an offset. */
    void forget(String room, long upTo) {
        for (Event event : events) {
            if (event.offset() <= upTo && event.room().equals(room)) {
                forgotten.add(event.offset());
                forgottenUpTo.merge(room, event.offset(), Math::max);
            }
        }
    }

    boolean hasForgotten(long offset) {
        return forgotten.contains(offset);
    }

    /** Takes one request; false when none waits. */
    boolean answerOne() {
        Runnable request = requests.poll();
        if (request != null) {
            request.run();
        }
        return request != null;
    }

    /** Has the loop handle one thing; false when there is none. */
    boolean loopOne() {
        Runnable next = forLoop.poll();
        if (next != null) {
            next.run();
        }
        return next != null;
    }

    /** Until nothing waits any more. */
    void settle() {
        boolean busy = true;
        while (busy) {
            boolean answered = answerOne();
            busy = loopOne() || answered;
        }
    }

    @Override
    public void addLoop(LoopQueue queue) {}

    @Override
    public void attach(LoopQueue queue, Attach request, Consumer<AttachAnswer> answer) {
        requests.add(() -> {
            attached.add(request.clientId());
            Positions since = request.since() == null
                    ? Positions.at(head())
                    : Cursor.parse(request.since()).positions();
            Map<String, Long> from = new HashMap<>();
            long base = head();
            for (String room : request.rooms()) {
                from.put(room, Math.max(since.of(room), forgottenUpTo.getOrDefault(room, 0L)));
                base = Math.min(base, from.get(room));
            }
            Attached answered =
                    new Attached(EPOCH, head(), new Positions(base, from), unrecovered(request.rooms(), since));
            forLoop.add(() -> answer.accept(answered));
        });
    }

    private List<String> unrecovered(List<String> rooms, Positions from) {
        return rooms.stream()
                .filter(room -> forgottenUpTo.getOrDefault(room, 0L) > from.of(room))
                .toList();
    }

    @Override
    public void detach(String clientId) {
        requests.add(() -> attached.remove(clientId));
    }

    @Override
    public void read(LoopQueue queue, List<String> rooms, Positions positions, Consumer<Chunk> answer) {
        requests.add(() -> {
            List<Event> found = new ArrayList<>();
            boolean complete = true;
            for (Event event : events) {
                if (rooms.contains(event.room())
                        && event.offset() > positions.of(event.room())
                        && !forgotten.contains(event.offset())) {
                    if (found.size() == chunkEvents) {
                        complete = false;
                        break;
                    }
                    found.add(event);
                }
            }
            long upTo = complete ? head() : found.get(found.size() - 1).offset();
            Chunk chunk = new Chunk(
                    found, new Positions(upTo, positions.ahead()), complete, head(), unrecovered(rooms, positions));
            forLoop.add(() -> answer.accept(chunk));
        });
    }

    @Override
    public void snapshot(LoopQueue queue, StatusQuestion question, Consumer<Message.Snapshot> answer) {
        requests.add(() -> {
            Message.Snapshot snapshot = new Message.Snapshot(JsonText.EMPTY, head());
            forLoop.add(() -> answer.accept(snapshot));
        });
    }
}
