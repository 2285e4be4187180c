package io.essaim.server.swarm;

import io.essaim.protocol.swarm.Component;
import io.essaim.protocol.swarm.StreamDescription;
import io.essaim.protocol.swarm.SwarmFrame;
import java.util.List;

/**
 * Puts the state on the announced grid, once and before any encoder, so that all encodings carry the same integers.
 * Rounds half away from zero; zero has no sign. Owned by the swarm clock's thread; allocates only when the swarm grows.
 */
public final class Quantiser {
    private final StreamDescription stream;
    private final SwarmFrame frame = new SwarmFrame();
    private boolean fitsNarrow;

    public Quantiser(StreamDescription stream) {
        this.stream = stream;
    }

    /**
     * The state's frame, valid until the next call.
     *
     * @throws ArithmeticException when a value is not finite or outside 32 bits of the grid: nothing is clipped
     */
    public SwarmFrame quantise(long tick, long timeMicros, SwarmState state) {
        int agents = state.agentCount();
        frame.begin(tick & 0xFFFF_FFFFL, timeMicros, state.roster().version(), stream.targetFrequency(), agents);
        List<Component> components = stream.components();
        fitsNarrow = true;
        for (int i = 0; i < SwarmFrame.COMPONENTS; i++) {
            Component component = components.get(i);
            fitsNarrow &= grid(state.values(i), frame.values(i), agents, component);
        }
        return frame;
    }

    /** Whether every integer of the newest frame fits into 16 bits. */
    public boolean fitsNarrow() {
        return fitsNarrow;
    }

    /** Returns whether all fit into 16 bits. */
    private static boolean grid(double[] from, int[] to, int agents, Component component) {
        double scale = component.scale();
        double offset = component.offset();
        boolean fits = true;
        boolean narrow = true;
        for (int agent = 0; agent < agents; agent++) {
            double steps = round(from[agent] * scale) - offset;
            int integer = (int) steps;
            fits &= integer == steps;
            narrow &= integer == (short) integer;
            to[agent] = integer;
        }
        if (!fits) {
            throw new ArithmeticException(
                    component.name() + " is not finite or outside 32 bits at " + component.decimals() + " decimals");
        }
        return narrow;
    }

    /** Half away from zero, to a whole double. */
    static double round(double value) {
        return value < 0 ? Math.ceil(value - 0.5) : Math.floor(value + 0.5);
    }

    /**
     * The grid for a source: the asked decimals, an offset only where it is what lets a component fit into 16 bits.
     *
     * @param decimals by component
     * @return the components and the bits their integers take, 16 or 32
     * @throws IllegalArgumentException naming the component whose range does not even fit 32 bits
     */
    public static Grid gridFor(SwarmSource source, List<String> names, int[] decimals) {
        int bits = 16;
        Component[] components = new Component[names.size()];
        for (int i = 0; i < components.length; i++) {
            Component plain = new Component(names.get(i), decimals[i], 0);
            double least = round(source.range(i).min() * plain.scale());
            double most = round(source.range(i).max() * plain.scale());
            double middle = Math.rint((least + most) / 2);
            components[i] = plain;
            if (least < Short.MIN_VALUE || most > Short.MAX_VALUE) {
                if (most - least <= 2 * Short.MAX_VALUE && Math.abs(middle) <= Integer.MAX_VALUE) {
                    components[i] = new Component(names.get(i), decimals[i], (int) middle);
                } else {
                    bits = 32;
                }
            }
            if (bits == 32 && (least < Integer.MIN_VALUE || most > Integer.MAX_VALUE)) {
                throw new IllegalArgumentException(names.get(i) + " ranges from "
                        + source.range(i).min() + " to " + source.range(i).max() + ": too wide for "
                        + decimals[i] + " decimals in 32 bits; ask for fewer decimals");
            }
        }
        return new Grid(List.of(components), bits);
    }

    /** @param valueBits 16 or 32 */
    public record Grid(List<Component> components, int valueBits) {}
}
