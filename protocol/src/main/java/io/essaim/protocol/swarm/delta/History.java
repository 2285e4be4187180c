package io.essaim.protocol.swarm.delta;

import io.essaim.protocol.swarm.SwarmFrame;
import java.util.Arrays;

/**
 * The latest values of every agent, as far back as a predictor looks. Agents have places, 0 to {@link #agentCount()} - 1; a
 * frame holds the values of one component after the other, the component's first at {@link #start}.
 */
final class History {
    static final int DEPTH = Predictors.WINDOW_MAX;

    private static final int CAPACITY_AT_FIRST = 16;

    private final int[][] frames = new int[DEPTH][SwarmFrame.COMPONENTS * CAPACITY_AT_FIRST];
    private byte[] ages = new byte[CAPACITY_AT_FIRST];
    private int capacity = CAPACITY_AT_FIRST;
    private int agentCount;

    /** Where in {@code frames} the newest is; the older ones follow, around the end. */
    private int head;

    /** Agents with fewer values than {@link #DEPTH}. */
    private int youngCount;

    int agentCount() {
        return agentCount;
    }

    /** Agents that there is room for now. */
    int capacity() {
        return capacity;
    }

    /** Where a component's values begin in a frame. */
    int start(int component) {
        return component * capacity;
    }

    /** The values of so many frames before the newest, {@value #DEPTH} - 1 at most. */
    int[] frame(int before) {
        return frames[(head + before) & (DEPTH - 1)];
    }

    /**
     * Where the values of the next frame go, a block of values after the other: the memory of the oldest frame, whose values
     * are needed until then. {@link #advance} makes it the newest.
     */
    int[] next() {
        return frame(DEPTH - 1);
    }

    /** The next frame is complete: everybody has one value more. */
    void advance() {
        head = (head - 1) & (DEPTH - 1);
        if (youngCount > 0) {
            for (int place = 0; place < agentCount; place++) {
                if (ages[place] < DEPTH && ++ages[place] == DEPTH) {
                    youngCount--;
                }
            }
        }
    }

    /** Values that are known of the agent at a place, at most {@link #DEPTH}; below 0: it comes later. */
    int age(int place) {
        return ages[place];
    }

    /** Says so; for one who reads or writes a keyframe. */
    void age(int place, int age) {
        youngCount += (age < DEPTH ? 1 : 0) - (ages[place] < DEPTH ? 1 : 0);
        ages[place] = (byte) age;
    }

    boolean hasYoung() {
        return youngCount > 0;
    }

    void clear() {
        agentCount = 0;
        youngCount = 0;
    }

    void add(int count) {
        int more = Math.addExact(agentCount, count);
        if (more > capacity) {
            grow(Math.max(more, 2 * capacity));
        }
        Arrays.fill(ages, agentCount, more, (byte) 0);
        agentCount = more;
        youngCount += count;
    }

    /** The last agent takes the place. */
    void remove(int place) {
        int last = --agentCount;
        youngCount -= ages[place] < DEPTH ? 1 : 0;
        ages[place] = ages[last];
        for (int[] frame : frames) {
            moveLast(frame, place);
        }
    }

    /** Moves the last agent's entries to another place, in an array that is laid out as a frame. To be called by remove. */
    private void moveLast(int[] array, int place) {
        for (int component = 0; component < SwarmFrame.COMPONENTS; component++) {
            array[start(component) + place] = array[start(component) + agentCount];
        }
    }

    private void grow(int to) {
        for (int i = 0; i < DEPTH; i++) {
            frames[i] = spread(frames[i], capacity, to);
        }
        ages = Arrays.copyOf(ages, to);
        capacity = to;
    }

    /** An array that is laid out as a frame, for more agents. */
    static int[] spread(int[] array, int from, int to) {
        int[] spread = new int[SwarmFrame.COMPONENTS * to];
        for (int component = 0; component < SwarmFrame.COMPONENTS; component++) {
            System.arraycopy(array, component * from, spread, component * to, from);
        }
        return spread;
    }
}
