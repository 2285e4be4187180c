package io.essaim.server.events;

import java.util.LinkedHashMap;
import java.util.Map;

/** A room: its log and who is in it. Event sequencer only. */
final class Room {
    private final String name;
    private final EventLog log;

    // event sequencer
    private final Map<String, Member> members = new LinkedHashMap<>();
    private final RoomPresence presence;

    /** Whether the store knows up to where its events may be gone. */
    private boolean recorded;

    /** Events that have an offset and do not stand in the log yet. */
    private int pending;

    // of Rooms, which has the rooms that hold events in the order of their oldest ones
    long orderedBy;
    boolean ordered;

    /** @param trimmedTo up to which offset a room of this name may have had events that are gone */
    Room(String name, long trimmedTo) {
        this.name = name;
        this.log = new EventLog(trimmedTo);
        this.presence = new RoomPresence(name);
    }

    String name() {
        return name;
    }

    EventLog log() {
        return log;
    }

    Map<String, Member> members() {
        return members;
    }

    RoomPresence presence() {
        return presence;
    }

    boolean isRecorded() {
        return recorded;
    }

    void recorded(boolean isRecorded) {
        recorded = isRecorded;
    }

    void expect() {
        pending++;
    }

    void arrived() {
        pending--;
    }

    /** Whether nobody would miss it. */
    boolean isIdle() {
        return pending == 0 && members.isEmpty() && log.size() == 0;
    }
}
