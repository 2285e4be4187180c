package io.essaim.protocol.swarm.delta;

import java.util.Arrays;

/**
 * The predictors: polynomials through an agent's latest values by least squares, extrapolated by one frame. Short ones follow
 * turns, long ones average out what rounding to the grid adds. Integers only, so that every language gets the same.
 *
 * <p>A prediction is told as drift: how far the value is expected to move from the newest one, in {@value #FRACTIONS}ths of a
 * step of the grid.
 *
 * <pre>
 *   drift = floor((sum of TAPS[p][k - 1] * d(k) over k = 1 .. WINDOWS[p] - 1, + 128) / 256)
 *   d(k)  = x(t - 1 - k) - x(t - 1), but no further from 0 than {@value #DISTANCE_MAX}
 * </pre>
 */
final class Predictors {
    static final int COUNT = 7;

    /** Parts of a step of the grid that drifts are counted in. */
    static final int FRACTIONS = 256;

    /** How many of the latest values each predictor looks at. */
    private static final int[] WINDOWS = {1, 2, 5, 12, 20, 36, 64};

    /** The largest of them. */
    static final int WINDOW_MAX = 64;

    static final int DISTANCE_MAX = 65_536;

    private static final int[] DEGREES = {0, 1, 2, 3, 3, 3, 3};

    /**
     * What each value before the newest counts for, in 65,536ths, the later ones first: of the polynomial of the predictor's
     * degree through its window, rounded to the nearest.
     */
    private static final int[][] TAPS = {
        {},
        {-65536},
        {0, -52429, -39322, 39322},
        {27803, -7944, -24493, -26479, -18535, -5296, 8606, 18535, 19859, 7944, -21845},
        {
            31733, 15637, 3666, -4653, -9793, -12228, -12431, -10875, -8035, -4383, -392, 3463, 6709, 8873, 9482, 8062,
            4139, -2759, -13107
        },
        {
            22886, 17378, 12566, 8411, 4873, 1914, -506, -2425, -3883, -4918, -5568, -5874, -5874, -5607, -5112, -4428,
            -3594, -2648, -1630, -579, 467, 1469, 2386, 3182, 3816, 4250, 4445, 4361, 3961, 3204, 2053, 467, -1591,
            -4161, -7282
        },
        {
            14434, 12609, 10906, 9323, 7854, 6496, 5247, 4101, 3057, 2109, 1254, 489, -189, -786, -1303, -1745, -2115,
            -2417, -2655, -2832, -2952, -3018, -3034, -3003, -2930, -2818, -2670, -2490, -2281, -2048, -1794, -1522,
            -1236, -940, -638, -332, -26, 275, 568, 850, 1117, 1366, 1592, 1793, 1964, 2103, 2204, 2265, 2283, 2253,
            2172, 2036, 1843, 1587, 1265, 875, 412, -127, -747, -1450, -2240, -3121, -4096
        },
    };

    private static final int UNROLLED = 4;

    /** TAPS as high * 256 + low, so that sums fit 32 bits, padded with zeros to whole rounds of the loop. */
    private static final int[][] HIGH = new int[COUNT][];

    private static final int[][] LOW = new int[COUNT][];

    static {
        for (int predictor = 0; predictor < COUNT; predictor++) {
            int taps = TAPS[predictor].length;
            int padded = (taps + UNROLLED - 1) / UNROLLED * UNROLLED;
            HIGH[predictor] = new int[padded];
            LOW[predictor] = new int[padded];
            for (int tap = 0; tap < taps; tap++) {
                HIGH[predictor][tap] = TAPS[predictor][tap] >> 8;
                LOW[predictor][tap] = TAPS[predictor][tap] & 0xFF;
            }
        }
    }

    /** By k - 1: d(k) of the values of the block. One more than there are, for the padding. */
    private final int[][] distances = new int[WINDOW_MAX][];

    private final int[] high;
    private final int[] low;

    /** @param block values that are predicted at once, at most */
    Predictors(int block) {
        for (int k = 0; k < distances.length; k++) {
            distances[k] = new int[block];
        }
        high = new int[block];
        low = new int[block];
    }

    static int window(int predictor) {
        return WINDOWS[predictor];
    }

    static int degree(int predictor) {
        return DEGREES[predictor];
    }

    /** Of one predictor; not to be changed. */
    static int[] taps(int predictor) {
        return TAPS[predictor];
    }

    /** The predictor with the longest window that so many values fill. */
    static int longestOf(int values) {
        int predictor = 0;
        while (predictor + 1 < COUNT && WINDOWS[predictor + 1] <= values) {
            predictor++;
        }
        return predictor;
    }

    /**
     * Predicts the {@code count} values that begin at {@code from} in each frame of the history.
     *
     * @param drifts filled: by predictor, then value
     */
    void predict(History history, int from, int count, int[][] drifts) {
        int[] newest = history.frame(0);
        for (int k = 1; k < WINDOW_MAX; k++) {
            measure(history.frame(k), newest, from, count, distances[k - 1]);
        }
        Arrays.fill(drifts[0], 0, count, 0);
        for (int predictor = 1; predictor < COUNT; predictor++) {
            sum(HIGH[predictor], count, high);
            sum(LOW[predictor], count, low);
            int[] drift = drifts[predictor];
            for (int i = 0; i < count; i++) {
                drift[i] = high[i] + ((low[i] + 128) >> 8);
            }
        }
    }

    private static void measure(int[] frame, int[] newest, int from, int count, int[] distance) {
        for (int i = 0; i < count; i++) {
            distance[i] = Math.max(-DISTANCE_MAX, Math.min(DISTANCE_MAX, frame[from + i] - newest[from + i]));
        }
    }

    private void sum(int[] taps, int count, int[] sums) {
        Arrays.fill(sums, 0, count, 0);
        for (int tap = 0; tap < taps.length; tap += UNROLLED) {
            int tap0 = taps[tap];
            int tap1 = taps[tap + 1];
            int tap2 = taps[tap + 2];
            int tap3 = taps[tap + 3];
            int[] distance0 = distances[tap];
            int[] distance1 = distances[tap + 1];
            int[] distance2 = distances[tap + 2];
            int[] distance3 = distances[tap + 3];
            for (int i = 0; i < count; i++) {
                sums[i] += tap0 * distance0[i] + tap1 * distance1[i] + tap2 * distance2[i] + tap3 * distance3[i];
            }
        }
    }
}
