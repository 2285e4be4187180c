package io.essaim.bench.size;

import io.essaim.protocol.swarm.RosterChange;
import io.essaim.protocol.swarm.SwarmFrame;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.agrona.collections.Int2IntCounterMap;
import org.jspecify.annotations.Nullable;

/**
 * What a value is beyond going on as between the two frames before: how often each such difference is, and so the bits that
 * it takes at least to tell one, if one knew nothing but that (its entropy of order zero). A yardstick for codecs.
 */
final class SecondDifferences {
    private static final double LOG_2 = Math.log(2);

    /** By component. */
    private final Int2IntCounterMap[] counts = new Int2IntCounterMap[SwarmFrame.COMPONENTS];

    private final int[][] last = new int[SwarmFrame.COMPONENTS][0];
    private final int[][] lastButOne = new int[SwarmFrame.COMPONENTS][0];
    /** By place: frames that its agent was in, at most two. */
    private byte[] seen = new byte[0];

    private int agents;

    SecondDifferences() {
        Arrays.setAll(counts, component -> new Int2IntCounterMap(0));
    }

    /** @param change that comes before the frame */
    void add(@Nullable RosterChange change, SwarmFrame frame) {
        if (change != null) {
            remove(change);
        }
        grow(frame.agentCount());
        for (int component = 0; component < SwarmFrame.COMPONENTS; component++) {
            add(frame.values(component), last[component], lastButOne[component], counts[component]);
        }
        for (int place = 0; place < agents; place++) {
            seen[place] = (byte) Math.min(2, seen[place] + 1);
        }
    }

    private void add(int[] values, int[] before, int[] beforeThat, Int2IntCounterMap counter) {
        for (int place = 0; place < agents; place++) {
            if (seen[place] == 2) {
                counter.getAndIncrement(values[place] - 2 * before[place] + beforeThat[place]);
            }
            beforeThat[place] = before[place];
            before[place] = values[place];
        }
    }

    private void remove(RosterChange change) {
        for (int i = 0; i < change.removedCount(); i++) {
            int place = change.removed(i);
            agents--;
            seen[place] = seen[agents];
            for (int component = 0; component < SwarmFrame.COMPONENTS; component++) {
                last[component][place] = last[component][agents];
                lastButOne[component][place] = lastButOne[component][agents];
            }
        }
    }

    private void grow(int count) {
        if (count > seen.length) {
            seen = Arrays.copyOf(seen, count);
            for (int component = 0; component < SwarmFrame.COMPONENTS; component++) {
                last[component] = Arrays.copyOf(last[component], count);
                lastButOne[component] = Arrays.copyOf(lastButOne[component], count);
            }
        }
        if (count > agents) {
            Arrays.fill(seen, agents, count, (byte) 0);
        }
        agents = count;
    }

    /** Bits a value, by component; 0 where no agent was in three frames. */
    List<Double> bits() {
        return IntStream.range(0, counts.length)
                .mapToObj(component -> bits(counts[component]))
                .toList();
    }

    private static double bits(Int2IntCounterMap counter) {
        double[] sums = new double[2];
        counter.forEach((difference, count) -> {
            sums[0] += count;
            sums[1] += count * Math.log(count);
        });
        return sums[0] == 0 ? 0 : Math.abs(Math.log(sums[0]) - sums[1] / sums[0]) / LOG_2;
    }
}
