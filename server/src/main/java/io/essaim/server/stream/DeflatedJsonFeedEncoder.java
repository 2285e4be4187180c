package io.essaim.server.stream;

import io.essaim.protocol.json.JsonBuffer;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.SwarmFrame;
import org.agrona.MutableDirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The text of the form {@code json}, compressed once for all clients that negotiated permessage-deflate. What another feed
 * has written of the same tick is not written again.
 */
public final class DeflatedJsonFeedEncoder implements FeedEncoder {
    private final JsonFeedEncoder json;
    private final MessageDeflater deflater;

    // swarm clock
    private boolean deflated;

    /**
     * @param json the encoder of the feed that is not compressed
     * @param deflater for this encoder alone
     */
    public DeflatedJsonFeedEncoder(JsonFeedEncoder json, MessageDeflater deflater) {
        this.json = json;
        this.deflater = deflater;
    }

    @Override
    public int opcode() {
        return deflated ? json.opcode() | WebSocketFraming.DEFLATED : json.opcode();
    }

    @Override
    public boolean isSlow() {
        return true;
    }

    @Override
    public int prepare(SwarmFrame frame, Roster roster) {
        json.prepare(frame, roster);
        JsonBuffer text = json.text();
        deflated = deflater.deflate(text.array(), text.length());
        return deflated ? deflater.length() : text.length();
    }

    @Override
    public void write(MutableDirectBuffer buffer, int offset) {
        if (deflated) {
            buffer.putBytes(offset, deflater.array(), 0, deflater.length());
        } else {
            json.write(buffer, offset);
        }
    }

    @Override
    public byte @Nullable [] preamble(Roster roster) {
        return null;
    }
}
