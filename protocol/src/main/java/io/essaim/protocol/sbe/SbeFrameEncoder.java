package io.essaim.protocol.sbe;

import io.essaim.protocol.sbe.generated.MessageHeaderEncoder;
import io.essaim.protocol.sbe.generated.SwarmFrame16Encoder;
import io.essaim.protocol.sbe.generated.SwarmFrame32Encoder;
import io.essaim.protocol.swarm.SwarmFrame;
import org.agrona.MutableDirectBuffer;

/**
 * Writes the plain form of a frame: every value whole, in 16 or 32 bits as the stream was announced. Allocates nothing.
 * Not thread-safe.
 */
public final class SbeFrameEncoder {
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final SwarmFrame16Encoder frame16 = new SwarmFrame16Encoder();
    private final SwarmFrame32Encoder frame32 = new SwarmFrame32Encoder();
    private final int valueBits;

    /** @param valueBits 16 or 32 */
    public SbeFrameEncoder(int valueBits) {
        this.valueBits = valueBits;
    }

    /** Bytes of a frame of so many agents. */
    public int length(int agentCount) {
        return MessageHeaderEncoder.ENCODED_LENGTH
                + SwarmFrame16Encoder.BLOCK_LENGTH
                + SwarmFrame16Encoder.AgentsEncoder.HEADER_SIZE
                + agentCount * SwarmFrame.COMPONENTS * (valueBits / 8);
    }

    /**
     * @param buffer with room for {@link #length} bytes from {@code offset}
     * @return the bytes written
     * @throws IllegalArgumentException when a value does not fit the announced width: nothing is clipped
     */
    public int encode(SwarmFrame frame, MutableDirectBuffer buffer, int offset) {
        return valueBits == 16 ? encode16(frame, buffer, offset) : encode32(frame, buffer, offset);
    }

    private int encode16(SwarmFrame frame, MutableDirectBuffer buffer, int offset) {
        frame16.wrapAndApplyHeader(buffer, offset, header)
                .sequence(frame.sequence())
                .timeMicros(frame.timeMicros())
                .rosterVersion(frame.rosterVersion())
                .streamId(0)
                .frequency(frame.targetFrequency());
        int agents = frame.agentCount();
        int[] xs = frame.values(SwarmFrame.X);
        int[] ys = frame.values(SwarmFrame.Y);
        int[] zs = frame.values(SwarmFrame.Z);
        int[] frequencies = frame.values(SwarmFrame.FREQUENCY);
        int misfit = 0;
        SwarmFrame16Encoder.AgentsEncoder group = frame16.agentsCount(agents);
        for (int agent = 0; agent < agents; agent++) {
            int x = xs[agent];
            int y = ys[agent];
            int z = zs[agent];
            int frequency = frequencies[agent];
            misfit |= (x ^ (short) x) | (y ^ (short) y) | (z ^ (short) z) | (frequency ^ (short) frequency);
            group.next().x((short) x).y((short) y).z((short) z).frequency((short) frequency);
        }
        if (misfit != 0) {
            throw new IllegalArgumentException("a value of tick " + frame.sequence() + " is wider than 16 bits");
        }
        return MessageHeaderEncoder.ENCODED_LENGTH + frame16.encodedLength();
    }

    private int encode32(SwarmFrame frame, MutableDirectBuffer buffer, int offset) {
        frame32.wrapAndApplyHeader(buffer, offset, header)
                .sequence(frame.sequence())
                .timeMicros(frame.timeMicros())
                .rosterVersion(frame.rosterVersion())
                .streamId(0)
                .frequency(frame.targetFrequency());
        int agents = frame.agentCount();
        int[] xs = frame.values(SwarmFrame.X);
        int[] ys = frame.values(SwarmFrame.Y);
        int[] zs = frame.values(SwarmFrame.Z);
        int[] frequencies = frame.values(SwarmFrame.FREQUENCY);
        SwarmFrame32Encoder.AgentsEncoder group = frame32.agentsCount(agents);
        for (int agent = 0; agent < agents; agent++) {
            group.next().x(xs[agent]).y(ys[agent]).z(zs[agent]).frequency(frequencies[agent]);
        }
        return MessageHeaderEncoder.ENCODED_LENGTH + frame32.encodedLength();
    }
}
