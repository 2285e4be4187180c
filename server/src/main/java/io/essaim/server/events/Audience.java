package io.essaim.server.events;

import io.essaim.protocol.events.Event;
import java.util.ArrayList;
import java.util.List;

/** The subscribers of one event loop that get the same bytes: what leaves is made once for all of them. Event loop only. */
final class Audience {
    private final AudienceKey key;
    private final List<LoopRoom> rooms;
    private final EventMatcher matcher;
    private final boolean isLimited;

    // event loop
    private final List<EventSubscriber> members = new ArrayList<>();

    Audience(AudienceKey key, List<LoopRoom> rooms) {
        this.key = key;
        this.rooms = rooms;
        this.matcher = new EventMatcher(key.interest().filter());
        this.isLimited = !key.permitted().isAll();
    }

    AudienceKey key() {
        return key;
    }

    List<LoopRoom> rooms() {
        return rooms;
    }

    /** To be gone through backwards: a send may find its socket broken and remove its own subscriber. */
    List<EventSubscriber> members() {
        return members;
    }

    /** Whether an event of one of its rooms is for it: permitted, and asked for. */
    boolean wants(Event event) {
        return (!isLimited || key.permitted().permitsContent(event))
                && key.interest().wants(event.type())
                && (key.interest().filter().isAll() || matcher.matches(event))
                && key.encoding().tells(event, key.interest());
    }

    /** Those of the events that are for it and stand after an offset. */
    List<Event> wanted(List<Event> events, long after) {
        List<Event> wanted = new ArrayList<>(events.size());
        for (int i = 0; i < events.size(); i++) {
            Event event = events.get(i);
            if (event.offset() > after && wants(event)) {
                wanted.add(event);
            }
        }
        return wanted;
    }

    void add(EventSubscriber member) {
        member.place(this, members.size());
        members.add(member);
    }

    void remove(EventSubscriber member) {
        int place = member.place();
        EventSubscriber last = members.remove(members.size() - 1);
        if (last != member) {
            members.set(place, last);
            last.place(this, place);
        }
    }
}
