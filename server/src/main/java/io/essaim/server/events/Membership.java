package io.essaim.server.events;

import io.essaim.server.observe.Counter;
import io.essaim.server.observe.Counters;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Who is in which room, and who hears of that. Event sequencer only. */
final class Membership {
    private final Rooms rooms;
    private final EventLimits limits;
    private final Counters counters;
    private final long epoch;

    // event sequencer
    private final Map<String, Member> members = new HashMap<>();

    /** Rooms of which something is to be told. */
    private final Set<Room> changed = new LinkedHashSet<>();

    Membership(Rooms rooms, EventLimits limits, Counters counters, long epoch) {
        this.rooms = rooms;
        this.limits = limits;
        this.counters = counters;
        this.epoch = epoch;
    }

    /**
     * @param head offset of the newest event that clients get
     * @param newest offset of the newest event
     */
    EventLogAccess.AttachAnswer attach(LoopQueue loop, EventLogAccess.Attach request, long head, long newest) {
        Cursor since = null;
        if (request.since() != null) {
            try {
                since = Cursor.parse(request.since());
            } catch (IllegalArgumentException e) {
                return new EventLogAccess.AttachRefused(true, reason(e));
            }
        }
        if (!rooms.hasPlaceFor(request.rooms())) {
            return new EventLogAccess.AttachRefused(
                    false, "there are " + rooms.count() + " rooms, at most " + limits.rooms() + " (max-rooms)");
        }
        for (String name : request.rooms()) {
            Room room = rooms.find(name);
            if (room != null
                    && room.members().size() >= limits.roomClients()
                    && !room.members().containsKey(request.clientId())) {
                counters.increment(Counter.ROOM_MEMBERS_REFUSED);
                return new EventLogAccess.AttachRefused(
                        false,
                        "room " + name + " has " + room.members().size() + " clients, at most " + limits.roomClients()
                                + " (room-clients)");
            }
        }
        move(new Member(request.clientId(), loop, request.rooms(), request.presence()));
        return since == null
                ? new EventLogAccess.Attached(epoch, head, Positions.at(head), List.of())
                : resumed(request.rooms(), since, head, newest);
    }

    private static String reason(IllegalArgumentException e) {
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }

    private EventLogAccess.Attached resumed(List<String> names, Cursor since, long head, long newest) {
        if (since.epoch() != epoch) {
            return new EventLogAccess.Attached(epoch, head, Positions.at(head), names);
        }
        List<String> unrecovered = new ArrayList<>();
        Map<String, Long> from = new HashMap<>();
        long base = head;
        for (String name : names) {
            Room room = rooms.find(name);
            long position = since.positions().of(name);
            long trimmedTo = room == null ? rooms.forgottenTo() : room.log().trimmedTo();
            if (position > newest) {
                // Of a log that has lost its end since.
                unrecovered.add(name);
                position = head;
            } else if (position < rooms.resumedAt(position)) {
                // Likewise; from where it went on there may be more.
                unrecovered.add(name);
                position = Math.max(trimmedTo, rooms.resumedAt(position));
            } else if (position < trimmedTo) {
                unrecovered.add(name);
                position = trimmedTo;
            }
            from.put(name, position);
            base = Math.min(base, position);
        }
        return new EventLogAccess.Attached(epoch, head, new Positions(base, from), unrecovered);
    }

    void detach(String clientId) {
        Member member = members.remove(clientId);
        if (member != null) {
            leave(member, List.of());
        }
    }

    private void move(Member member) {
        Member before = members.put(member.clientId(), member);
        for (String name : member.rooms()) {
            Room room = rooms.obtain(name);
            if (room == null) {
                throw new AssertionError("room " + name + " was to be had");
            }
            if (member.presence()) {
                room.presence().ask(member.loop());
            }
            if (room.members().put(member.clientId(), member) == null) {
                room.presence().joined(member.clientId());
            }
            note(room);
        }
        // Only then: what is to be told is forgotten as soon as nobody asks.
        if (before != null) {
            leave(before, member.rooms());
        }
    }

    /** @param staying where it is again at once, and nobody sees it leave */
    private void leave(Member member, List<String> staying) {
        for (String name : member.rooms()) {
            Room room = rooms.find(name);
            if (room == null) {
                throw new AssertionError("room " + name + " has members");
            }
            if (member.presence()) {
                room.presence().askNoMore(member.loop());
            }
            if (!staying.contains(name)) {
                room.members().remove(member.clientId());
                room.presence().left(member.clientId());
            }
            note(room);
            rooms.letGo(room);
        }
    }

    private void note(Room room) {
        if (room.presence().hasChanged()) {
            changed.add(room);
        } else {
            changed.remove(room);
        }
    }

    /** Tells who came and who left since this was called last. */
    void tellPresence() {
        changed.forEach(room -> room.presence().tell(room.members().size()));
        changed.clear();
    }
}
