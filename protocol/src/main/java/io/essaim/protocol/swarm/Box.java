package io.essaim.protocol.swarm;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A part of space with faces along the axes, which belong to it. All numbers are finite, no minimum is above its maximum,
 * and zero has no sign, so that equal boxes are equal values.
 */
public record Box(double minX, double minY, double minZ, double maxX, double maxY, double maxZ) {
    /** How a box is written in a URL. */
    public static final String SYNTAX = "minX,minY,minZ,maxX,maxY,maxZ";

    /** As in JSON (RFC 8259, section 6), so that a URL takes what a message does. */
    private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");

    /** @throws IllegalArgumentException when a number is not finite or an axis is upside down; names the axis */
    public Box {
        check("x", minX, maxX);
        check("y", minY, maxY);
        check("z", minZ, maxZ);
        // Adding 0 makes -0.0 the zero without a sign.
        minX += 0.0;
        minY += 0.0;
        minZ += 0.0;
        maxX += 0.0;
        maxY += 0.0;
        maxZ += 0.0;
    }

    private static void check(String axis, double min, double max) {
        if (!(Double.isFinite(min) && Double.isFinite(max) && min <= max)) {
            throw new IllegalArgumentException(
                    "box goes from " + min + " to " + max + " on axis " + axis + "; it is " + SYNTAX);
        }
    }

    /**
     * The box of six numbers.
     *
     * @throws IllegalArgumentException when they are not six, or no box
     */
    public static Box of(double... numbers) {
        if (numbers.length != 6) {
            throw new IllegalArgumentException("box has " + numbers.length + " numbers; it is " + SYNTAX);
        }
        return new Box(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5]);
    }

    /**
     * Reads {@value #SYNTAX}, numbers as JSON writes them.
     *
     * @throws IllegalArgumentException when it is not that
     */
    public static Box parse(String text) {
        String[] parts = text.split(",", -1);
        double[] numbers = new double[parts.length];
        for (int i = 0; i < parts.length; i++) {
            if (!NUMBER.matcher(parts[i]).matches()) {
                throw new IllegalArgumentException(
                        "box holds \"" + Texts.abridged(parts[i]) + "\", which is no number; it is " + SYNTAX);
            }
            numbers[i] = Double.parseDouble(parts[i]);
        }
        return of(numbers);
    }

    /** The six numbers, minima first. */
    public double[] numbers() {
        return new double[] {minX, minY, minZ, maxX, maxY, maxZ};
    }

    /** The lower face on an axis. */
    public double min(int component) {
        return switch (component) {
            case SwarmFrame.X -> minX;
            case SwarmFrame.Y -> minY;
            case SwarmFrame.Z -> minZ;
            default -> throw new IllegalArgumentException("component=" + component + ", from 0 to 2");
        };
    }

    /** The upper face on an axis. */
    public double max(int component) {
        return switch (component) {
            case SwarmFrame.X -> maxX;
            case SwarmFrame.Y -> maxY;
            case SwarmFrame.Z -> maxZ;
            default -> throw new IllegalArgumentException("component=" + component + ", from 0 to 2");
        };
    }

    /** As {@link #parse} reads it. */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%s,%s,%s,%s,%s,%s", minX, minY, minZ, maxX, maxY, maxZ);
    }
}
