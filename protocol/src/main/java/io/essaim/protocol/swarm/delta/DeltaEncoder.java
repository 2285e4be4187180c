package io.essaim.protocol.swarm.delta;

import io.essaim.protocol.swarm.SwarmFrame;

/**
 * Writes frames as what prediction leaves of them: the bytes of DeltaFrame's {@code coded}. Agents have places, 0 to
 * {@link #agentCount()} - 1; each frame's values are in their order. Not thread-safe; allocates nothing in steady state.
 *
 * <p>What is written is described to the bit in the protocol document, and why it is so in docs/CODEC.md.
 */
public final class DeltaEncoder {
    /** Of a value, at worst: each bit in a context that was sure of the other, an escape, and what is told as it is. */
    private static final int VALUE_BYTES_MAX = 41;

    private static final int OTHER_BYTES_MAX = 16;

    private final int valueBits;
    private final CodecState state = new CodecState();
    private final RangeEncoder range = new RangeEncoder();
    private final ErrorWriter writer;
    private boolean isSyncPoint;

    /** @param valueBits 16 or 32: the range of values */
    public DeltaEncoder(int valueBits) {
        this.valueBits = valueBits;
        this.writer = new ErrorWriter(range, state.models, valueBits);
    }

    /** Forgets all: so many agents without a history are there now. */
    public void begin(int agents) {
        state.clear();
        isSyncPoint = false;
        state.add(agents);
    }

    public int agentCount() {
        return state.history.agentCount();
    }

    /** The agent at a place leaves: the last one takes its place, with its history. */
    public void remove(int place) {
        state.remove(place);
    }

    /** So many agents without a history come, at the end. */
    public void add(int count) {
        state.add(count);
    }

    /**
     * What a decoder has to know to read the frames that follow: to be taken before a frame. It changes how the next frame is
     * written, so it has to be taken, though perhaps never encoded, wherever a decoder may begin.
     *
     * @param unused one of this encoder that nobody encodes any more, to be filled; its memory is used again
     */
    public Keyframe keyframe(Keyframe unused) {
        state.settle();
        isSyncPoint = true;
        unused.fill(state);
        return unused;
    }

    /** Likewise, in new memory. */
    public Keyframe keyframe() {
        return keyframe(new Keyframe(valueBits));
    }

    /** The most bytes that a frame of so many agents can take. */
    public int lengthMax() {
        return OTHER_BYTES_MAX + agentCount() * SwarmFrame.COMPONENTS * VALUE_BYTES_MAX;
    }

    /**
     * Takes in the next frame; its target frequency is carried as well.
     *
     * @return how many of {@link #bytes()} are its
     * @throws IllegalArgumentException when it has not as many agents as there are places
     */
    public int encode(SwarmFrame frame) {
        if (frame.agentCount() != agentCount()) {
            throw new IllegalArgumentException(
                    "a frame of " + frame.agentCount() + " agents, but there are " + agentCount());
        }
        range.begin();
        writeEvents(frame.targetFrequency());
        state.code(writer, frame);
        range.writeRaw(state.checksum(), Keyframe.CHECKSUM_BITS);
        return range.end();
    }

    private void writeEvents(int targetFrequency) {
        boolean isRetuned = targetFrequency != state.targetFrequency;
        range.writeRare(isSyncPoint || isRetuned ? 1 : 0);
        if (isSyncPoint || isRetuned) {
            range.writeRaw(isSyncPoint ? 1 : 0, 1);
            range.writeRaw(isRetuned ? 1 : 0, 1);
        }
        if (isRetuned) {
            range.writeRaw(targetFrequency, Keyframe.FREQUENCY_BITS);
        }
        state.targetFrequency = targetFrequency;
        isSyncPoint = false;
    }

    /** The bytes of the newest frame, from 0; valid until the next one. */
    public byte[] bytes() {
        return range.bytes();
    }
}
