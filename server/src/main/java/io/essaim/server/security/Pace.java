package io.essaim.server.security;

/** Lets pass so many in a time. One thread. */
interface Pace {
    /** Takes one when there is one, and returns 0; otherwise the nanoseconds until the next. */
    long take(long nowNanos);
}
