package io.essaim.server.swarm;

/**
 * The sine and the cosine of {@code ωt + φi} for every agent i at one time, by the angle-addition identities: two
 * {@link StrictMath} calls a tick for everybody and two multiplications an agent, where the plain formula takes a sine
 * each. {@link StrictMath} because {@link Math#sin} may differ between machines in the last bit, and a swarm of one seed
 * must not.
 */
final class PhasedWave {
    private final double radiansPerSecond;
    private final double[] sineOfPhase;
    private final double[] cosineOfPhase;
    private double sineOfTime;
    private double cosineOfTime = 1;

    PhasedWave(double radiansPerSecond, double radiansPerAgent, int agents) {
        this.radiansPerSecond = radiansPerSecond;
        sineOfPhase = new double[agents];
        cosineOfPhase = new double[agents];
        for (int agent = 0; agent < agents; agent++) {
            sineOfPhase[agent] = StrictMath.sin(radiansPerAgent * agent);
            cosineOfPhase[agent] = StrictMath.cos(radiansPerAgent * agent);
        }
    }

    /** Sets the time that the next answers are for. */
    void at(double seconds) {
        sineOfTime = StrictMath.sin(radiansPerSecond * seconds);
        cosineOfTime = StrictMath.cos(radiansPerSecond * seconds);
    }

    double sine(int agent) {
        return sineOfTime * cosineOfPhase[agent] + cosineOfTime * sineOfPhase[agent];
    }

    double cosine(int agent) {
        return cosineOfTime * cosineOfPhase[agent] - sineOfTime * sineOfPhase[agent];
    }
}
