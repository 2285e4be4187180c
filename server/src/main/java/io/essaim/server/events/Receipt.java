package io.essaim.server.events;

import java.util.List;

/**
 * Hears what became of events that were handed in. One of the two methods is called, once, on the sequencer's thread, or on
 * another when that has ended.
 */
public interface Receipt {
    /** @param placed in the order of the events */
    void published(List<Placed> placed);

    /**
     * None of them was taken.
     *
     * @param reason in words
     */
    void refused(RefusalCause cause, String reason);

    /**
     * Where an event stands.
     *
     * @param duplicate whether it had been taken before
     */
    record Placed(long offset, String eventId, boolean duplicate) {}
}
