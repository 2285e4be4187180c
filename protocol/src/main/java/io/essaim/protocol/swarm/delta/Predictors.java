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
 *   d(k)  = x(t - 1 - k) - x(t - 1)
 *   high  = sum of (TAPS[p][k - 1] >> 8) * d(k)     over k = 1 .. WINDOWS[p] - 1, modulo 2^32
 *   low   = sum of (TAPS[p][k - 1] & 255) * d(k)    likewise
 *   drift = high + ((low + 128) >> 8), its lowest 30 bits as a signed number
 * </pre>
 *
 * <p>Where nothing moves further than 65,536 steps within the window, that is the weighted sum of the distances, rounded.
 */
final class Predictors {
    static final int COUNT = 7;

    /** Parts of a step of the grid that drifts are counted in. */
    static final int FRACTIONS = 256;

    /** How many of the latest values each predictor looks at. */
    private static final int[] WINDOWS = {1, 2, 5, 12, 20, 36, 64};

    /** The largest of them. */
    static final int WINDOW_MAX = 64;

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

    private int[] high = new int[0];
    private int[] low = new int[0];

    /** Makes room for so many values. */
    void grow(int values) {
        high = new int[values];
        low = new int[values];
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
     * Predicts the values {@code from} to {@code to} of the next frame.
     *
     * @param drifts filled: by predictor, laid out as a frame
     */
    void predict(History history, int from, int to, int[][] drifts) {
        Arrays.fill(drifts[0], from, to, 0);
        for (int predictor = 1; predictor < COUNT; predictor++) {
            sum(HIGH[predictor], history, from, to, high);
            sum(LOW[predictor], history, from, to, low);
            join(high, low, drifts[predictor], from, to);
        }
    }

    private static void sum(int[] taps, History history, int from, int to, int[] sums) {
        int all = 0;
        for (int tap : taps) {
            all += tap;
        }
        int[] newest = history.frame(0);
        for (int v = from; v < to; v++) {
            sums[v] = -all * newest[v];
        }
        for (int k = 0; k < taps.length; k += UNROLLED) {
            int tap0 = taps[k];
            int tap1 = taps[k + 1];
            int tap2 = taps[k + 2];
            int tap3 = taps[k + 3];
            int[] frame0 = history.frame(k + 1);
            int[] frame1 = history.frame(k + 2);
            int[] frame2 = history.frame(k + 3);
            int[] frame3 = history.frame(k + 4);
            for (int v = from; v < to; v++) {
                sums[v] += tap0 * frame0[v] + tap1 * frame1[v] + tap2 * frame2[v] + tap3 * frame3[v];
            }
        }
    }

    private static void join(int[] high, int[] low, int[] drift, int from, int to) {
        for (int v = from; v < to; v++) {
            drift[v] = ((high[v] + ((low[v] + 128) >> 8)) << 2) >> 2;
        }
    }
}
