package io.essaim.server.swarm;

import java.util.Arrays;

/**
 * One agent's way: samples in ascending order of time, no two at the same. Immutable. A sample's numbers lie next to each
 * other, since a player reads them together:
 *
 * <pre>
 *   | t | x | y | z | frequency |  the last one only where the file has it
 * </pre>
 */
final class Track {
    static final int NUMBERS_WITHOUT_FREQUENCY = 4;
    static final int NUMBERS_WITH_FREQUENCY = 5;

    private final int id;
    private final int label;
    private final int stride;
    private final double[] samples;

    /**
     * @param id read as unsigned
     * @param label its position in the trajectory's labels; 0 where it has none
     * @param stride numbers of a sample
     * @param samples kept, not copied
     */
    Track(int id, int label, int stride, double[] samples) {
        this.id = id;
        this.label = label;
        this.stride = stride;
        this.samples = samples;
    }

    int id() {
        return id;
    }

    int label() {
        return label;
    }

    int sampleCount() {
        return samples.length / stride;
    }

    double time(int sample) {
        return samples[sample * stride];
    }

    double firstTime() {
        return time(0);
    }

    double lastTime() {
        return time(sampleCount() - 1);
    }

    /** @param component {@link io.essaim.protocol.swarm.SwarmFrame#X} and so on */
    double value(int component, int sample) {
        return samples[sample * stride + 1 + component];
    }

    /**
     * The value on the straight way from a sample to the next.
     *
     * @param weightOfNext from 0, which is the sample itself and needs no next one, to below 1
     */
    double value(int component, int sample, double weightOfNext) {
        double value = value(component, sample);
        // This form, unlike a·(1 - w) + b·w, never leaves the interval between the two by rounding.
        return weightOfNext == 0 ? value : value + weightOfNext * (value(component, sample + 1) - value);
    }

    /** Seconds from one sample to the next, of which half of all are shorter; 0 if there is only one sample. */
    double medianInterval() {
        int intervals = sampleCount() - 1;
        if (intervals == 0) {
            return 0;
        }
        double[] seconds = new double[intervals];
        for (int i = 0; i < intervals; i++) {
            seconds[i] = time(i + 1) - time(i);
        }
        Arrays.sort(seconds);
        return seconds[intervals / 2];
    }
}
