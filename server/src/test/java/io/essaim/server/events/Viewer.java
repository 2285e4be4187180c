package io.essaim.server.events;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.essaim.protocol.Message;
import io.essaim.protocol.events.Event;
import io.essaim.protocol.events.EventFilter;
import io.essaim.protocol.events.EventInterest;
import io.essaim.protocol.events.EventScope;
import io.essaim.protocol.events.TypePattern;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A client that believes what it is sent and keeps its cursor; over one connection after the other. It knows what it is owed:
 * every event that it wants exactly once, in the order of its room, or a word that it is lost.
 */
final class Viewer {
    private final String name;
    private final List<TypePattern> types;
    private final boolean batches;
    private final EventScope scope;
    private final TestEncoding encoding;
    private final ScriptedLog log;

    private int connections;
    private int taken;
    private boolean awaitsSnapshot;

    SlowSink sink = new SlowSink();

    @Nullable
    EventSubscriber subscriber;

    @Nullable
    String cursor;

    /** What it was granted, as far as it has read that. */
    Set<String> rooms = new TreeSet<>();

    private final Map<String, Long> owedAfter = new HashMap<>();
    private final Map<String, Long> newest = new HashMap<>();
    private final Set<Long> got = new HashSet<>();
    private final List<Message.Gap> gaps = new ArrayList<>();
    private final Set<String> unrecovered = new HashSet<>();

    /** @param scope what it is permitted: it must never get anything else */
    Viewer(
            String name,
            List<TypePattern> types,
            boolean batches,
            EventScope scope,
            TestEncoding encoding,
            ScriptedLog log) {
        this.name = name;
        this.types = types;
        this.batches = batches;
        this.scope = scope;
        this.encoding = encoding;
        this.log = log;
    }

    EventInterest interest(Set<String> wanted) {
        return new EventInterest(List.copyOf(wanted), types, EventFilter.ALL);
    }

    /** Those of the rooms that it may enter. */
    Set<String> permitted(Set<String> wanted) {
        Set<String> permitted = new TreeSet<>(wanted);
        permitted.removeIf(room -> !scope.permitsRoom(room));
        return permitted;
    }

    int received() {
        return got.size();
    }

    int gaps() {
        return gaps.size();
    }

    /** Comes, or comes back with its cursor. */
    void connect(EventFanOut fanOut, Set<String> wanted, boolean snapshot) {
        sink = new SlowSink();
        taken = 0;
        connections++;
        subscriber = new EventSubscriber(name + "-" + connections, sink, encoding, batches, scope);
        awaitsSnapshot = snapshot;
        request(fanOut, cursor == null ? wanted : rooms, cursor, snapshot);
    }

    void request(EventFanOut fanOut, Set<String> wanted, @Nullable String since, boolean snapshot) {
        if (subscriber == null) {
            throw new AssertionError(name + " is not connected");
        }
        SlowSink connection = sink;
        fanOut.subscribe(
                subscriber,
                new Message.SubscribeEvents("1", interest(wanted), since, false, snapshot),
                outcome -> connection.send(List.of(encoding.write(outcome))));
    }

    /** Its connection ends; so many messages that are under way still arrive. */
    void cut(EventFanOut fanOut, int arriving) {
        sink.cut(arriving);
        if (subscriber != null) {
            fanOut.remove(subscriber);
        }
        subscriber = null;
        takeAll();
        awaitsSnapshot = false;
    }

    /** Believes what it has read. */
    void takeAll() {
        for (; taken < sink.read.size(); taken++) {
            Object message = encoding.read(sink.read.get(taken));
            if (message instanceof EventFanOut.Granted granted) {
                take(granted.subscribed());
            } else if (message instanceof TestEncoding.Told told) {
                assertTrue(!awaitsSnapshot, () -> name + " got events before its snapshot");
                told.events().forEach(this::take);
                cursor = told.cursor();
            } else if (message instanceof Message.Gap gap) {
                take(gap);
            } else if (message instanceof Message.Snapshot) {
                awaitsSnapshot = false;
            }
        }
    }

    private void take(Message.SubscribedEvents granted) {
        Set<String> now = new TreeSet<>(granted.interest().rooms());
        assertTrue(permitted(now).equals(now), () -> name + " is let into " + now + " and may be in " + scope.rooms());
        Positions positions = Cursor.parse(granted.cursor()).positions();
        for (String room : now) {
            if (!rooms.contains(room)) {
                owedAfter.put(room, positions.of(room));
            }
        }
        for (String room : rooms) {
            if (!now.contains(room)) {
                verify(room, newest.getOrDefault(room, 0L));
                owedAfter.remove(room);
            }
        }
        rooms = now;
        cursor = granted.cursor();
        if (granted.unrecovered() != null) {
            unrecovered.addAll(granted.unrecovered());
        }
    }

    private void take(Event event) {
        String what = name + " got " + event.offset() + " of " + event.room();
        assertTrue(
                scope.permitsRoom(event.room()) && scope.permitsContent(event), () -> what + ", which is not for it");
        assertTrue(rooms.contains(event.room()), () -> what + ", where it is not: " + rooms);
        assertTrue(wants(event), () -> what + ", which it does not want: " + event.type());
        assertTrue(got.add(event.offset()), () -> what + " twice");
        assertTrue(
                event.offset() > newest.getOrDefault(event.room(), 0L),
                () -> what + " after " + newest.get(event.room()));
        assertTrue(
                event.offset() > owedAfter.getOrDefault(event.room(), 0L),
                () -> what + ", though it came at " + owedAfter.get(event.room()));
        newest.put(event.room(), event.offset());
    }

    private void take(Message.Gap gap) {
        assertTrue(rooms.contains(gap.room()), () -> name + " is told of " + gap + " where it is not");
        assertTrue(gap.ranges().size() <= LostEvents.RANGES_MAX, gap::toString);
        long missing = log.events().stream()
                .filter(event -> covers(gap, event) && !got.contains(event.offset()) && wants(event))
                .count();
        assertTrue(gap.count() <= missing, () -> name + " misses " + missing + " of " + gap);
        gaps.add(gap);
    }

    private boolean wants(Event event) {
        return interest(rooms).wants(event.type()) && scope.permitsContent(event);
    }

    private static boolean covers(Message.Gap gap, Event event) {
        return gap.room().equals(event.room())
                && gap.ranges().stream()
                        .anyMatch(range -> range.first() <= event.offset() && event.offset() <= range.last());
    }

    /** Whether it has all it is owed. */
    void verify() {
        rooms.forEach(room -> verify(room, Long.MAX_VALUE));
    }

    private void verify(String room, long upTo) {
        for (Event event : log.events()) {
            boolean owed = event.room().equals(room)
                    && event.offset() > owedAfter.getOrDefault(room, Long.MAX_VALUE)
                    && event.offset() <= upTo
                    && wants(event);
            if (owed && !got.contains(event.offset())) {
                boolean excused = gaps.stream().anyMatch(gap -> covers(gap, event))
                        || (log.hasForgotten(event.offset()) && unrecovered.contains(room));
                assertTrue(
                        excused,
                        () -> name + " never got " + event.offset() + " of " + room + ", connections " + connections);
            }
        }
    }
}
