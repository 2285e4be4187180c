package io.essaim.server.transport;

import io.essaim.server.events.EventFanOut.Outcome;

/** A request that waits for events over plain HTTP. Its event loop only. */
interface EventListener {
    /** What came of its wish. */
    void answered(Outcome outcome);

    /** Called now and then, so that a silent connection is not taken for a dead one. */
    void keepAlive();

    /** Ends it with a hint when to come back. */
    void drain(long retryAfterMillis);

    /** Its connection is gone. */
    void gone();
}
