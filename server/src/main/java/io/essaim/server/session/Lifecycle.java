package io.essaim.server.session;

/** Where the server stands between start and exit. Any thread. */
public final class Lifecycle {
    /** Only {@code SERVING} is ready for traffic. */
    public enum Phase {
        STARTING,
        SERVING,
        DRAINING
    }

    private volatile Phase phase = Phase.STARTING;

    public Phase phase() {
        return phase;
    }

    public void serving() {
        phase = Phase.SERVING;
    }

    public void draining() {
        phase = Phase.DRAINING;
    }
}
