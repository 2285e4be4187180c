package io.essaim.server.stream;

import io.essaim.protocol.Message.FrequencyUpdate;
import io.essaim.protocol.swarm.Component;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.StreamDescription;
import io.essaim.protocol.swarm.SwarmFrame;
import java.util.function.Function;
import org.agrona.MutableDirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * {@code frequency_update}: the mean of the agents' frequencies as carried on the grid, so that a viewer can check it
 * against the frames. An empty swarm is at its target.
 */
public final class FrequencyFeedEncoder implements FeedEncoder {
    private final int opcode;
    private final Function<FrequencyUpdate, byte[]> encoder;
    private final Component component;
    private final double tolerance;
    private byte[] payload = new byte[0];

    /** @param tolerance how far the mean may be from the target in harmony */
    public FrequencyFeedEncoder(
            int opcode, Function<FrequencyUpdate, byte[]> encoder, StreamDescription stream, double tolerance) {
        this.opcode = opcode;
        this.encoder = encoder;
        this.component = stream.components().get(SwarmFrame.FREQUENCY);
        this.tolerance = tolerance;
    }

    @Override
    public int opcode() {
        return opcode;
    }

    @Override
    public int prepare(SwarmFrame frame, Roster roster) {
        int agents = frame.agentCount();
        int[] frequencies = frame.values(SwarmFrame.FREQUENCY);
        long sum = 0;
        for (int agent = 0; agent < agents; agent++) {
            sum += frequencies[agent];
        }
        double mean = agents == 0
                ? frame.targetFrequency()
                : ((double) sum / agents + component.offset()) / component.scale();
        boolean harmony = Math.abs(mean - frame.targetFrequency()) <= tolerance;
        payload = encoder.apply(new FrequencyUpdate(
                frame.sequence(), frame.timeMicros(), (int) Math.round(mean * 100), frame.targetFrequency(), harmony));
        return payload.length;
    }

    @Override
    public void write(MutableDirectBuffer buffer, int offset) {
        buffer.putBytes(offset, payload);
    }

    @Override
    public byte @Nullable [] preamble(Roster roster) {
        return null;
    }
}
