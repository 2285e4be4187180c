package io.essaim.server.swarm;

import io.essaim.protocol.Limits;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.SwarmFrame;
import java.util.List;
import java.util.Random;

/**
 * A synthetic flock (boids) in the cube from -1 to 1: every agent keeps apart from who is too close, flies as those around it
 * fly and stays with them, turns back before the walls, and is never slower than {@value #SPEED_MIN} nor faster than
 * {@value #SPEED_MAX} units a second. The same seed gives the same doubles on every machine. Owned by one thread.
 *
 * <ul>
 *   <li>How far an agent sees follows from their number: so far that seven would be seen if all were evenly spread, half a unit
 *       at most. Starlings heed seven, and so a look costs the same in a flock of any size.
 *   <li>An agent looks around {@value #LOOKS_A_SECOND} times a second and flies on by what it wanted meanwhile; at each tick a
 *       part of the flock looks.
 *   <li>Its frequency tells how well it flies with the others: the target when it flies as they do, {@value #DISCORD} below
 *       when against them, halfway between when it sees nobody. So a flock that has found together is in harmony, one that
 *       scatters is not.
 * </ul>
 */
public final class FlockGenerator implements SwarmSource {
    static final double SPEED_MIN = 0.15;
    static final double SPEED_MAX = 0.45;
    static final double DISCORD = 40;
    static final int LOOKS_A_SECOND = 10;

    private static final double NEIGHBOURS = 7;
    private static final double SIGHT_MAX = 0.5;
    private static final double ACCELERATION_MAX = 3;

    /** From here to the wall at 1 an agent is turned back, the harder the nearer. */
    private static final double MARGIN_AT = 0.75;

    private static final double TURN_BACK = 3;

    /** How much of a look's harmony enters the frequency at once. */
    private static final double HARMONY_GAIN = 0.2;

    private static final ValueRange POSITIONS = new ValueRange(-1, 1);

    private final int agents;
    private final double secondsPerTick;
    private final int ticksPerLook;
    private final double targetFrequency;
    private final double discord;
    private final long seed;
    private final Roster roster;

    // swarm clock thread
    private final Flock flock;
    private final FlockCells cells;
    private final FlockSteering steering;
    private final double[] wantedX;
    private final double[] wantedY;
    private final double[] wantedZ;
    private final double[] harmony;
    private long nextTick;

    /**
     * @param agents 1 to {@value Limits#AGENTS_MAX}; their ids are 0 to {@code agents - 1}
     * @param targetFrequency of an agent that flies as those around it fly; 0 to 65,535
     * @param seed of the starting places and headings, and of what the agents do of their own will
     * @param spheres labels, at least one; agent i has the label {@code i mod spheres.size()}
     */
    public FlockGenerator(int agents, int ticksPerSecond, double targetFrequency, long seed, List<String> spheres) {
        if (agents < 1 || agents > Limits.AGENTS_MAX) {
            throw new IllegalArgumentException("agents=" + agents + ", from 1 to " + Limits.AGENTS_MAX);
        }
        this.agents = agents;
        this.targetFrequency = targetFrequency;
        this.seed = seed;
        secondsPerTick = 1.0 / Ticks.checkRate(ticksPerSecond);
        ticksPerLook = Math.max(1, ticksPerSecond / LOOKS_A_SECOND);
        discord = Math.min(DISCORD, targetFrequency);
        roster = Spheres.rosterInTurn(agents, spheres);
        flock = new Flock(agents);
        double sight = sight(agents);
        cells = new FlockCells(agents, sight);
        steering = new FlockSteering(cells, sight);
        wantedX = new double[agents];
        wantedY = new double[agents];
        wantedZ = new double[agents];
        harmony = new double[agents];
        start(new Random(seed));
    }

    @Override
    public String description() {
        return "generated flock, " + agents + (agents == 1 ? " agent" : " agents");
    }

    @Override
    public int agentCount() {
        return agents;
    }

    @Override
    public ValueRange range(int component) {
        return component == SwarmFrame.FREQUENCY
                ? new ValueRange(targetFrequency - discord, targetFrequency)
                : POSITIONS;
    }

    @Override
    public void step(long tick, SwarmState state) {
        nextTick = Ticks.checkNext(tick, nextTick);
        if (tick == 0) {
            state.roster(roster);
        } else {
            look(tick);
            for (int agent = 0; agent < agents; agent++) {
                fly(agent);
            }
        }
        System.arraycopy(flock.x, 0, state.values(SwarmFrame.X), 0, agents);
        System.arraycopy(flock.y, 0, state.values(SwarmFrame.Y), 0, agents);
        System.arraycopy(flock.z, 0, state.values(SwarmFrame.Z), 0, agents);
        tune(state.values(SwarmFrame.FREQUENCY));
    }

    /** The radius of a sphere with so many of the agents in it, when they are evenly spread over the cube. */
    static double sight(int agents) {
        double cube = NEIGHBOURS * 8 / agents / (4.0 / 3 * Math.PI);
        // StrictMath: the same to the last bit on every machine, which Math.cbrt is not.
        return Math.min(SIGHT_MAX, StrictMath.cbrt(cube));
    }

    /** Uniform over the inner part of the cube, headings uniform over the sphere, by rejection. */
    private void start(Random random) {
        double speed = (SPEED_MIN + SPEED_MAX) / 2;
        for (int agent = 0; agent < agents; agent++) {
            flock.x[agent] = MARGIN_AT * (2 * random.nextDouble() - 1);
            flock.y[agent] = MARGIN_AT * (2 * random.nextDouble() - 1);
            flock.z[agent] = MARGIN_AT * (2 * random.nextDouble() - 1);
            double length;
            do {
                flock.velocityX[agent] = 2 * random.nextDouble() - 1;
                flock.velocityY[agent] = 2 * random.nextDouble() - 1;
                flock.velocityZ[agent] = 2 * random.nextDouble() - 1;
                length = speed(agent);
            } while (length > 1 || length < 0.01);
            scaleVelocity(agent, speed / length);
        }
    }

    private void look(long tick) {
        cells.sort(flock);
        long turn = tick % ticksPerLook;
        for (int slot = 0; slot < agents; slot++) {
            int agent = cells.agentAt(slot);
            if (agent % ticksPerLook == turn) {
                steering.look(slot, whim(tick, agent));
                wantedX[agent] = steering.accelerationX;
                wantedY[agent] = steering.accelerationY;
                wantedZ[agent] = steering.accelerationZ;
                harmony[agent] += HARMONY_GAIN * (steering.harmony - harmony[agent]);
            }
        }
    }

    private void fly(int agent) {
        double ax = wantedX[agent] + turnBack(flock.x[agent]);
        double ay = wantedY[agent] + turnBack(flock.y[agent]);
        double az = wantedZ[agent] + turnBack(flock.z[agent]);
        double acceleration = Math.sqrt(ax * ax + ay * ay + az * az);
        double seconds = secondsPerTick * (acceleration > ACCELERATION_MAX ? ACCELERATION_MAX / acceleration : 1);
        flock.velocityX[agent] += ax * seconds;
        flock.velocityY[agent] += ay * seconds;
        flock.velocityZ[agent] += az * seconds;
        limitSpeed(agent);
        flock.x[agent] += flock.velocityX[agent] * secondsPerTick;
        flock.y[agent] += flock.velocityY[agent] * secondsPerTick;
        flock.z[agent] += flock.velocityZ[agent] * secondsPerTick;
        bounce(flock.x, flock.velocityX, agent);
        bounce(flock.y, flock.velocityY, agent);
        bounce(flock.z, flock.velocityZ, agent);
    }

    private static double turnBack(double position) {
        double depth = Math.abs(position) - MARGIN_AT;
        return depth <= 0 ? 0 : -Math.copySign(TURN_BACK * depth / (1 - MARGIN_AT), position);
    }

    private void limitSpeed(int agent) {
        double speed = speed(agent);
        if (speed > SPEED_MAX) {
            scaleVelocity(agent, SPEED_MAX / speed);
        } else if (speed == 0) {
            flock.velocityX[agent] = SPEED_MIN;
        } else if (speed < SPEED_MIN) {
            scaleVelocity(agent, SPEED_MIN / speed);
        }
    }

    /** Who comes through a wall all the same is set on it and sent back. */
    private static void bounce(double[] positions, double[] velocities, int agent) {
        double position = positions[agent];
        if (Math.abs(position) > 1) {
            positions[agent] = Math.copySign(1, position);
            velocities[agent] = -Math.copySign(velocities[agent], position);
        }
    }

    private double speed(int agent) {
        double x = flock.velocityX[agent];
        double y = flock.velocityY[agent];
        double z = flock.velocityZ[agent];
        return Math.sqrt(x * x + y * y + z * z);
    }

    private void scaleVelocity(int agent, double factor) {
        flock.velocityX[agent] *= factor;
        flock.velocityY[agent] *= factor;
        flock.velocityZ[agent] *= factor;
    }

    private void tune(double[] frequencies) {
        double least = targetFrequency - discord;
        for (int agent = 0; agent < agents; agent++) {
            double below = discord * (1 - harmony[agent]) / 2;
            frequencies[agent] = Math.max(least, Math.min(targetFrequency, targetFrequency - below));
        }
    }

    /** The same bits for the same seed, tick and agent, in whatever order they are asked for (the finaliser of SplitMix64). */
    private long whim(long tick, int agent) {
        long bits = seed + tick * 0x9E3779B97F4A7C15L + agent * 0xD1B54A32D192ED03L;
        bits = (bits ^ (bits >>> 30)) * 0xBF58476D1CE4E5B9L;
        bits = (bits ^ (bits >>> 27)) * 0x94D049BB133111EBL;
        return bits ^ (bits >>> 31);
    }
}
