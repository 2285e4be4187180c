package io.essaim.server.events;

import io.essaim.protocol.events.Event;
import io.essaim.protocol.events.EventFilter;

/** Tells which events a filter lets through. Not thread-safe. */
public final class EventMatcher {
    private final EventFilter filter;

    public EventMatcher(EventFilter filter) {
        this.filter = filter;
    }

    /** Whether every condition holds; a field that the data does not have equals nothing. */
    public boolean matches(Event event) {
        throw new UnsupportedOperationException(filter + " " + event);
    }
}
