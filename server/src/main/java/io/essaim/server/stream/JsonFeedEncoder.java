package io.essaim.server.stream;

import io.essaim.protocol.json.JsonBuffer;
import io.essaim.protocol.json.JsonFrameEncoder;
import io.essaim.protocol.swarm.Roster;
import io.essaim.protocol.swarm.StreamDescription;
import io.essaim.protocol.swarm.SwarmFrame;
import org.agrona.MutableDirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The form {@code json}: {@code swarm_update}, which names its agents itself. A tick is written once, however many feeds
 * ask for it.
 */
public final class JsonFeedEncoder implements FeedEncoder {
    private final JsonFrameEncoder encoder;
    private final JsonBuffer text = new JsonBuffer(1 << 15);

    // swarm clock: what the text is of
    private @Nullable Roster writtenRoster;
    private long writtenSequence;
    private long writtenMicros;

    public JsonFeedEncoder(StreamDescription stream) {
        encoder = new JsonFrameEncoder(stream);
    }

    @Override
    public int opcode() {
        return WebSocketFraming.TEXT;
    }

    @Override
    public int prepare(SwarmFrame frame, Roster roster) {
        if (roster != writtenRoster || frame.sequence() != writtenSequence || frame.timeMicros() != writtenMicros) {
            // Forgotten first, should the writing fail half-way.
            writtenRoster = null;
            encoder.encode(frame, roster, text);
            writtenRoster = roster;
            writtenSequence = frame.sequence();
            writtenMicros = frame.timeMicros();
        }
        return text.length();
    }

    /** What was prepared last. */
    JsonBuffer text() {
        return text;
    }

    @Override
    public void write(MutableDirectBuffer buffer, int offset) {
        buffer.putBytes(offset, text.array(), 0, text.length());
    }

    @Override
    public byte @Nullable [] preamble(Roster roster) {
        return null;
    }
}
