package io.essaim.server.swarm;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Gathers one agent's samples, in any order of time. */
final class TrackBuilder {
    private static final int SAMPLES_AT_FIRST = 16;

    private final int id;
    private final int label;
    private final int stride;
    private double[] samples;
    private int size;
    private boolean ascending = true;

    TrackBuilder(int id, int label, int stride) {
        this.id = id;
        this.label = label;
        this.stride = stride;
        samples = new double[SAMPLES_AT_FIRST * stride];
    }

    int id() {
        return id;
    }

    int label() {
        return label;
    }

    /** @param sample time and values as {@link Track} has them; copied */
    void add(double[] sample) throws TrajectoryException {
        if (size > 0) {
            double before = samples[size - stride];
            if (sample[0] == before) {
                throw second(sample[0]);
            }
            ascending &= sample[0] > before;
        }
        if (size == samples.length) {
            int half = samples.length / stride / 2 * stride;
            samples = Arrays.copyOf(samples, size + half);
        }
        System.arraycopy(sample, 0, samples, size, stride);
        size += stride;
    }

    /** To be called once. */
    Track build() throws TrajectoryException {
        double[] inOrder = ascending ? Arrays.copyOf(samples, size) : sorted();
        samples = inOrder;
        for (int i = stride; i < size; i += stride) {
            if (inOrder[i] == inOrder[i - stride]) {
                throw second(inOrder[i]);
            }
        }
        return new Track(id, label, stride, inOrder);
    }

    private double[] sorted() {
        int[] order = IntStream.range(0, size / stride)
                .boxed()
                .sorted(Comparator.comparingDouble(sample -> samples[sample * stride]))
                .mapToInt(Integer::intValue)
                .toArray();
        double[] sorted = new double[size];
        for (int i = 0; i < order.length; i++) {
            System.arraycopy(samples, order[i] * stride, sorted, i * stride, stride);
        }
        return sorted;
    }

    private TrajectoryException second(double time) {
        return new TrajectoryException(
                "agent " + Integer.toUnsignedString(id) + " has more than one row with t " + time + "; keep one");
    }
}
