package io.essaim.protocol.swarm;

/**
 * One number that every agent has, and the grid it is carried on: {@code value = (integer + offset) / 10^decimals}.
 *
 * @param name as in JSON: x, y, z or frequency
 * @param decimals 0 to {@value #DECIMALS_MAX}
 * @param offset lets values far from zero fit into 16 bits
 */
public record Component(String name, int decimals, int offset) {
    public static final int DECIMALS_MAX = 9;

    public Component {
        if (decimals < 0 || decimals > DECIMALS_MAX) {
            throw new IllegalArgumentException("decimals of " + name + "=" + decimals + ", from 0 to " + DECIMALS_MAX);
        }
    }

    /** Steps of the grid in one unit: 10^decimals. */
    public long scale() {
        long scale = 1;
        for (int i = 0; i < decimals; i++) {
            scale *= 10;
        }
        return scale;
    }

    /** The value that an integer of a frame stands for: the double nearest to it. */
    public double value(int gridded) {
        return ((double) gridded + offset) / scale();
    }
}
