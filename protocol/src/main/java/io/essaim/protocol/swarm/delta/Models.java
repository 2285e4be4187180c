package io.essaim.protocol.swarm.delta;

import java.util.Arrays;

/**
 * What has been learnt about errors: for each context how likely a bit is 1. An entry is {@code probability << 8 | count}:
 * the probability in 65,536ths, and how often it was corrected, which makes it slower to change.
 */
final class Models {
    /** Kinds of scale. */
    static final int SIZES = 10;

    /** Bits in which an error's size is told before it is escaped, at most. */
    static final int SIZE_BITS_MAX = 18;

    private static final int KINDS = 2;
    private static final int COUNT_MAX = 127;
    private static final int ZERO_AT_FIRST = 30_000 << 8;
    private static final int EVEN_AT_FIRST = 32_768 << 8;

    /** How much of an error is corrected, in 4,096ths, by how often it was: nearly 1 / (count + 1.6). */
    private static final int[] RATES = new int[COUNT_MAX + 1];

    static {
        for (int count = 0; count <= COUNT_MAX; count++) {
            RATES[count] = (40_968 + 5 * count) / (10 * count + 16);
        }
    }

    /** Whether there is an error, by the scale's context and the predictors'. */
    final int[] zeroByScale = new int[KINDS * SIZES * 5 * 15 * 8];

    final int[] zeroByRank = new int[KINDS * Predictors.COUNT * Predictors.COUNT * 5 * 5 * 8];

    /** Whether it is below 0. */
    final int[] signByScale = new int[zeroByScale.length];

    final int[] signByRank = new int[zeroByRank.length];

    /** Whether it is larger still. */
    final int[] size = new int[KINDS * SIZES * SIZE_BITS_MAX];

    Models() {
        reset();
    }

    /** Forgets all. */
    void reset() {
        Arrays.fill(zeroByScale, ZERO_AT_FIRST);
        Arrays.fill(zeroByRank, ZERO_AT_FIRST);
        Arrays.fill(signByScale, EVEN_AT_FIRST);
        Arrays.fill(signByRank, EVEN_AT_FIRST);
        Arrays.fill(size, EVEN_AT_FIRST);
    }

    /** The kind of scale that a {@link Accuracy#step step} is. */
    static int sizeOf(int step) {
        if (step < 16) {
            return step < 13 ? 0 : 1;
        }
        return Math.min(SIZES - 1, step - 14);
    }

    /** How likely two entries together make a 1, in 4,096ths, 1 to 4,095. */
    static int chance(int entry, int other) {
        return Math.max(1, ((entry >>> 8) + (other >>> 8)) >>> 5);
    }

    /** The entry once a bit, 0 or 1, has come. */
    static int learn(int entry, int bit) {
        int probability = entry >>> 8;
        int count = entry & 0xFF;
        int corrected = probability + ((((-bit & 0xFFFF) - probability) * RATES[count]) >> 12);
        return (corrected << 8) | Math.min(COUNT_MAX, count + 1);
    }
}
