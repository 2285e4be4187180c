package io.essaim.client;

/** What became of a state that was published. */
public enum Publication {
    /** The socket has it. */
    SENT,
    /** It goes out as soon as the socket has taken what is before it, unless a newer one replaces it. */
    WAITING,
    /** The connection has ended: nobody gets it. */
    CLOSED
}
