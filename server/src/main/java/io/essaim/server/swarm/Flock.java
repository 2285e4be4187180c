package io.essaim.server.swarm;

/**
 * Where the agents of a flock are and how they fly: one array for each number, by agent. Positions are in units of the world,
 * velocities in units a second. Owned by one thread.
 */
final class Flock {
    final double[] x;
    final double[] y;
    final double[] z;
    final double[] velocityX;
    final double[] velocityY;
    final double[] velocityZ;

    Flock(int agents) {
        x = new double[agents];
        y = new double[agents];
        z = new double[agents];
        velocityX = new double[agents];
        velocityY = new double[agents];
        velocityZ = new double[agents];
    }

    int size() {
        return x.length;
    }

    /** Takes over one agent of another flock. */
    void copy(int to, Flock from, int agent) {
        x[to] = from.x[agent];
        y[to] = from.y[agent];
        z[to] = from.z[agent];
        velocityX[to] = from.velocityX[agent];
        velocityY[to] = from.velocityY[agent];
        velocityZ[to] = from.velocityZ[agent];
    }
}
