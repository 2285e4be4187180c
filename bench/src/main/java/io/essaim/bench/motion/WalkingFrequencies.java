package io.essaim.bench.motion;

import io.essaim.protocol.swarm.SwarmFrame;
import io.essaim.server.swarm.SwarmSource;
import io.essaim.server.swarm.SwarmState;
import java.util.Random;

/**
 * Another source with frequencies that walk at random: each goes up or down by 0.1, 0.2, 0.3, 0.4 or 0.5 Hz a tick, all ten
 * equally likely, and turns back at {@value #LEAST} and {@value #MOST}. It begins with the other source's. For sources whose
 * agents stay. The same seed gives the same frequencies on every machine.
 */
final class WalkingFrequencies implements SwarmSource {
    private static final double LEAST = 890;
    private static final double MOST = 1_090;
    private static final int STEPS_MAX = 5;
    private static final double HERTZ_PER_STEP = 0.1;

    private final SwarmSource source;
    private final Random random;
    /** In steps of {@value #HERTZ_PER_STEP} Hz. */
    private final long[] steps;

    WalkingFrequencies(SwarmSource source, long seed) {
        this.source = source;
        random = new Random(seed);
        steps = new long[source.agentCount()];
    }

    @Override
    public String description() {
        return source.description() + ", frequencies that walk";
    }

    @Override
    public int agentCount() {
        return source.agentCount();
    }

    @Override
    public ValueRange range(int component) {
        return component == SwarmFrame.FREQUENCY ? new ValueRange(LEAST, MOST) : source.range(component);
    }

    @Override
    public void step(long tick, SwarmState state) {
        source.step(tick, state);
        double[] frequencies = state.values(SwarmFrame.FREQUENCY);
        for (int agent = 0; agent < steps.length; agent++) {
            steps[agent] = tick == 0 ? Math.round(frequencies[agent] / HERTZ_PER_STEP) : walk(steps[agent]);
            frequencies[agent] = steps[agent] * HERTZ_PER_STEP;
        }
    }

    private long walk(long from) {
        int drawn = random.nextInt(2 * STEPS_MAX);
        int step = drawn < STEPS_MAX ? drawn - STEPS_MAX : drawn - STEPS_MAX + 1;
        double there = (from + step) * HERTZ_PER_STEP;
        return there < LEAST || there > MOST ? from - step : from + step;
    }
}
