package io.essaim.server.swarm;

import io.essaim.protocol.Limits;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.SwarmFrame;
import java.util.List;
import java.util.Random;

/**
 * A synthetic swarm: damped particles driven by slow waves, each agent a little out of phase with the one before, and
 * kept inside the unit sphere. The same seed gives the same doubles on every machine. Owned by one thread.
 *
 * <pre>
 *   t = tick / ticksPerSecond seconds, i the agent's id, from 0
 *   n = (sin(0.5t + 0.10i), cos(0.3t + 0.15i), sin(0.4t + 0.12i))
 *   v ← 0.98v + 0.002n
 *   p ← p + v, and p ← p/‖p‖ where ‖p‖ > 1
 *   f = 990 + 9 sin(2π·0.1t + 0.37i)
 * </pre>
 *
 * <p>Tick 0 is the start itself: every agent at rest, uniformly spread inside the sphere. Tick 1 is the first step, with n
 * at its own time.
 */
public final class FlowGenerator implements SwarmSource {
    private static final double DAMPING = 0.98;
    private static final double DRIVE = 0.002;
    private static final double FREQUENCY_MEAN = 990;
    private static final double FREQUENCY_SWING = 9;

    private static final ValueRange POSITIONS = new ValueRange(-1, 1);
    private static final ValueRange FREQUENCIES =
            new ValueRange(FREQUENCY_MEAN - FREQUENCY_SWING, FREQUENCY_MEAN + FREQUENCY_SWING);

    private final int agents;
    private final int ticksPerSecond;
    private final Roster roster;
    private final PhasedWave waveX;
    private final PhasedWave waveY;
    private final PhasedWave waveZ;
    private final PhasedWave waveFrequency;

    // swarm clock thread
    private final double[] x;
    private final double[] y;
    private final double[] z;
    private final double[] velocityX;
    private final double[] velocityY;
    private final double[] velocityZ;
    private long nextTick;

    /**
     * @param agents 1 to {@value Limits#AGENTS_MAX}; their ids are 0 to {@code agents - 1}
     * @param seed of the starting places
     * @param spheres labels, at least one; agent i has the label {@code i mod spheres.size()}
     */
    public FlowGenerator(int agents, int ticksPerSecond, long seed, List<String> spheres) {
        if (agents < 1 || agents > Limits.AGENTS_MAX) {
            throw new IllegalArgumentException("agents=" + agents + ", from 1 to " + Limits.AGENTS_MAX);
        }
        this.agents = agents;
        this.ticksPerSecond = Ticks.checkRate(ticksPerSecond);
        roster = Spheres.rosterInTurn(agents, spheres);
        waveX = new PhasedWave(0.5, 0.1, agents);
        waveY = new PhasedWave(0.3, 0.15, agents);
        waveZ = new PhasedWave(0.4, 0.12, agents);
        waveFrequency = new PhasedWave(2 * Math.PI * 0.1, 0.37, agents);
        x = new double[agents];
        y = new double[agents];
        z = new double[agents];
        velocityX = new double[agents];
        velocityY = new double[agents];
        velocityZ = new double[agents];
        scatter(new Random(seed));
    }

    @Override
    public String description() {
        return "generated flow, " + agents + (agents == 1 ? " agent" : " agents");
    }

    @Override
    public int agentCount() {
        return agents;
    }

    @Override
    public ValueRange range(int component) {
        return component == SwarmFrame.FREQUENCY ? FREQUENCIES : POSITIONS;
    }

    @Override
    public void step(long tick, SwarmState state) {
        nextTick = Ticks.checkNext(tick, nextTick);
        double seconds = (double) tick / ticksPerSecond;
        if (tick == 0) {
            state.roster(roster);
        } else {
            drive(seconds);
            move();
        }
        System.arraycopy(x, 0, state.values(SwarmFrame.X), 0, agents);
        System.arraycopy(y, 0, state.values(SwarmFrame.Y), 0, agents);
        System.arraycopy(z, 0, state.values(SwarmFrame.Z), 0, agents);
        tune(seconds, state.values(SwarmFrame.FREQUENCY));
    }

    /** Rejection from the cube around: exactly uniform, and {@link Random} is specified to the bit. */
    private void scatter(Random random) {
        for (int agent = 0; agent < agents; agent++) {
            do {
                x[agent] = 2 * random.nextDouble() - 1;
                y[agent] = 2 * random.nextDouble() - 1;
                z[agent] = 2 * random.nextDouble() - 1;
            } while (norm(agent) > 1);
        }
    }

    private void drive(double seconds) {
        waveX.at(seconds);
        waveY.at(seconds);
        waveZ.at(seconds);
        for (int agent = 0; agent < agents; agent++) {
            velocityX[agent] = DAMPING * velocityX[agent] + DRIVE * waveX.sine(agent);
            velocityY[agent] = DAMPING * velocityY[agent] + DRIVE * waveY.cosine(agent);
            velocityZ[agent] = DAMPING * velocityZ[agent] + DRIVE * waveZ.sine(agent);
        }
    }

    private void move() {
        for (int agent = 0; agent < agents; agent++) {
            x[agent] += velocityX[agent];
            y[agent] += velocityY[agent];
            z[agent] += velocityZ[agent];
            // Divided, not multiplied by the inverse, so that no component can exceed 1 by rounding; and by 1 rather
            // than
            // around a branch, which half of the agents would mispredict.
            double divisor = Math.max(1, norm(agent));
            x[agent] /= divisor;
            y[agent] /= divisor;
            z[agent] /= divisor;
        }
    }

    private void tune(double seconds, double[] frequencies) {
        waveFrequency.at(seconds);
        for (int agent = 0; agent < agents; agent++) {
            frequencies[agent] = FREQUENCY_MEAN + FREQUENCY_SWING * waveFrequency.sine(agent);
        }
    }

    private double norm(int agent) {
        return Math.sqrt(x[agent] * x[agent] + y[agent] * y[agent] + z[agent] * z[agent]);
    }
}
