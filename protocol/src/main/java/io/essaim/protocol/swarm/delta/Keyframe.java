package io.essaim.protocol.swarm.delta;

import io.essaim.protocol.swarm.SwarmFrame;
import java.util.Arrays;

/**
 * What a decoder has to know before it can read the frames that follow: every agent's latest values, and how well each was
 * predicted. Filled by the encoder's thread, then encoded by any other.
 *
 * <pre>
 *   target frequency   16 bits
 *   depth              7 bits: frames that are told, 0 to 64
 *   ages               an agent: 1 when it has been there for all of them; else 0 and for how many, in 7 bits
 *   frames             the oldest first: as after nothing, of the agents that were there
 *   accuracy           a value of an agent that was there: for each predictor's cost, then the scale, the steps that it stands
 *                      above where those frames have led
 *   checksum           8 bits, of the newest frame; only where there is one
 * </pre>
 */
public final class Keyframe {
    static final int FREQUENCY_BITS = 16;
    static final int AGE_BITS = 7;
    static final int CHECKSUM_BITS = 8;

    private final int valueBits;
    /** The newest first. */
    private final int[][] frames = new int[History.DEPTH][0];

    private byte[] ages = new byte[0];
    private final byte[][] steps = new byte[Predictors.COUNT + 1][0];
    private int agentCount;
    private int depth;
    private int targetFrequency;

    Keyframe(int valueBits) {
        this.valueBits = valueBits;
    }

    /** Takes a copy of what is known. */
    void fill(CodecState state) {
        History history = state.history;
        agentCount = history.agentCount();
        targetFrequency = state.targetFrequency;
        int values = SwarmFrame.COMPONENTS * agentCount;
        if (ages.length < agentCount) {
            ages = new byte[agentCount];
        }
        depth = 0;
        for (int place = 0; place < agentCount; place++) {
            ages[place] = (byte) history.age(place);
            depth = Math.max(depth, ages[place]);
        }
        if (depth > 0) {
            copy(state, values);
        }
    }

    private void copy(CodecState state, int values) {
        History history = state.history;
        for (int before = 0; before < depth; before++) {
            if (frames[before].length < values) {
                frames[before] = new int[values];
            }
        }
        for (int column = 0; column <= Predictors.COUNT; column++) {
            if (steps[column].length < values) {
                steps[column] = new byte[values];
            }
        }
        for (int component = 0; component < SwarmFrame.COMPONENTS; component++) {
            for (int before = 0; before < depth; before++) {
                System.arraycopy(
                        history.frame(before),
                        history.start(component),
                        frames[before],
                        component * agentCount,
                        agentCount);
            }
            for (int predictor = 0; predictor < Predictors.COUNT; predictor++) {
                copySteps(state.accuracy.costs(predictor), history.start(component), steps[predictor], component);
            }
            copySteps(state.accuracy.scales(), history.start(component), steps[Predictors.COUNT], component);
        }
    }

    private void copySteps(int[] numbers, int start, byte[] to, int component) {
        for (int place = 0; place < agentCount; place++) {
            to[component * agentCount + place] = (byte) Accuracy.step(numbers[start + place]);
        }
    }

    /** The bytes of Keyframe's {@code coded}. Takes about as long as 70 frames; any thread. */
    public byte[] encode() {
        RangeEncoder range = new RangeEncoder();
        range.begin();
        range.writeRaw(targetFrequency, FREQUENCY_BITS);
        range.writeRaw(depth, AGE_BITS);
        writeAges(range);
        if (depth > 0) {
            writeHistory(range);
        }
        int length = range.end();
        return Arrays.copyOf(range.bytes(), length);
    }

    private void writeAges(RangeEncoder range) {
        int[] whole = StepModels.wholeAge();
        for (int place = 0; place < agentCount; place++) {
            int isWhole = ages[place] == depth ? 1 : 0;
            range.write(isWhole, whole, 0);
            if (isWhole == 0) {
                range.writeRaw(ages[place], AGE_BITS);
            }
        }
    }

    private void writeHistory(RangeEncoder range) {
        CodecState state = new CodecState();
        state.add(agentCount);
        for (int place = 0; place < agentCount; place++) {
            state.history.age(place, ages[place] - depth);
        }
        ErrorWriter writer = new ErrorWriter(range, state.models, valueBits);
        SwarmFrame frame = new SwarmFrame();
        frame.begin(0, 0, 0, 0, agentCount);
        for (int before = depth - 1; before >= 0; before--) {
            for (int component = 0; component < SwarmFrame.COMPONENTS; component++) {
                System.arraycopy(frames[before], component * agentCount, frame.values(component), 0, agentCount);
            }
            state.code(writer, frame);
        }
        writeSteps(range, state);
        range.writeRaw(state.checksum(), CHECKSUM_BITS);
    }

    private void writeSteps(RangeEncoder range, CodecState state) {
        StepModels models = new StepModels();
        for (int component = 0; component < SwarmFrame.COMPONENTS; component++) {
            for (int place = 0; place < agentCount; place++) {
                if (ages[place] > 0) {
                    int value = state.history.start(component) + place;
                    for (int column = 0; column <= Predictors.COUNT; column++) {
                        int own = Accuracy.step(state.accuracy.number(column, value));
                        models.write(range, column, steps[column][component * agentCount + place] - own);
                    }
                }
            }
        }
    }
}
