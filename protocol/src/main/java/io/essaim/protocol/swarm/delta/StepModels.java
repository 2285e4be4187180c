package io.essaim.protocol.swarm.delta;

import java.util.Arrays;

/**
 * Writes and reads small differences of {@link Accuracy#step steps}, in contexts of the column's own: whether there is one,
 * whether it is below 0, and how large it is less 1, in ones and a zero.
 */
final class StepModels {
    /** Contexts for how large; what is larger stays in the last. */
    private static final int SIZES = 16;

    private static final int EVEN = 32_768 << 8;

    private final int[] zero = even(Predictors.COUNT + 1);
    private final int[] sign = even(Predictors.COUNT + 1);
    private final int[] size = even((Predictors.COUNT + 1) * SIZES);

    /** The context in which it is told whether an agent has been there all the time. */
    static int[] wholeAge() {
        return even(1);
    }

    private static int[] even(int count) {
        int[] entries = new int[count];
        Arrays.fill(entries, EVEN);
        return entries;
    }

    void write(RangeEncoder range, int column, int difference) {
        range.write(difference == 0 ? 0 : 1, zero, column);
        if (difference != 0) {
            range.write(difference < 0 ? 1 : 0, sign, column);
            int left = Math.abs(difference) - 1;
            for (int told = 0; told < left; told++) {
                range.write(1, size, context(column, told));
            }
            range.write(0, size, context(column, left));
        }
    }

    /** What was written, or something at least {@link Accuracy#STEPS} from 0 when nothing like it can have been. */
    int read(RangeDecoder range, int column) {
        if (range.read(zero, column) == 0) {
            return 0;
        }
        int isBelow = range.read(sign, column);
        int difference = 1;
        while (difference < Accuracy.STEPS && range.read(size, context(column, difference - 1)) == 1) {
            difference++;
        }
        return isBelow == 0 ? difference : -difference;
    }

    private static int context(int column, int told) {
        return column * SIZES + Math.min(told, SIZES - 1);
    }
}
