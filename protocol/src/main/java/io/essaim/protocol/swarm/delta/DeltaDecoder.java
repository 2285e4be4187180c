package io.essaim.protocol.swarm.delta;

import io.essaim.protocol.MalformedMessageException;
import io.essaim.protocol.swarm.SwarmFrame;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Reads what {@link DeltaEncoder} wrote. Whatever the bytes hold, the answer is values or a {@link MalformedMessageException},
 * after which it has to begin again with a keyframe. Not thread-safe; allocates nothing in steady state.
 */
public final class DeltaDecoder {
    private final SwarmFrame newest = new SwarmFrame();
    private int agentCount;

    /** @param valueBits 16 or 32: the range of values */
    public DeltaDecoder(int valueBits) {}

    public int agentCount() {
        return agentCount;
    }

    /** The agent at a place leaves: the last one takes its place, with its history. */
    public void remove(int place) {
        for (int component = 0; component < SwarmFrame.COMPONENTS; component++) {
            newest.values(component)[place] = newest.values(component)[agentCount - 1];
        }
        agentCount--;
    }

    /** So many agents without a history come, at the end. */
    public void add(int count) {
        agentCount += count;
    }

    /**
     * Begins with a keyframe.
     *
     * @param coded of the Keyframe: from its position to its limit
     * @param agentCount of the roster before it
     */
    public void begin(ByteBuffer coded, int agentCount) throws MalformedMessageException {
        this.agentCount = agentCount;
        if (coded.hasRemaining()) {
            decode(coded);
        }
    }

    /** Reads the next frame, from the buffer's position to its limit. */
    public void decode(ByteBuffer coded) throws MalformedMessageException {
        ByteBuffer buffer = coded.slice().order(ByteOrder.LITTLE_ENDIAN);
        if (buffer.remaining() != 6 + 16 * agentCount) {
            throw new MalformedMessageException("coded of " + buffer.remaining() + " bytes");
        }
        newest.begin(0, 0, 0, Short.toUnsignedInt(buffer.getShort()), agentCount);
        buffer.getInt();
        for (int component = 0; component < SwarmFrame.COMPONENTS; component++) {
            for (int place = 0; place < agentCount; place++) {
                newest.values(component)[place] = buffer.getInt();
            }
        }
    }

    /** Whether a frame, or a keyframe with one in it, has been read, so that there are values. */
    public boolean hasFrame() {
        return newest.agentCount() > 0;
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
