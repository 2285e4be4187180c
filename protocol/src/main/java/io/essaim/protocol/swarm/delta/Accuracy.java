package io.essaim.protocol.swarm.delta;

import io.essaim.protocol.swarm.SwarmFrame;
import java.util.Arrays;

/**
 * How well each value has been predicted of late, by each predictor: who is asked next, and how large an error to expect.
 * Arrays are laid out as the frames of the {@link History}.
 *
 * <pre>
 *   error e(p) = 256 (x - x(t - 1)) - drift(p), the moved distance no further from 0 than 2^21
 *   cost(p)   += floor(min(|e(p)|, 4095)^2 / 16) - floor(cost(p) / 16)
 *   scale     += floor((|e(best)| - scale) / 16),  |e| at most 2^28
 *   recent     = the last error of the best one in five steps, and the one before in three
 * </pre>
 */
final class Accuracy {
    static final int SCALE_AT_FIRST = 512;

    /** Neither of the last two errors was worth a mention. */
    static final byte RECENT_AT_FIRST = 7;

    /** More steps than {@link #step} has. */
    static final int STEPS = 64;

    private static final int COST_STEP_MAX = 47;
    private static final int SCALE_STEP_MAX = 56;

    private static final int MOVED_MAX = 1 << 21;
    private static final int ERROR_MAX = 1 << 28;
    private static final int SQUARED_MAX = 4095;
    private static final int SMALL = 64;
    private static final int LARGE = 128;

    /** From the last error's five steps to three. */
    private static final int[] COARSE = {0, 0, 1, 2, 2};

    private final int[][] costs = new int[Predictors.COUNT][0];
    private int[] scales = new int[0];
    private byte[] recents = new byte[0];
    private int capacity;

    /** Costs of a predictor, by value. */
    int[] costs(int predictor) {
        return costs[predictor];
    }

    /** A predictor's cost of a value; in the column after the last predictor its scale. */
    int number(int column, int value) {
        return column < Predictors.COUNT ? costs[column][value] : scales[value];
    }

    /** Sets it. */
    void number(int column, int value, int number) {
        if (column < Predictors.COUNT) {
            costs[column][value] = number;
        } else {
            scales[value] = number;
        }
    }

    /** The highest step that the numbers of a column can be at. */
    static int stepMax(int column) {
        return column < Predictors.COUNT ? COST_STEP_MAX : SCALE_STEP_MAX;
    }

    int[] scales() {
        return scales;
    }

    byte[] recents() {
        return recents;
    }

    /** Makes room for the history's agents. */
    void grow(int to) {
        if (to <= capacity) {
            return;
        }
        for (int predictor = 0; predictor < Predictors.COUNT; predictor++) {
            costs[predictor] = History.spread(costs[predictor], capacity, to);
        }
        scales = History.spread(scales, capacity, to);
        byte[] spread = new byte[SwarmFrame.COMPONENTS * to];
        for (int component = 0; component < SwarmFrame.COMPONENTS; component++) {
            System.arraycopy(recents, component * capacity, spread, component * to, capacity);
        }
        recents = spread;
        capacity = to;
    }

    /** Nothing is known of the value any more. */
    void begin(int value) {
        for (int[] cost : costs) {
            cost[value] = 0;
        }
        scales[value] = SCALE_AT_FIRST;
        recents[value] = RECENT_AT_FIRST;
    }

    /** What is known of one value is known of another. */
    void move(int from, int to) {
        for (int[] cost : costs) {
            cost[to] = cost[from];
        }
        scales[to] = scales[from];
        recents[to] = recents[from];
    }

    /**
     * Takes in what {@code count} values became.
     *
     * @param block says what was expected, and how far each moved from its newest value
     */
    void adapt(Block block, int from, int count) {
        int[] moved = block.moved;
        for (int i = 0; i < count; i++) {
            moved[i] = Math.max(-MOVED_MAX, Math.min(MOVED_MAX, moved[i])) * Predictors.FRACTIONS;
        }
        for (int predictor = 0; predictor < Predictors.COUNT; predictor++) {
            charge(costs[predictor], from, moved, block.drifts[predictor], count);
        }
        for (int i = 0; i < count; i++) {
            int value = from + i;
            int error = moved[i] - block.bestDrift[i];
            scales[value] += (Math.min(Math.abs(error), ERROR_MAX) - scales[value]) >> 4;
            recents[value] = (byte) (3 * level(error) + COARSE[recents[value] / 3]);
        }
    }

    private static void charge(int[] costs, int from, int[] moved, int[] drifts, int count) {
        for (int i = 0; i < count; i++) {
            int error = Math.min(Math.abs(moved[i] - drifts[i]), SQUARED_MAX);
            costs[from + i] += ((error * error) >> 4) - (costs[from + i] >> 4);
        }
    }

    private static int level(int error) {
        if (error < -SMALL) {
            return error < -LARGE ? 0 : 1;
        }
        return error <= SMALL ? 2 : error <= LARGE ? 3 : 4;
    }

    /** Rounds to what a keyframe tells: two steps an octave of cost and scale, nothing of recent errors. */
    void round(int from, int count) {
        for (int[] cost : costs) {
            for (int value = from; value < from + count; value++) {
                cost[value] = middle(step(cost[value]));
            }
        }
        for (int value = from; value < from + count; value++) {
            scales[value] = middle(step(scales[value]));
        }
        forgetRecent(from, count);
    }

    /** Nothing is known of recent errors. */
    void forgetRecent(int from, int count) {
        Arrays.fill(recents, from, from + count, RECENT_AT_FIRST);
    }

    /** Where a number of 0 or more stands on a scale with two steps an octave. */
    static int step(int number) {
        if (number < 2) {
            return number;
        }
        int exponent = 31 - Integer.numberOfLeadingZeros(number);
        return 2 * exponent + ((number >> (exponent - 1)) & 1);
    }

    /** The number in the middle of a step, 0 to 61. */
    static int middle(int step) {
        if (step < 2) {
            return step;
        }
        int exponent = step >> 1;
        int least = (2 | (step & 1)) << (exponent - 1);
        return exponent > 1 ? least | (1 << (exponent - 2)) : least;
    }
}
