package io.essaim.protocol.swarm.delta;

import io.essaim.protocol.swarm.SwarmFrame;
import java.util.Arrays;

/**
 * How well each value has been predicted of late, by each predictor: who is asked next, and how large an error to expect.
 * Arrays are laid out as the frames of the {@link History}.
 *
 * <pre>
 *   moved      256 (x(t) - x(t - 1)), its lowest 30 bits as a signed number
 *   e(p)       moved - drift(p)
 *   cost(p)   += floor(min(|e(p)|, 4095)^2 / 16) - floor(cost(p) / 16)
 *   scale     += floor((|e(best)| - scale) / 16)
 *   before     = 0, 1 or 2: last was below 2, 2, above it
 *   last       = 0 to 4: e(best) is below -128, below -64, at most 64, at most 128, above it
 * </pre>
 */
final class Accuracy {
    private static final int SCALE_AT_FIRST = 512;
    private static final int LAST_AT_FIRST = 2;
    private static final int BEFORE_AT_FIRST = 1;

    /** More steps than {@link #step} has. */
    static final int STEPS = 64;

    private static final int COST_STEP_MAX = 47;
    private static final int SCALE_STEP_MAX = 60;

    private static final int SQUARED_MAX = 4095;
    private static final int SMALL = 64;
    private static final int LARGE = 128;

    private final int[][] costs = new int[Predictors.COUNT][0];
    private int[] scales = new int[0];
    private int[] last = new int[0];
    private int[] before = new int[0];
    private int[] moved = new int[0];
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

    /** The last errors of the best predictors, in five steps. */
    int[] lastErrors() {
        return last;
    }

    /** The ones before, in three. */
    int[] errorsBefore() {
        return before;
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
        last = History.spread(last, capacity, to);
        before = History.spread(before, capacity, to);
        moved = new int[SwarmFrame.COMPONENTS * to];
        capacity = to;
    }

    /** Nothing is known of the value any more. */
    void begin(int value) {
        for (int[] cost : costs) {
            cost[value] = 0;
        }
        scales[value] = SCALE_AT_FIRST;
        last[value] = LAST_AT_FIRST;
        before[value] = BEFORE_AT_FIRST;
    }

    /** What is known of one value is known of another. */
    void move(int from, int to) {
        for (int[] cost : costs) {
            cost[to] = cost[from];
        }
        scales[to] = scales[from];
        last[to] = last[from];
        before[to] = before[from];
    }

    /** Takes in what the values {@code from} to {@code to} became. */
    void adapt(Outlook outlook, int[] next, int[] newest, int from, int to) {
        measure(next, newest, moved, from, to);
        for (int predictor = 0; predictor < Predictors.COUNT; predictor++) {
            charge(moved, outlook.drifts(predictor), costs[predictor], from, to);
        }
        remember(moved, outlook.bestDrift(), from, to);
    }

    private static void measure(int[] next, int[] newest, int[] moved, int from, int to) {
        for (int v = from; v < to; v++) {
            moved[v] = ((next[v] - newest[v]) << 10) >> 2;
        }
    }

    private static void charge(int[] moved, int[] drifts, int[] costs, int from, int to) {
        for (int v = from; v < to; v++) {
            int excess = Math.abs(moved[v] - drifts[v]) - SQUARED_MAX;
            int error = SQUARED_MAX + (excess & (excess >> 31));
            costs[v] += ((error * error) >> 4) - (costs[v] >> 4);
        }
    }

    /** A comparison is the sign of a difference. */
    private void remember(int[] moved, int[] drifts, int from, int to) {
        for (int v = from; v < to; v++) {
            int error = moved[v] - drifts[v];
            scales[v] += (Math.abs(error) - scales[v]) >> 4;
            before[v] = 1 + ((2 - last[v]) >>> 31) - ((last[v] - 2) >>> 31);
            last[v] = 2
                    + ((SMALL - error) >>> 31)
                    + ((LARGE - error) >>> 31)
                    - ((error + SMALL) >>> 31)
                    - ((error + LARGE) >>> 31);
        }
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
        Arrays.fill(last, from, from + count, LAST_AT_FIRST);
        Arrays.fill(before, from, from + count, BEFORE_AT_FIRST);
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
