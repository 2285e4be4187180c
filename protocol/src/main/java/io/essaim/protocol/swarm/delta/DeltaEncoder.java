package io.essaim.protocol.swarm.delta;

import io.essaim.protocol.swarm.SwarmFrame;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Writes frames as what prediction leaves of them: the bytes of DeltaFrame's {@code coded}. Agents have places, 0 to
 * {@link #agentCount()} - 1; each frame's values are in their order. Not thread-safe; allocates nothing in steady state.
 */
public final class DeltaEncoder {
    private final int valueBits;
    private int agentCount;
    private byte[] bytes = new byte[64];
    private Keyframe newest;

    /** @param valueBits 16 or 32: the range of values */
    public DeltaEncoder(int valueBits) {
        this.valueBits = valueBits;
        this.newest = new Keyframe(new byte[0]);
    }

    public int agentCount() {
        return agentCount;
    }

    /** The agent at a place leaves: the last one takes its place, with its history. */
    public void remove(int place) {
        agentCount--;
    }

    /** So many agents without a history come, at the end. */
    public void add(int count) {
        agentCount += count;
    }

    /**
     * What a decoder has to know to read the frames that follow: to be taken before a frame. It changes how the next frame is
     * written, so it has to be taken, though perhaps never encoded, wherever a decoder may begin.
     */
    public Keyframe keyframe() {
        return newest;
    }

    /** The most bytes that a frame of so many agents can take. */
    public int lengthMax() {
        return 64 + agentCount * 4 * (valueBits == 16 ? 7 : 12);
    }

    /**
     * Takes in the next frame; its target frequency is carried as well.
     *
     * @return how many of {@link #bytes()} are its
     */
    public int encode(SwarmFrame frame) {
        int length = 6 + agentCount * 16;
        if (length > bytes.length) {
            bytes = new byte[length];
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        buffer.putShort((short) frame.targetFrequency()).putInt(agentCount);
        for (int component = 0; component < SwarmFrame.COMPONENTS; component++) {
            for (int place = 0; place < agentCount; place++) {
                buffer.putInt(frame.values(component)[place]);
            }
        }
        newest = new Keyframe(java.util.Arrays.copyOf(bytes, length));
        return length;
    }

    /** The bytes of the newest frame, from 0; valid until the next one. */
    public byte[] bytes() {
        return bytes;
    }
}
