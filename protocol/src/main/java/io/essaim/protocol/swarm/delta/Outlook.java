package io.essaim.protocol.swarm.delta;

import io.essaim.protocol.swarm.SwarmFrame;

/**
 * What is expected of each value of the next frame, and the contexts that its error is coded in. Arrays are laid out as the
 * frames of the {@link History}; a block of values is prepared, coded and done with before the next, so that it stays in the
 * processor's nearest cache, in passes over it that the JVM vectorises: all arrays of a loop have the same index, and nothing
 * in it branches.
 */
final class Outlook {
    /** Values of a block. */
    static final int BLOCK = 512;

    /** In place of a context: the value has none before it. */
    static final int FIRST = -1;

    /** In place of a context: the value is not there yet. */
    static final int ABSENT = -2;

    private static final int RANK_BITS = 3;
    private static final int RANK_MASK = (1 << RANK_BITS) - 1;
    private static final int ROUND = Predictors.FRACTIONS / 2;

    private final Predictors predictors = new Predictors();
    private final int[][] drifts = new int[Predictors.COUNT][0];
    private int[] best = new int[0];
    private int[] second = new int[0];
    private int[] bestDrift = new int[0];
    private int[] expected = new int[0];
    private int[] mirror = new int[0];
    private int[] scaleContext = new int[0];
    private int[] rankContext = new int[0];
    private int[] sizeContext = new int[0];
    private int[] rawBits = new int[0];

    /** Makes room for so many agents. */
    void grow(int agents) {
        int values = SwarmFrame.COMPONENTS * agents;
        predictors.grow(values);
        for (int predictor = 0; predictor < Predictors.COUNT; predictor++) {
            drifts[predictor] = new int[values];
        }
        best = new int[values];
        second = new int[values];
        bestDrift = new int[values];
        expected = new int[values];
        mirror = new int[values];
        scaleContext = new int[values];
        rankContext = new int[values];
        sizeContext = new int[values];
        rawBits = new int[values];
    }

    /** What a predictor expects. */
    int[] drifts(int predictor) {
        return drifts[predictor];
    }

    /** What the best one expects. */
    int[] bestDrift() {
        return bestDrift;
    }

    /** The values of before, moved by that, rounded to the grid. */
    int[] expected() {
        return expected;
    }

    /** All ones where errors are told with the other sign, so that what rounding left of the drift is never below 0; else 0. */
    int[] mirror() {
        return mirror;
    }

    /** Into {@link Models}: by how large errors are, or {@link #FIRST} or {@link #ABSENT}. */
    int[] scaleContext() {
        return scaleContext;
    }

    /** Into {@link Models}: by which predictors are the best. */
    int[] rankContext() {
        return rankContext;
    }

    /** Into {@link Models}: for how large an error is. */
    int[] sizeContext() {
        return sizeContext;
    }

    /** Low bits of an error that are told as they are. */
    int[] rawBits() {
        return rawBits;
    }

    /** Prepares {@code count} values of a component, from an agent's place on. */
    void prepare(History history, Accuracy accuracy, int component, int place, int count) {
        int from = history.start(component) + place;
        int to = from + count;
        predictors.predict(history, from, to, drifts);
        if (history.hasYoung()) {
            predictYoung(history, component, place, count);
        }
        rank(accuracy, from, to);
        findContexts(history.frame(0), accuracy, component == SwarmFrame.FREQUENCY ? 1 : 0, from, to);
        if (history.hasYoung()) {
            markYoung(history, component, place, count);
        }
    }

    /** Who has fewer values than a predictor looks at takes the longest that they fill. */
    private void predictYoung(History history, int component, int place, int count) {
        for (int agent = place; agent < place + count; agent++) {
            int age = history.age(agent);
            if (age < History.DEPTH) {
                int value = history.start(component) + agent;
                int longest = Predictors.longestOf(age);
                for (int predictor = longest + 1; predictor < Predictors.COUNT; predictor++) {
                    drifts[predictor][value] = drifts[longest][value];
                }
            }
        }
    }

    private void markYoung(History history, int component, int place, int count) {
        for (int agent = place; agent < place + count; agent++) {
            int age = history.age(agent);
            if (age <= 0) {
                scaleContext[history.start(component) + agent] = age == 0 ? FIRST : ABSENT;
            }
        }
    }

    /** Finds the two predictors of the least cost; of equals, the shorter. */
    private void rank(Accuracy accuracy, int from, int to) {
        begin(accuracy.costs(0), best, second, from, to);
        for (int predictor = 1; predictor < Predictors.COUNT; predictor++) {
            rank(accuracy.costs(predictor), predictor, best, second, from, to);
        }
    }

    private static void begin(int[] costs, int[] best, int[] second, int from, int to) {
        for (int v = from; v < to; v++) {
            best[v] = costs[v] << RANK_BITS;
            second[v] = Integer.MAX_VALUE;
        }
    }

    private static void rank(int[] costs, int predictor, int[] best, int[] second, int from, int to) {
        for (int v = from; v < to; v++) {
            int key = (costs[v] << RANK_BITS) | predictor;
            // What the best is above the key, or 0; then likewise the second above the worse of the two.
            int better = key - best[v];
            better &= better >> 31;
            int worse = key - better - second[v];
            second[v] += worse & (worse >> 31);
            best[v] += better;
        }
    }

    private void findContexts(int[] newest, Accuracy accuracy, int kind, int from, int to) {
        int[] scales = accuracy.scales();
        int[] last = accuracy.lastErrors();
        int[] before = accuracy.errorsBefore();
        for (int v = from; v < to; v++) {
            int leader = best[v] & RANK_MASK;
            int runnerUp = second[v] & RANK_MASK;
            int drift = drifts[leader][v];
            int whole = (drift + ROUND) >> 8;
            int fraction = drift - whole * Predictors.FRACTIONS;
            int mirrored = fraction >> 31;
            int dissent = ((drifts[runnerUp][v] - drift) ^ mirrored) - mirrored;
            int opinion = Math.max(-2, Math.min(2, (dissent + 32) >> 6)) + 2;
            int eighth = Math.min(7, ((fraction ^ mirrored) - mirrored) >> 4);
            int lastError = mirrored == 0 ? last[v] : 4 - last[v];
            int errorBefore = mirrored == 0 ? before[v] : 2 - before[v];
            int step = Accuracy.step(scales[v]);
            int size = kind * Models.SIZES + Models.sizeOf(step);
            bestDrift[v] = drift;
            expected[v] = newest[v] + whole;
            mirror[v] = mirrored;
            sizeContext[v] = size * Models.SIZE_BITS_MAX;
            rawBits[v] = Math.max(0, (step >> 1) - 9);
            scaleContext[v] = (((size * 5 + opinion) * 5 + lastError) * 3 + errorBefore) * 8 + eighth;
            rankContext[v] =
                    ((((kind * Predictors.COUNT + leader) * Predictors.COUNT + runnerUp) * 5 + lastError) * 5 + opinion)
                                    * 8
                            + eighth;
        }
    }
}
