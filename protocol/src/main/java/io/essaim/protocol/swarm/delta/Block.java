package io.essaim.protocol.swarm.delta;

import io.essaim.protocol.swarm.SwarmFrame;

/**
 * Up to {@value #SIZE} values of one component on their way: predicted, put into context, then coded. Small enough for the
 * processor's nearest cache, in passes that it vectorises.
 */
final class Block {
    static final int SIZE = 512;

    /** Marks a value that has none before it. */
    static final int FIRST = -1;

    /** Marks a value that is not there yet. */
    static final int ABSENT = -2;

    private static final int RANK_BITS = 3;
    private static final int RANK_MASK = (1 << RANK_BITS) - 1;

    /** What each predictor expects, by value. */
    final int[][] drifts = new int[Predictors.COUNT][SIZE];

    /** What the best one expects. */
    final int[] bestDrift = new int[SIZE];

    /** Where the value stood before, moved by the drift, rounded to the grid. */
    final int[] expected = new int[SIZE];

    /** 1 where errors are told with the other sign, so that what is left of the drift is never below 0; else 0. */
    final int[] mirrored = new int[SIZE];

    /** Into {@link Models}: by how large errors are, or {@link #FIRST} or {@link #ABSENT}. */
    final int[] scaleContext = new int[SIZE];

    /** Into {@link Models}: by which predictors agree. */
    final int[] rankContext = new int[SIZE];

    /** Into {@link Models}: for how large an error is. */
    final int[] sizeContext = new int[SIZE];

    /** Low bits of an error that are told as they are. */
    final int[] rawBits = new int[SIZE];

    /** How far each value moved. */
    final int[] moved = new int[SIZE];

    private final Predictors predictors = new Predictors(SIZE);
    private final int[] best = new int[SIZE];
    private final int[] second = new int[SIZE];

    /** Predicts values of a component, and finds the contexts that they are coded in. */
    void prepare(History history, Accuracy accuracy, int component, int place, int count) {
        int from = history.start(component) + place;
        predictors.predict(history, from, count, drifts);
        if (history.hasYoung()) {
            predictYoung(history, place, count);
        }
        rank(accuracy, from, count);
        findContexts(history.frame(0), accuracy, component == SwarmFrame.FREQUENCY ? 1 : 0, from, count);
        if (history.hasYoung()) {
            markYoung(history, place, count);
        }
    }

    /** Who has fewer values than a predictor looks at takes the longest that they fill. */
    private void predictYoung(History history, int place, int count) {
        for (int i = 0; i < count; i++) {
            int age = history.age(place + i);
            if (age < History.DEPTH) {
                int longest = Predictors.longestOf(age);
                for (int predictor = longest + 1; predictor < Predictors.COUNT; predictor++) {
                    drifts[predictor][i] = drifts[longest][i];
                }
            }
        }
    }

    private void markYoung(History history, int place, int count) {
        for (int i = 0; i < count; i++) {
            int age = history.age(place + i);
            if (age <= 0) {
                scaleContext[i] = age == 0 ? FIRST : ABSENT;
            }
        }
    }

    /** Finds the two predictors of the least cost; of equals, the shorter. */
    private void rank(Accuracy accuracy, int from, int count) {
        int[] first = accuracy.costs(0);
        for (int i = 0; i < count; i++) {
            best[i] = first[from + i] << RANK_BITS;
            second[i] = Integer.MAX_VALUE;
        }
        for (int predictor = 1; predictor < Predictors.COUNT; predictor++) {
            rank(accuracy.costs(predictor), predictor, from, count);
        }
    }

    private void rank(int[] costs, int predictor, int from, int count) {
        for (int i = 0; i < count; i++) {
            int key = (costs[from + i] << RANK_BITS) | predictor;
            second[i] = Math.min(second[i], Math.max(best[i], key));
            best[i] = Math.min(best[i], key);
        }
    }

    private void findContexts(int[] newest, Accuracy accuracy, int kind, int from, int count) {
        int[] scales = accuracy.scales();
        byte[] recents = accuracy.recents();
        for (int i = 0; i < count; i++) {
            int leader = best[i] & RANK_MASK;
            int runnerUp = second[i] & RANK_MASK;
            int drift = drifts[leader][i];
            int whole = (drift + Predictors.FRACTIONS / 2) >> 8;
            int fraction = drift - whole * Predictors.FRACTIONS;
            // All ones where it is below 0: (n ^ mirror) - mirror is -n.
            int mirror = fraction >> 31;
            int dissent = ((drifts[runnerUp][i] - drift) ^ mirror) - mirror;
            int opinion = Math.max(-2, Math.min(2, (dissent + 32) >> 6)) + 2;
            int eighth = Math.min(7, ((fraction ^ mirror) - mirror) >> 4);
            int recent = mirror == 0 ? recents[from + i] : 14 - recents[from + i];
            int exponent = 31 - Integer.numberOfLeadingZeros(scales[from + i] | 1);
            int size = Models.sizeOf(Accuracy.step(scales[from + i]));
            bestDrift[i] = drift;
            expected[i] = newest[from + i] + whole;
            mirrored[i] = -mirror;
            sizeContext[i] = (kind * Models.SIZES + size) * Models.SIZE_BITS_MAX;
            rawBits[i] = Math.max(0, exponent - 9);
            scaleContext[i] = (((kind * Models.SIZES + size) * 5 + opinion) * 15 + recent) * 8 + eighth;
            rankContext[i] = ((((kind * Predictors.COUNT + leader) * Predictors.COUNT + runnerUp) * 5 + recent / 3) * 5
                                    + opinion)
                            * 8
                    + eighth;
        }
    }
}
