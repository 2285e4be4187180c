package io.essaim.server.transport;

/** What one WebSocket is, from the upgrade to the close. Its event loop only. */
interface Session {
    /** Ends what is due to end; called about twice a second. */
    void review(long nowNanos);

    /** Closes with a hint when to come back. */
    void drain(long retryAfterMillis);

    /** The connection is gone; what it holds is given back. */
    void closed();
}
