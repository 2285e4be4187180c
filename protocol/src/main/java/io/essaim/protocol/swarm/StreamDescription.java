package io.essaim.protocol.swarm;

import java.util.List;

/**
 * What a viewer has to know to read a stream's frames. It holds for one epoch.
 *
 * @param epoch names this run of the stream; sequence numbers of another epoch do not compare; 0 to 2^53 - 1
 * @param ticksPerSecond frames a second at full rate, {@value #TICKS_PER_SECOND_MIN} to
 *     {@value #TICKS_PER_SECOND_MAX}
 * @param valueBits 16 or 32: how wide an integer is in binary
 * @param targetFrequency the {@code frequency} of greeting, frames and heartbeat, 0 to 65,535
 * @param components in the order of {@link SwarmFrame#values(int)}
 */
public record StreamDescription(
        long epoch, int ticksPerSecond, int valueBits, int targetFrequency, List<Component> components) {
    public static final int TICKS_PER_SECOND_MIN = 1;
    public static final int TICKS_PER_SECOND_MAX = 240;

    public StreamDescription {
        components = List.copyOf(components);
        if (valueBits != 16 && valueBits != 32) {
            throw new IllegalArgumentException("valueBits=" + valueBits + ", 16 or 32");
        }
        if (components.size() != SwarmFrame.COMPONENTS) {
            throw new IllegalArgumentException("components=" + components.size() + ", " + SwarmFrame.COMPONENTS);
        }
        if (ticksPerSecond < TICKS_PER_SECOND_MIN || ticksPerSecond > TICKS_PER_SECOND_MAX) {
            throw new IllegalArgumentException("ticksPerSecond=" + ticksPerSecond + ", from " + TICKS_PER_SECOND_MIN
                    + " to " + TICKS_PER_SECOND_MAX);
        }
    }

    /**
     * The smallest stride that gives a client no more frames than it asked for.
     *
     * @param fps frames a second wanted at most; 0 or less: as many as there are
     */
    public int strideFor(int fps) {
        return fps <= 0 || fps >= ticksPerSecond ? 1 : (ticksPerSecond + fps - 1) / fps;
    }

    /** Frames a second that a stride yields, rounded down to a whole number but never to 0. */
    public int fpsFor(int stride) {
        return Math.max(1, ticksPerSecond / stride);
    }
}
