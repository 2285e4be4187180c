package io.essaim.bench.motion;

import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.SwarmFrame;
import io.essaim.server.config.Settings;
import io.essaim.server.swarm.SwarmSource;
import io.essaim.server.swarm.SwarmState;
import java.util.Arrays;
import java.util.Random;

/**
 * Agents that move by a normal deviate an axis and tick, of {@value #SIGMA}, which is ten steps of the default grid, and are
 * reflected at {@value #WALL}. Nothing predicts it: a frame cannot take less than its entropy, 16.11 bits an agent's position.
 * The same seed gives the same doubles on every machine. Frequencies are left to others.
 */
final class BrownianMotion implements SwarmSource {
    private static final double SIGMA = 0.001;
    private static final double WALL = 0.99;
    private static final int AXES = 3;

    private final Roster roster;
    private final Random random;
    private final double[][] positions;

    BrownianMotion(int agents, long seed) {
        int[] ids = new int[agents];
        int[] sphereOf = new int[agents];
        Arrays.setAll(ids, agent -> agent);
        Arrays.setAll(sphereOf, agent -> agent % Settings.SPHERES.defaultValue().size());
        roster = new Roster(1, Settings.SPHERES.defaultValue(), ids, sphereOf);
        random = new Random(seed);
        positions = new double[AXES][agents];
        for (double[] axis : positions) {
            Arrays.setAll(axis, agent -> WALL * (2 * random.nextDouble() - 1));
        }
    }

    @Override
    public String description() {
        return "brownian motion, " + agentCount() + " agents";
    }

    @Override
    public int agentCount() {
        return roster.agentCount();
    }

    @Override
    public ValueRange range(int component) {
        return component == SwarmFrame.FREQUENCY ? new ValueRange(0, 0) : new ValueRange(-WALL, WALL);
    }

    @Override
    public void step(long tick, SwarmState state) {
        if (tick == 0) {
            state.roster(roster);
        }
        for (int component = 0; component < AXES; component++) {
            double[] axis = positions[component];
            if (tick > 0) {
                for (int agent = 0; agent < axis.length; agent++) {
                    axis[agent] = reflect(axis[agent] + SIGMA * random.nextGaussian());
                }
            }
            System.arraycopy(axis, 0, state.values(component), 0, axis.length);
        }
    }

    private static double reflect(double position) {
        return Math.abs(position) <= WALL ? position : Math.copySign(2 * WALL, position) - position;
    }
}
