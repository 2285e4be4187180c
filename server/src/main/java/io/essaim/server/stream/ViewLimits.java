package io.essaim.server.stream;

/**
 * What views of parts of the swarm may cost; the whole swarm is always to be had.
 *
 * @param viewsMax feeds that show a part, at most: a selection in one encoding is one, whatever the number of its viewers
 * @param nanosPerTickMax of the swarm clock's time that all of them may take a tick; beyond it no other is granted
 */
public record ViewLimits(int viewsMax, long nanosPerTickMax) {
    /** As the settings have it by default. */
    public static final ViewLimits DEFAULT = new ViewLimits(64, 4_000_000);
}
