package io.essaim.server.events;

import io.essaim.protocol.events.Event;
import io.essaim.protocol.events.EventInterest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The rooms in which an event loop has somebody, and who that is: a room without anybody takes nothing. Event loop only. */
final class LoopRooms {
    private final EventWindows windows;
    private final DueRooms due;

    // event loop
    private final Map<String, LoopRoom> rooms = new HashMap<>();
    private final Map<AudienceKey, Audience> audiences = new HashMap<>();

    LoopRooms(EventWindows windows, DueRooms due) {
        this.windows = windows;
        this.due = due;
    }

    @Nullable
    LoopRoom find(String name) {
        return rooms.get(name);
    }

    void forEach(Consumer<LoopRoom> action) {
        List.copyOf(rooms.values()).forEach(action);
    }

    void forEachMember(Consumer<EventSubscriber> action) {
        for (Audience audience : audiences.values()) {
            audience.members().forEach(action);
        }
    }

    /** Has an event wait in its room, if somebody is there. */
    void add(Event event, long nowNanos) {
        LoopRoom room = rooms.get(event.room());
        if (room != null && room.add(event, nowNanos)) {
            due.add(room);
        }
    }

    /** The next room whose events have to leave; null when none has. */
    @Nullable
    LoopRoom due(long nowNanos) {
        return due.poll(nowNanos);
    }

    /**
     * Puts it among those of its interest, in place of where it is.
     *
     * @param interest in rooms that it is permitted to enter
     */
    void enter(EventSubscriber subscriber, EventInterest interest) {
        AudienceKey key =
                new AudienceKey(interest, subscriber.scope().inAnyRoom(), subscriber.encoding(), subscriber.batches());
        Audience audience = audiences.get(key);
        if (audience == null) {
            audience = make(key);
        }
        Audience before = subscriber.audience();
        if (before == audience) {
            return;
        }
        leave(subscriber);
        audience.add(subscriber);
    }

    private Audience make(AudienceKey key) {
        List<LoopRoom> entered = new ArrayList<>();
        for (String name : key.interest().rooms()) {
            entered.add(rooms.computeIfAbsent(name, room -> new LoopRoom(room, windows.of(room))));
        }
        Audience audience = new Audience(key, List.copyOf(entered));
        entered.forEach(room -> room.audiences().add(audience));
        audiences.put(key, audience);
        return audience;
    }

    void leave(EventSubscriber subscriber) {
        Audience audience = subscriber.audience();
        if (audience == null) {
            return;
        }
        audience.remove(subscriber);
        if (audience.members().isEmpty()) {
            audiences.remove(audience.key());
            audience.rooms().forEach(room -> leave(room, audience));
        }
    }

    private void leave(LoopRoom room, Audience audience) {
        room.audiences().remove(audience);
        if (room.audiences().isEmpty()) {
            rooms.remove(room.name());
            room.left();
        }
    }
}
