package io.essaim.protocol.swarm.delta;

import io.essaim.protocol.swarm.SwarmFrame;
import org.jspecify.annotations.Nullable;

/** What both sides know: the same on each after the same frames, changes of agents and keyframes. */
final class CodecState {
    /** Spreads what a checksum depends on over its bits: 2^32 divided by the golden ratio. */
    private static final int SPREAD = 0x9E37_79B1;

    final History history = new History();
    final Accuracy accuracy = new Accuracy();
    final Models models = new Models();

    /** Of the newest frame; 0 before the first. */
    int targetFrequency;

    private final Outlook outlook = new Outlook();

    CodecState() {
        grow();
    }

    void clear() {
        history.clear();
        models.reset();
        targetFrequency = 0;
    }

    void add(int count) {
        int before = history.capacity();
        history.add(count);
        if (history.capacity() != before) {
            grow();
        }
    }

    private void grow() {
        accuracy.grow(history.capacity());
        outlook.grow(history.capacity());
    }

    void remove(int place) {
        if (place < 0 || place >= history.agentCount()) {
            throw new IllegalArgumentException("place=" + place + ", of " + history.agentCount() + " agents");
        }
        history.remove(place);
        for (int component = 0; component < SwarmFrame.COMPONENTS; component++) {
            int start = history.start(component);
            accuracy.move(start + history.agentCount(), start + place);
        }
    }

    /**
     * Takes in the next frame by a coder.
     *
     * @param given the values; null: the coder finds them
     */
    void code(ErrorCoder coder, @Nullable SwarmFrame given) {
        int agents = history.agentCount();
        for (int component = 0; component < SwarmFrame.COMPONENTS; component++) {
            for (int place = 0; place < agents; place += Outlook.BLOCK) {
                code(coder, given, component, place, Math.min(Outlook.BLOCK, agents - place));
            }
        }
        history.advance();
    }

    private void code(ErrorCoder coder, @Nullable SwarmFrame given, int component, int place, int count) {
        int from = history.start(component) + place;
        int to = from + count;
        int[] next = history.next();
        outlook.prepare(history, accuracy, component, place, count);
        if (given != null) {
            System.arraycopy(given.values(component), place, next, from, count);
        }
        coder.code(outlook, next, from, to);
        accuracy.adapt(outlook, next, history.frame(0), from, to);
        if (history.hasYoung()) {
            for (int i = 0; i < count; i++) {
                if (history.age(place + i) <= 0) {
                    accuracy.begin(from + i);
                }
            }
        }
    }

    /** Forgets what a keyframe does not tell. */
    void settle() {
        for (int component = 0; component < SwarmFrame.COMPONENTS; component++) {
            accuracy.round(history.start(component), history.agentCount());
        }
        models.reset();
    }

    /** Of the newest frame: differs from a wrong one's but for one time in 256. Who has no value yet counts as 0. */
    int checksum() {
        int sum = 0;
        int agents = history.agentCount();
        for (int component = 0; component < SwarmFrame.COMPONENTS; component++) {
            sum += weighted(history.frame(0), history.start(component), agents, component * agents);
        }
        if (history.hasYoung()) {
            sum -= unborn();
        }
        return (sum * SPREAD) >>> 24;
    }

    private static int weighted(int[] values, int start, int agents, int before) {
        int sum = 0;
        for (int place = 0; place < agents; place++) {
            sum += values[start + place] * (2 * (before + place) + 1);
        }
        return sum;
    }

    /** What memory without a meaning adds. */
    private int unborn() {
        int sum = 0;
        int agents = history.agentCount();
        for (int place = 0; place < agents; place++) {
            if (history.age(place) <= 0) {
                for (int component = 0; component < SwarmFrame.COMPONENTS; component++) {
                    sum += weighted(history.frame(0), history.start(component) + place, 1, component * agents + place);
                }
            }
        }
        return sum;
    }
}
