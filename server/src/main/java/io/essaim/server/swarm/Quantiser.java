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
            components[i] = component(names.get(i), decimals[i], source.range(i));
            if (!fits(components[i], source.range(i), Short.MIN_VALUE, Short.MAX_VALUE)) {
                bits = 32;
            }
        }
        for (int i = 0; i < components.length; i++) {
            if (!fits(components[i], source.range(i), Integer.MIN_VALUE, Integer.MAX_VALUE)) {
                throw new IllegalArgumentException(tooWide(source, names, i, decimals[i]));
            }
        }
        return new Grid(List.of(components), bits);
    }

    private static Component component(String name, int decimals, SwarmSource.ValueRange range) {
        Component plain = new Component(name, decimals, 0);
        double least = round(range.min() * plain.scale());
        double most = round(range.max() * plain.scale());
        double middle = Math.rint((least + most) / 2);
        boolean helps = (least < Short.MIN_VALUE || most > Short.MAX_VALUE)
                && most - least <= 2 * Short.MAX_VALUE
                && Math.abs(middle) <= Integer.MAX_VALUE;
        return helps ? new Component(name, decimals, (int) middle) : plain;
    }

    private static boolean fits(Component component, SwarmSource.ValueRange range, int least, int most) {
        double scale = component.scale();
        return round(range.min() * scale) - component.offset() >= least
                && round(range.max() * scale) - component.offset() <= most;
    }

    /** Advises decimals that fit all components which the same setting is for. */
    private static String tooWide(SwarmSource source, List<String> names, int index, int decimals) {
        boolean frequency = index == SwarmFrame.FREQUENCY;
        int first = frequency ? SwarmFrame.FREQUENCY : SwarmFrame.X;
        int fitting = decimals - 1;
        for (int i = first; i <= (frequency ? SwarmFrame.FREQUENCY : SwarmFrame.Z); i++) {
            SwarmSource.ValueRange range = source.range(i);
            while (fitting >= 0
                    && !fits(component(names.get(i), fitting, range), range, Integer.MIN_VALUE, Integer.MAX_VALUE)) {
                fitting--;
            }
        }
        String remedy = fitting >= 0
                ? fitting + " would fit: set " + (frequency ? "frequency-decimals=" : "position-decimals=") + fitting
                : "nor do any: move the world nearer to 0 or take a larger unit";
        return names.get(index) + " ranges from " + source.range(index).min() + " to "
                + source.range(index).max() + ": " + decimals + " decimals do not fit into 32 bits; " + remedy;
    }

    /** @param valueBits 16 or 32 */
    public record Grid(List<Component> components, int valueBits) {}
}
