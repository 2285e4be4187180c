package io.essaim.server.swarm;

/**
 * A world of moving agents. Owned by the swarm clock's thread, which asks for one tick after the other; an
 * implementation never blocks and allocates nothing once its agents are known.
 */
public interface SwarmSource {

    /** One phrase for a person: what this is, how many agents. */
    String description();

    /** Agents at tick 0. */
    int agentCount();

    /**
     * The smallest interval that holds every value this source will ever give of a component.
     *
     * @param component {@link io.essaim.protocol.swarm.SwarmFrame#X} and so on
     */
    ValueRange range(int component);

    /**
     * Fills in the state at a tick.
     *
     * @param tick 0, 1, 2, … without gaps; tick {@code n} stands for the time {@code n / fps} seconds
     */
    void step(long tick, SwarmState state);

    /** An interval of finite numbers, both ends included. */
    record ValueRange(double min, double max) {
        public ValueRange {
            if (!(Double.isFinite(min) && Double.isFinite(max) && min <= max)) {
                throw new IllegalArgumentException("range from " + min + " to " + max);
            }
        }
    }
}
