package io.essaim.server.events;

/** Why events were not taken, for whoever has to answer with a code. */
public enum RefusalCause {
    /** They, or what came with them, are at fault; the same again will be refused again. */
    MALFORMED,
    /** The key or an id of theirs was used for another event. */
    CONFLICT,
    /** Too much waits, or there are as many rooms as may be. */
    OVERLOADED,
    /** The store cannot be written to. */
    STORE,
    /** The server stops. */
    STOPPING,
    /** The server failed at it; nothing is wrong with the events. */
    FAILED
}
