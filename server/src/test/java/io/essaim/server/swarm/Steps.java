package io.essaim.server.swarm;

/** Steps a source on and on. */
final class Steps {
    private final SwarmSource source;
    private final SwarmState state;
    private long tick;

    Steps(SwarmSource source, SwarmState state) {
        this.source = source;
        this.state = state;
    }

    /** The state after so many more ticks. */
    SwarmState take(int ticks) {
        for (int i = 0; i < ticks; i++) {
            source.step(tick++, state);
        }
        return state;
    }
}
