package io.essaim.server.terminal;

import java.util.Arrays;

/**
 * Dots in a grid of characters: eight to a character in Braille (U+2800), whose bits are, from the left top,
 *
 * <pre>
 *   0x01 0x08
 *   0x02 0x10
 *   0x04 0x20
 *   0x40 0x80
 * </pre>
 *
 * or one star where there is only ASCII. Both axes have the same scale, y points up. The extent grows with what is drawn and
 * does not shrink, so that the picture does not twitch. Not thread-safe.
 */
final class Picture {
    private static final int DOTS_ACROSS = 2;
    private static final int DOTS_DOWN = 4;
    private static final int[][] BITS = {{0x01, 0x02, 0x04, 0x40}, {0x08, 0x10, 0x20, 0x80}};
    private static final char BRAILLE = '\u2800';

    private final boolean braille;
    private final Palette palette;

    private double minX = Double.POSITIVE_INFINITY;
    private double minY = Double.POSITIVE_INFINITY;
    private double maxX = Double.NEGATIVE_INFINITY;
    private double maxY = Double.NEGATIVE_INFINITY;

    Picture(boolean braille, Palette palette) {
        this.braille = braille;
        this.palette = palette;
    }

    /** Begins with another extent. */
    void forget() {
        minX = Double.POSITIVE_INFINITY;
        minY = Double.POSITIVE_INFINITY;
        maxX = Double.NEGATIVE_INFINITY;
        maxY = Double.NEGATIVE_INFINITY;
    }

    /** Draws agents into lines of characters. */
    String[] draw(Positions agents, int columns, int lines) {
        int[] dots = new int[columns * lines];
        int[] colours = new int[columns * lines];
        include(agents);
        int width = columns * DOTS_ACROSS;
        int height = lines * DOTS_DOWN;
        double scale = Math.min((width - 1) / span(minX, maxX), (height - 1) / span(minY, maxY));
        double left = (width - 1 - (maxX - minX) * scale) / 2;
        double bottom = (height - 1 - (maxY - minY) * scale) / 2;
        for (int agent = 0; agent < agents.count(); agent++) {
            int across = (int) Math.round(left + (agents.x(agent) - minX) * scale);
            int down = height - 1 - (int) Math.round(bottom + (agents.y(agent) - minY) * scale);
            int cell = down / DOTS_DOWN * columns + across / DOTS_ACROSS;
            dots[cell] |= BITS[across % DOTS_ACROSS][down % DOTS_DOWN];
            colours[cell] = agents.sphere(agent);
        }
        String[] drawn = new String[lines];
        for (int line = 0; line < lines; line++) {
            int from = line * columns;
            drawn[line] = line(
                    Arrays.copyOfRange(dots, from, from + columns), Arrays.copyOfRange(colours, from, from + columns));
        }
        return drawn;
    }

    private void include(Positions agents) {
        for (int agent = 0; agent < agents.count(); agent++) {
            minX = Math.min(minX, agents.x(agent));
            maxX = Math.max(maxX, agents.x(agent));
            minY = Math.min(minY, agents.y(agent));
            maxY = Math.max(maxY, agents.y(agent));
        }
    }

    /** A single point has no extent; any will do. */
    private static double span(double min, double max) {
        return max > min ? max - min : 1;
    }

    private String line(int[] dots, int[] colours) {
        StringBuilder line = new StringBuilder();
        int colour = -1;
        for (int column = 0; column < dots.length; column++) {
            if (dots[column] == 0) {
                line.append(' ');
                continue;
            }
            if (colours[column] != colour) {
                colour = colours[column];
                line.append(palette.begin(colour));
            }
            line.append(braille ? (char) (BRAILLE + dots[column]) : '*');
        }
        return colour < 0 ? line.toString() : line + palette.end();
    }
}
