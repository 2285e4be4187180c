package io.essaim.protocol.swarm.delta;

import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.swarm.SwarmFrame;
import java.nio.ByteBuffer;

/**
 * Reads what {@link DeltaEncoder} wrote. Whatever the bytes hold, the answer is values or a {@link MalformedMessageException},
 * after which it has to begin again with a keyframe. Not thread-safe; allocates nothing in steady state.
 */
public final class DeltaDecoder {
    private final CodecState state = new CodecState();
    private final RangeDecoder range = new RangeDecoder();
    private final ErrorReader reader;
    private final SwarmFrame newest = new SwarmFrame();
    private boolean isReady;
    private boolean hasFrame;

    /** @param valueBits 16 or 32: the range of values */
    public DeltaDecoder(int valueBits) {
        this.reader = new ErrorReader(range, state.models, valueBits);
    }

    public int agentCount() {
        return state.history.agentCount();
    }

    /**
     * The agent at a place leaves: the last one takes its place, with its history.
     *
     * @throws IllegalArgumentException when there is no such place
     */
    public void remove(int place) {
        state.remove(place);
    }

    /** So many agents without a history come, at the end. */
    public void add(int count) {
        state.add(count);
    }

    /**
     * Begins with a keyframe.
     *
     * @param coded of the Keyframe: from its position to its limit
     * @param agentCount of the roster before it
     */
    public void begin(ByteBuffer coded, int agentCount) throws MalformedMessageException {
        isReady = false;
        hasFrame = false;
        state.clear();
        state.add(agentCount);
        range.begin(coded);
        state.targetFrequency = range.readRaw(Keyframe.FREQUENCY_BITS);
        int depth = range.readRaw(Keyframe.AGE_BITS);
        if (depth > History.DEPTH) {
            throw new MalformedMessageException("keyframe of " + depth + " frames, at most " + History.DEPTH);
        }
        readAges(depth);
        for (int frame = 0; frame < depth; frame++) {
            state.code(reader, null);
            check();
        }
        readSteps();
        if (depth > 0 && range.readRaw(Keyframe.CHECKSUM_BITS) != state.checksum()) {
            throw new MalformedMessageException("keyframe with a wrong checksum");
        }
        checkEnd();
        state.models.reset();
        isReady = true;
        if (depth > 0) {
            show();
        }
    }

    private void readAges(int depth) throws MalformedMessageException {
        int[] whole = StepModels.wholeAge();
        for (int place = 0; place < agentCount(); place++) {
            int age = range.read(whole, 0) == 1 ? depth : range.readRaw(Keyframe.AGE_BITS);
            if (age > depth) {
                throw new MalformedMessageException("keyframe with an agent of " + age + " frames, at most " + depth);
            }
            state.history.age(place, age - depth);
        }
    }

    private void readSteps() throws MalformedMessageException {
        StepModels models = new StepModels();
        Accuracy accuracy = state.accuracy;
        for (int component = 0; component < SwarmFrame.COMPONENTS; component++) {
            int start = state.history.start(component);
            for (int place = 0; place < agentCount(); place++) {
                if (state.history.age(place) > 0) {
                    for (int column = 0; column <= Predictors.COUNT; column++) {
                        int step = Accuracy.step(accuracy.number(column, start + place)) + models.read(range, column);
                        if (step < 0 || step > Accuracy.stepMax(column)) {
                            throw new MalformedMessageException(
                                    "keyframe with step " + step + ", from 0 to " + Accuracy.stepMax(column));
                        }
                        accuracy.number(column, start + place, Accuracy.middle(step));
                    }
                }
            }
            check();
            accuracy.forgetRecent(start, agentCount());
        }
    }

    /** Reads the next frame, from the buffer's position to its limit. */
    public void decode(ByteBuffer coded) throws MalformedMessageException {
        if (!isReady) {
            throw new MalformedMessageException("a delta before the keyframe that it builds on");
        }
        isReady = false;
        range.begin(coded);
        readEvents();
        state.code(reader, null);
        check();
        if (range.readRaw(Keyframe.CHECKSUM_BITS) != state.checksum()) {
            throw new MalformedMessageException("a delta with a wrong checksum: not of this stream, or damaged");
        }
        checkEnd();
        show();
        isReady = true;
    }

    private void readEvents() {
        if (range.readRare() == 1) {
            boolean isSyncPoint = range.readRaw(1) == 1;
            boolean isRetuned = range.readRaw(1) == 1;
            if (isSyncPoint) {
                state.settle();
            }
            if (isRetuned) {
                state.targetFrequency = range.readRaw(Keyframe.FREQUENCY_BITS);
            }
        }
    }

    private void check() throws MalformedMessageException {
        String fault = reader.takeFault();
        if (fault != null) {
            throw new MalformedMessageException("coded: " + fault);
        }
        if (range.isDamaged()) {
            throw new MalformedMessageException("coded: bytes that no encoder writes");
        }
        if (range.isPastEnd()) {
            throw new MalformedMessageException("coded of " + range.length() + " bytes ends early");
        }
    }

    private void checkEnd() throws MalformedMessageException {
        check();
        if (!range.isExact()) {
            throw new MalformedMessageException("coded of " + range.length() + " bytes is longer than its content");
        }
    }

    private void show() {
        History history = state.history;
        newest.begin(0, 0, 0, state.targetFrequency, history.agentCount());
        for (int component = 0; component < SwarmFrame.COMPONENTS; component++) {
            System.arraycopy(
                    history.frame(0), history.start(component), newest.values(component), 0, history.agentCount());
        }
        hasFrame = true;
    }

    /** Whether a frame, or a keyframe with one in it, has been read, so that there are values. */
    public boolean hasFrame() {
        return hasFrame;
    }

    /** Of the newest frame. */
    public int targetFrequency() {
        return newest.targetFrequency();
    }

    /** The newest frame's values of one component, by place; not to be changed, valid until the next frame. */
    public int[] values(int component) {
        return newest.values(component);
    }
}
